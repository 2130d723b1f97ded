"""Who sees a child's record, and the pages on which that is changed."""

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.referral.domain.agreement import Choice
from services.referral.records.agreements import Decision
from services.referral.use_cases.read_sharing import SharedWith, Sharing, read_sharing
from services.referral.use_cases.sharing import decide
from services.referral.use_cases.workplace import Workplace
from services.referral.web.asking import PAGES, At, Id, Who
from services.referral.web.forms.posted import Posted, see
from services.referral.web.forms.questions import Option, Values
from services.referral.web.plain_forms import PlainForm
from services.referral.web.rendering import render
from services.referral.web.sharing_forms import effects, form_for
from services.referral.web.words import reason
from shared.errors import Conflict, Invalid, NotAllowed, NotFound
from shared.identity import Principal, Role

pages = APIRouter(include_in_schema=False)

DONE: dict[str, str] = {
    Choice.STOP: "This service no longer sees the record",
    Choice.STOP_ALL: "No service sees the record any more",
    Choice.AGREE: "The agreement is written down",
    Choice.BY_LAW: "The service sees the record, and your reason is written down",
    "already": "This was decided already. Nothing was changed",
}


@dataclass(frozen=True, kw_only=True)
class Deciding:
    """One decision and its form; `shared` is the service it is about, where it names one."""

    choice: Choice
    sharing: Sharing
    shared: SharedWith | None
    form: PlainForm


@pages.get("/referrals/{task}/sharing")
def sharing(request: Request, who: Who, at: At, task: Id, done: str = "") -> Response:
    found = read_sharing(task, who=who, at=at)
    is_family = who.role is Role.FAMILY
    shown: dict[str, Any] = {
        "back": f"/referrals/{task}",
        "here": f"/referrals/{task}/sharing",
        "done": DONE.get(done, ""),
        "is_family": is_family,
        "child": found.child,
        "setting": found.setting,
        "services": [_service(one, who.role) for one in found.services],
        "may": {choice.name.lower(): choice in found.choices for choice in Choice},
    }
    return render(request, "sharing.html", **shown)


@pages.get("/referrals/{task}/sharing/{choice}")
@pages.get("/referrals/{task}/sharing/{choice}/{service}")
def ask(request: Request, who: Who, at: At, task: Id, choice: str, service: Id = "") -> Response:
    return _deciding(task, choice, service, who, at).form.page(request)


@pages.post("/referrals/{task}/sharing/{choice}")
@pages.post("/referrals/{task}/sharing/{choice}/{service}")
def make(
    request: Request, form: Posted, who: Who, at: At, task: Id, choice: str, service: Id = ""
) -> Response:
    """The service that has just written down its own end sees the record no more: its list."""
    deciding = _deciding(task, choice, service, who, at)
    filled, values = deciding.form.filled(form, at.clock())
    if filled.problems:
        return filled.page(request)
    try:
        _decide(deciding, values, who, at)
    except Conflict:
        return see(f"/referrals/{task}/sharing?done=already")
    except Invalid as why:
        return filled.refused(why).page(request)
    if service in who.services:
        return see(PAGES[who.role][0].href)
    return see(f"/referrals/{task}/sharing?done={deciding.choice}")


def _deciding(task: str, choice: str, service: str, who: Principal, at: Workplace) -> Deciding:
    if choice not in set(Choice):
        raise NotFound("There is no such page.")
    chosen = Choice(choice)
    found = read_sharing(task, who=who, at=at)
    if chosen not in found.choices:
        raise NotAllowed("You may not decide this about the sharing of this record.")
    is_family = who.role is Role.FAMILY
    names_service = bool(service) and chosen is not Choice.STOP_ALL
    if chosen in (Choice.STOP, Choice.BY_LAW) and not names_service:
        raise NotFound("There is no such page.")
    step = form_for(chosen, is_family=is_family, names_service=names_service)
    shared = found.with_service(service) if names_service else None
    others = tuple(Option(value=str(one.id), label=one.name) for one in found.others)
    form = PlainForm(
        step=step,
        back=f"/referrals/{task}/sharing",
        button=step.title,
        caption=found.child,
        about=shared.name if shared else "",
        effects=effects(chosen, is_family=is_family),
        choices={"services": others},
    )
    return Deciding(choice=chosen, sharing=found, shared=shared, form=form)


def _decide(deciding: Deciding, values: Values, who: Principal, at: Workplace) -> None:
    decision = Decision(
        choice=deciding.choice,
        service=deciding.shared.service if deciding.shared else values.get("service"),
        said_by=values.get("said_by", who.name),
        how=values.get("how", "on their own page"),
        law=values.get("law", ""),
        reason=values.get("reason", ""),
        decided_as=values.get("decided_as", ""),
        is_safe_to_tell=values.get("safe") != "no",
    )
    with at.records.writing(who, now=at.clock()) as record:
        decide(deciding.sharing.concern, decision, record=record, rules=at.rules)


def _service(one: SharedWith, role: Role) -> dict[str, Any]:
    return {
        "id": one.service,
        "name": one.name,
        "because": reason(one.because, role),
        "since": one.since,
        "sees": one.sees,
        "is_by_law": one.is_by_law,
    }

"""Who sees a child's record, and the pages on which that is changed."""

from dataclasses import dataclass, field, replace
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.referral.domain.agreement import Choice
from services.referral.domain.working_days import london_date
from services.referral.records.agreements import Decision
from services.referral.use_cases.read_sharing import SharedWith, Sharing, read_sharing
from services.referral.use_cases.sharing import decide
from services.referral.use_cases.workplace import Workplace
from services.referral.web.asking import PAGES, At, Id, Who
from services.referral.web.forms.checking import Choices, Problem, asked, check, typed_in
from services.referral.web.forms.posted import Posted, see
from services.referral.web.forms.questions import Option, Step, Typed, Values
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
    """One decision as it is shown; `shared` is the service it is about, where it names one."""

    task: str
    choice: Choice
    sharing: Sharing
    shared: SharedWith | None
    step: Step
    is_family: bool
    typed: Typed = field(default_factory=dict)
    problems: dict[str, Problem] = field(default_factory=dict)

    @property
    def choices(self) -> Choices:
        others = self.sharing.others
        return {"services": tuple(Option(value=str(one.id), label=one.name) for one in others)}

    def page(self, request: Request) -> Response:
        shown: dict[str, Any] = {
            "back": f"/referrals/{self.task}/sharing",
            "child": self.sharing.child,
            "service": self.shared.name if self.shared else "",
            "step": self.step,
            "effects": effects(self.choice, is_family=self.is_family),
            "asked": asked(self.step.questions, {}, self.choices),
            "typed": self.typed,
            "problems": self.problems,
        }
        return render(request, "sharing_form.html", 422 if self.problems else 200, **shown)


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
    return _deciding(task, choice, service, who, at).page(request)


@pages.post("/referrals/{task}/sharing/{choice}")
@pages.post("/referrals/{task}/sharing/{choice}/{service}")
def make(
    request: Request, form: Posted, who: Who, at: At, task: Id, choice: str, service: Id = ""
) -> Response:
    """The service that has just written down its own end sees the record no more: its list."""
    shown = _deciding(task, choice, service, who, at)
    typed = typed_in(form, shown.step.questions)
    checked = check(shown.step, typed, today=london_date(at.clock()), choices=shown.choices)
    if not checked.is_good:
        return _with(shown, typed, checked.problems).page(request)
    try:
        _decide(shown, checked.values, who, at)
    except Conflict:
        return see(f"/referrals/{task}/sharing?done=already")
    except Invalid as why:
        return _with(shown, typed, {"service": Problem(str(why), "#service")}).page(request)
    if service in who.services:
        return see(PAGES[who.role][0].href)
    return see(f"/referrals/{task}/sharing?done={shown.choice}")


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
    return Deciding(
        task=task,
        choice=chosen,
        sharing=found,
        shared=found.with_service(service) if names_service else None,
        step=form_for(chosen, is_family=is_family, names_service=names_service),
        is_family=is_family,
    )


def _with(shown: Deciding, typed: Typed, problems: dict[str, Problem]) -> Deciding:
    return replace(shown, typed=typed, problems=problems)


def _decide(shown: Deciding, values: Values, who: Principal, at: Workplace) -> None:
    decision = Decision(
        choice=shown.choice,
        service=shown.shared.service if shown.shared else values.get("service"),
        said_by=values.get("said_by", who.name),
        how=values.get("how", "on their own page"),
        law=values.get("law", ""),
        reason=values.get("reason", ""),
        decided_as=values.get("decided_as", ""),
        is_safe_to_tell=values.get("safe") != "no",
    )
    with at.records.writing(who, now=at.clock()) as record:
        decide(shown.sharing.concern, decision, record=record, rules=at.rules)


def _service(one: SharedWith, role: Role) -> dict[str, Any]:
    return {
        "id": one.service,
        "name": one.name,
        "because": reason(one.because, role),
        "since": one.since,
        "sees": one.sees,
        "is_by_law": one.is_by_law,
    }

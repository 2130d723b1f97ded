"""How somebody wants to hear from us; notify keeps it."""

from dataclasses import replace
from typing import Protocol

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.referral.use_cases.same_carer import others_of
from services.referral.use_cases.workplace import Workplace
from services.referral.web.asking import At, Who
from services.referral.web.error_pages import error_page
from services.referral.web.forms.checking import Problem
from services.referral.web.forms.posted import Posted, see
from services.referral.web.plain_forms import PlainForm
from services.referral.web.preference_form import PREFERENCES, as_typed, as_wishes
from services.referral.web.preference_groups import groups_of
from services.referral.web.rendering import render
from shared.identity import Principal, Role
from shared.signed_call import NoAnswer
from shared.wishes import Wishes

pages = APIRouter(include_in_schema=False)

_NO_ANSWER = "We cannot look that up just now. Please try again in a few minutes."

_ENDS_FIRST = Problem("The time until when it is safe must come after the other.", "#safe_until")


class Preferences(Protocol):
    """Where wishes are kept. NoAnswer while it cannot be asked."""

    def of(self, recipient: str) -> Wishes: ...

    def keep(self, wishes: Wishes) -> None: ...


@pages.get("/preferences")
def ask(request: Request, who: Who, at: At) -> Response:
    kept: Preferences = request.app.state.preferences
    try:
        wishes = _said(kept, _all_of(who, at))
    except NoAnswer:
        return error_page(request, 503, _NO_ANSWER)
    return _page(request, who, _form(who, typed=as_typed(wishes)))


@pages.post("/preferences")
def keep(request: Request, form: Posted, who: Who, at: At) -> Response:
    shown, values = _form(who).filled(form, at.clock())
    if shown.problems:
        return _page(request, who, shown)
    wishes = as_wishes(who, values)
    if wishes.safe_from and wishes.safe_until and wishes.safe_from >= wishes.safe_until:
        return _page(request, who, replace(shown, problems={"safe_until": _ENDS_FIRST}))
    kept: Preferences = request.app.state.preferences
    try:
        for one in _all_of(who, at):
            kept.keep(replace(wishes, recipient=one))
    except NoAnswer:
        return error_page(request, 503, _NO_ANSWER)
    with at.records.writing(who, now=at.clock()) as record:
        record.note("preferences", detail=who.reference)
    return see(_home(who))


def _page(request: Request, who: Principal, form: PlainForm) -> Response:
    groups = groups_of(form, is_family=who.role is Role.FAMILY)
    status = 422 if form.problems else 200
    return render(request, "preferences.html", status, form=form, groups=groups)


def _all_of(who: Principal, at: Workplace) -> tuple[str, ...]:
    """A carer by each of their records, this one first."""
    if who.role is not Role.FAMILY:
        return (who.reference,)
    with at.records.reading(who, now=at.clock()) as record:
        record.note("preferences", detail=who.reference)
        return (who.reference, *others_of(who.id, record))


def _said(kept: Preferences, recipients: tuple[str, ...]) -> Wishes:
    """What they said by the first record by which they said anything."""
    found = (kept.of(one) for one in recipients)
    said = next((one for one in found if one != Wishes(recipient=one.recipient)), None)
    return said or Wishes(recipient=recipients[0])


def _form(who: Principal, typed: dict[str, object] | None = None) -> PlainForm:
    step = PREFERENCES[who.role is Role.FAMILY]
    return PlainForm(step=step, back=_home(who), button="Save", typed=typed or {})


def _home(who: Principal) -> str:
    return "/family" if who.role is Role.FAMILY else "/"

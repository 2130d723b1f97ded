"""Emergency access: ask for it, keep it open or close it; and check each use."""

from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.referral.domain.emergency import REASONS, may_ask
from services.referral.use_cases.open_in_emergency import (
    Reason,
    Sought,
    close_again,
    keep_open,
    open_in_emergency,
    own_emergencies,
)
from services.referral.use_cases.review_emergency import Use, review, use, uses
from services.referral.web.asking import At, Id, Who, check_page
from services.referral.web.forms.posted import Posted, see
from services.referral.web.forms.questions import Kind, Need, Question, Step, Values, options
from services.referral.web.plain_forms import PlainForm
from services.referral.web.rendering import Page, render
from shared.errors import Conflict, Invalid, NotAllowed, NotFound
from shared.identity import Role

pages = APIRouter(include_in_schema=False)

_REASON = (
    Question(
        key="reason",
        label="Why do you need it?",
        kind=Kind.RADIOS,
        options=options(*REASONS.items()),
        missing="Choose why you need it",
    ),
    Question(
        key="words",
        label="What has happened?",
        kind=Kind.TEXTAREA,
        hint="The coordinator of the area reads this when they check it.",
        missing="Say in a sentence what has happened",
        longest=2000,
    ),
)


def _who_is_sought(values: Values) -> dict[str, str]:
    """The number alone is enough; without it, all of the names and the day."""
    if values.get("nhs_number"):
        return {}
    parts = {
        "given": "Enter the first name, or the NHS number",
        "family": "Enter the family name, or the NHS number",
        "born": "Enter the date of birth, or the NHS number",
    }
    return {key: text for key, text in parts.items() if not values.get(key)}


ASK = PlainForm(
    step=Step(
        key="emergency",
        title="Open a record in an emergency",
        intro="For a child whose record is not shared with you, when waiting could harm them.",
        questions=(
            Question(
                key="nhs_number",
                label="NHS number",
                kind=Kind.NHS_NUMBER,
                need=Need.MAY,
                width=20,
                hint="If you do not know it, give the names and the date of birth exactly.",
            ),
            Question(key="given", label="First name", need=Need.MAY, longest=100),
            Question(key="family", label="Family name", need=Need.MAY, longest=100),
            Question(key="born", label="Date of birth", kind=Kind.PAST_DATE, need=Need.MAY),
            *_REASON,
        ),
        rules=(_who_is_sought,),
    ),
    back="/emergency",
    button="Open the record for 4 hours",
    warning=(
        "The coordinator of the area is told at once. Everything you open is written down, the "
        "family can see that you looked, and somebody checks your reason. You can read, but "
        "change nothing."
    ),
)
LONGER = PlainForm(
    step=Step(
        key="longer",
        title="Keep the record open",
        intro="It stays open for 4 hours from now. This can be done once.",
        questions=_REASON,
    ),
    back="/emergency",
    button="Keep it open",
)
REVIEW_STEP = Step(
    key="review",
    title="Was it justified?",
    questions=(
        Question(
            key="justified",
            label="Was there good reason to open this record?",
            kind=Kind.RADIOS,
            options=options(("yes", "Yes, it was justified"), ("no", "No, it was not justified")),
            missing="Say whether it was justified",
        ),
        Question(
            key="words",
            label="What did you find, and what happens now?",
            kind=Kind.TEXTAREA,
            need=Need.MAY,
            hint="Needed if it was not justified.",
            longest=2000,
        ),
    ),
)


DONE = {
    "closed": "The record is closed to you again.",
    "longer": "The record stays open for 4 more hours.",
    "reviewed": "Your review is kept.",
}


@pages.get("/emergency")
def overview(request: Request, who: Who, at: At, done: str = "") -> Response:
    check_page(who, Page.EMERGENCY)
    found = uses(who=who, at=at)
    shown = {
        "now": at.clock(),
        "may_ask": may_ask(who),
        "mine": own_emergencies(who=who, at=at),
        "reasons": REASONS,
        "to_review": [one for one in found if not one.is_reviewed],
        "reviewed": [one for one in found if one.is_reviewed],
        "is_checker": who.role in (Role.COORDINATOR, Role.AUDITOR),
        "done": DONE.get(done, ""),
    }
    return render(request, "emergency.html", **shown)


@pages.get("/emergency/ask")
def ask(request: Request, who: Who) -> Response:
    if not may_ask(who):
        raise NotFound("There is no such page for you.")
    return ASK.page(request)


@pages.post("/emergency/ask")
def open_record(request: Request, form: Posted, who: Who, at: At) -> Response:
    shown, values = ASK.filled(form, at.clock())
    if shown.problems:
        return shown.page(request)
    try:
        task = open_in_emergency(
            _sought(values),
            _reason(values),
            who=who,
            at=at,
        )
    except (NotFound, NotAllowed, Conflict) as refused:
        return shown.refused(refused).page(request)
    return see(f"/referrals/{task}")


def _sought(values: Values) -> Sought:
    born = values.get("born")
    return Sought(
        nhs_number=values.get("nhs_number", ""),
        given=values.get("given", ""),
        family=values.get("family", ""),
        born=date.fromisoformat(born) if born else None,
    )


def _reason(values: Values) -> Reason:
    return Reason(code=values["reason"], words=values["words"])


@pages.get("/emergency/{id}/longer")
def ask_longer(request: Request, who: Who, at: At, id: Id) -> Response:
    if all(one.id != id for one in own_emergencies(who=who, at=at)):
        raise NotFound("There is no such page for you.")
    return LONGER.page(request)


@pages.post("/emergency/{id}/longer")
def longer(request: Request, form: Posted, who: Who, at: At, id: Id) -> Response:
    shown, values = LONGER.filled(form, at.clock())
    if shown.problems:
        return shown.page(request)
    try:
        keep_open(id, _reason(values), who=who, at=at)
    except Conflict as refused:
        return shown.refused(refused).page(request)
    return see("/emergency?done=longer")


@pages.post("/emergency/{id}/close")
def close(who: Who, at: At, id: Id) -> Response:
    close_again(id, who=who, at=at)
    return see("/emergency?done=closed")


@pages.get("/emergency/{id}/review")
def ask_review(request: Request, who: Who, at: At, id: Id) -> Response:
    return _review_form(use(id, who=who, at=at)).page(request)


@pages.post("/emergency/{id}/review")
def keep_review(request: Request, form: Posted, who: Who, at: At, id: Id) -> Response:
    shown, values = _review_form(use(id, who=who, at=at)).filled(form, at.clock())
    if shown.problems:
        return shown.page(request)
    justified, words = values["justified"] == "yes", values.get("words", "")
    try:
        review(id, justified=justified, words=words, who=who, at=at)
    except (Conflict, Invalid) as refused:
        return shown.refused(refused).page(request)
    return see("/emergency?done=reviewed")


def _review_form(one: Use) -> PlainForm:
    facts = [f"{one.by}, {one.organisation}", f"{one.reason}.", one.row.words]
    if one.row.extension_words:
        facts.append(f"Kept open for longer: {one.row.extension_words}")
    return PlainForm(
        step=REVIEW_STEP,
        back="/emergency",
        button="Keep my review",
        caption=one.child,
        facts=tuple(facts),
    )

"""“Which days suit you?”: a family helps to find a time for an appointment."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.referral.domain.change_told import What, sounds_like_danger
from services.referral.use_cases.offer_times import find_times, offer_times
from services.referral.web.asking import At, Id, Who
from services.referral.web.changed_pages import ended
from services.referral.web.forms.posted import Posted, see
from services.referral.web.forms.questions import Kind, Need, Question, Step, Values, options
from services.referral.web.plain_forms import PlainForm
from shared.errors import Conflict

pages = APIRouter(include_in_schema=False)

TIMES = "times"
LONGEST = 1000
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
PARTS = {"mornings": "Mornings", "afternoons": "Afternoons", "any": "Any time of day"}
_FORM = PlainForm(
    step=Step(
        key=TIMES,
        title="Which days suit you?",
        intro="The service reads this before it finds a time. It may not be able to do all of it. "
        "An appointment that you already have stays as it is until they give you another.",
        questions=(
            Question(
                key="days",
                label="Days that suit you",
                kind=Kind.CHECKBOXES,
                missing="Choose at least one day",
                options=options(*((day, day) for day in DAYS)),
            ),
            Question(
                key="part",
                label="Which part of the day?",
                kind=Kind.RADIOS,
                missing="Choose a part of the day",
                options=options(*PARTS.items()),
            ),
            Question(
                key="more",
                label="Is there anything else that helps?",
                kind=Kind.TEXTAREA,
                need=Need.MAY,
                hint="For example: after the school run, a place near us, or an interpreter.",
                longest=LONGEST,
            ),
        ),
    ),
    back="/family",
    button="Send",
)


@pages.get("/referrals/{task}/times")
def ask(request: Request, who: Who, at: At, task: Id) -> Response:
    with at.records.reading(who, now=at.clock()) as record:
        try:
            loaded = find_times(task, record)
        except Conflict as why:
            return ended(request, task, why)
        record.note("form", loaded.tasks[task], TIMES)
    return _FORM.page(request)


@pages.post("/referrals/{task}/times")
def send(request: Request, form: Posted, who: Who, at: At, task: Id) -> Response:
    shown, values = _FORM.filled(form, at.clock())
    if shown.problems:
        with at.records.reading(who, now=at.clock()) as record:
            find_times(task, record)
        return shown.page(request)
    text = _said(values)
    try:
        with at.records.writing(who, now=at.clock()) as record:
            offer_times(task, text, record=record, rules=at.rules)
    except Conflict as why:
        return ended(request, task, why)
    if sounds_like_danger(What.TIMES, text):
        return see(f"/referrals/{task}/changed?call=now")
    return see(f"/referrals/{task}?done={TIMES}")


def _said(values: Values) -> str:
    days = ", ".join(values["days"])
    more = values.get("more") or ""
    return f"{days}. {PARTS[values['part']]}. {more}".strip()

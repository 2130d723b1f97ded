"""“Tell us if things have changed”: one page for families and for those who sent a referral."""

from dataclasses import replace

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.referral.domain.change_told import CHOICES, WHAT_WORDS, What, sounds_like_danger
from services.referral.domain.working_days import london_date
from services.referral.use_cases.things_changed import CHANGED, find_changed, tell_changed
from services.referral.use_cases.who_to_call import who_to_call
from services.referral.web.asking import At, Id, Who
from services.referral.web.error_pages import Words
from services.referral.web.forms.posted import Posted, see
from services.referral.web.forms.questions import Kind, Question, Step, options
from services.referral.web.plain_forms import PlainForm
from services.referral.web.rendering import render
from shared.errors import Conflict
from shared.identity import Principal

pages = APIRouter(include_in_schema=False)

LONGEST = 2000
_WARNING = "If a child or anybody else is in danger now, do not write here. Call 999."
_FORM = PlainForm(
    step=Step(
        key="changed",
        title="Tell us if things have changed",
        intro="A person reads it the same working day. You keep your place, and nothing is closed.",
        questions=(
            Question(
                key="what",
                label="What has changed?",
                kind=Kind.RADIOS,
                missing="Choose what has changed",
                options=options(*((what.value, WHAT_WORDS[what]) for what in CHOICES)),
            ),
            Question(
                key="text",
                label="Tell us more, in your own words",
                kind=Kind.TEXTAREA,
                missing="Tell us what has changed",
                longest=LONGEST,
            ),
        ),
    ),
    back="",
    button="Send",
    warning=_WARNING,
)


@pages.get("/referrals/{task}/changed")
def ask(request: Request, who: Who, at: At, task: Id, call: str = "") -> Response:
    if call:
        return _numbers(request, task, who, at)
    with at.records.reading(who, now=at.clock()) as record:
        try:
            loaded, _ = find_changed(task, record)
        except Conflict as why:
            return ended(request, task, why)
        record.note("form", loaded.tasks[task], CHANGED)
    return _form(task).page(request)


@pages.post("/referrals/{task}/changed")
def tell(request: Request, form: Posted, who: Who, at: At, task: Id) -> Response:
    shown, values = _form(task).filled(form, at.clock())
    if shown.problems:
        with at.records.reading(who, now=at.clock()) as record:
            find_changed(task, record)
        return shown.page(request)
    what, text = What(values["what"]), values["text"]
    try:
        with at.records.writing(who, now=at.clock()) as record:
            tell_changed(task, what, text, record=record, rules=at.rules)
    except Conflict as why:
        return ended(request, task, why)
    if sounds_like_danger(what, text):
        return see(f"/referrals/{task}/changed?call=now")
    return see(f"/referrals/{task}?done={CHANGED}")


def _form(task: str) -> PlainForm:
    return replace(_FORM, back=f"/referrals/{task}")


def ended(request: Request, task: str, why: Conflict) -> Response:
    """That nothing can be said of a request any more."""
    words = Words("This request has ended", "Nothing you wrote was saved.")
    back = f"/referrals/{task}"
    return render(request, "error.html", 409, words=words, said=str(why), back=back)


def _numbers(request: Request, task: str, who: Principal, at: At) -> Response:
    """Whom to ring now; what was written has been passed on already."""
    with at.records.reading(who, now=at.clock()) as record:
        record.note("form", record.resource("Task", task), "whom-to-call")
    rules, today = at.rules.policies.rules, london_date(at.clock())
    found = [one for why in ("danger", "safeguarding") for one in who_to_call(why, rules, on=today)]
    numbers = [
        {"name": one.name, "number": one.number, "when": one.note} for one in dict.fromkeys(found)
    ]
    return render(request, "call_now.html", numbers=numbers, back=f"/referrals/{task}")

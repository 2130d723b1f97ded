"""“They did not come”: the service says it, and nothing is closed because of it."""

from dataclasses import replace

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.referral.domain.missed import PAST
from services.referral.use_cases.miss_appointment import find_missed, miss_appointment
from services.referral.use_cases.workplace import Workplace
from services.referral.web.asking import At, Id, Who
from services.referral.web.display import date_and_time
from services.referral.web.forms.posted import Posted, see
from services.referral.web.forms.questions import Kind, Need, Question, Step
from services.referral.web.move_pages import changed_page
from services.referral.web.plain_forms import PlainForm
from services.referral.web.written import written
from shared.errors import Conflict
from shared.identity import Principal

pages = APIRouter(include_in_schema=False)

LONGEST = 2000
_FORM = PlainForm(
    step=Step(
        key="missed",
        title="They did not come",
        intro="A child is brought, or is not: say what you know, and blame nobody.",
        questions=(
            Question(
                key="text",
                label="What do you know of why?",
                kind=Kind.TEXTAREA,
                need=Need.MAY,
                hint="The family can read it.",
                longest=LONGEST,
            ),
        ),
    ),
    back="",
    button="Say that they did not come",
    effects=(
        "The family hears that they can have a new time, and the setting that they may need help.",
        "You have five working days to find a new time with them.",
        "The referral stays open, and every date that runs goes on.",
    ),
)


@pages.get("/referrals/{task}/missed")
def ask(request: Request, who: Who, at: At, task: Id) -> Response:
    try:
        return _form(task, who, at).page(request)
    except Conflict:
        return changed_page(request, task, who, at)


@pages.post("/referrals/{task}/missed")
def tell(request: Request, form: Posted, who: Who, at: At, task: Id) -> Response:
    try:
        shown, values = _form(task, who, at).filled(form, at.clock())
        if shown.problems:
            return shown.page(request)
        with at.records.writing(who, now=at.clock()) as record:
            miss_appointment(task, values.get("text") or None, record=record, rules=at.rules)
    except Conflict:
        return changed_page(request, task, who, at, written(_FORM.step, form))
    return see(f"/referrals/{task}?done={PAST}")


def _form(task: str, who: Principal, at: Workplace) -> PlainForm:
    with at.records.reading(who, now=at.clock()) as record:
        loaded, _, offered = find_missed(task, record)
        record.note("form", loaded.tasks[task], PAST)
    about = date_and_time(offered.json["start"])
    return replace(_FORM, back=f"/referrals/{task}", caption=f"Appointment on {about}")

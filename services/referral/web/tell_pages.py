"""“Ask Sooner to tell someone”: to whom, what they find when they look, and when."""

from dataclasses import replace
from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.referral.use_cases.ask_to_tell import ask_to_tell, find_tellable
from services.referral.use_cases.workplace import Workplace
from services.referral.web.asking import At, Id, Who
from services.referral.web.forms.posted import Posted, see
from services.referral.web.forms.questions import Kind, Need, Option, Question, Step
from services.referral.web.plain_forms import PlainForm
from shared.errors import Invalid
from shared.identity import Principal

pages = APIRouter(include_in_schema=False)

TELL = "tell"
LONGEST = 2000
_FORM = PlainForm(
    step=Step(
        key=TELL,
        title="Ask Sooner to tell someone",
        intro="They get a short message that something is here to read. What you write stays here.",
        questions=(
            Question(
                key="to",
                label="Who should be told?",
                kind=Kind.RADIOS,
                missing="Choose who should be told",
                choices="people",
            ),
            Question(
                key="text",
                label="What should they read here?",
                kind=Kind.TEXTAREA,
                missing="Write what they should read",
                longest=LONGEST,
            ),
            Question(
                key="on",
                label="On which day?",
                kind=Kind.DATE,
                need=Need.MAY,
                hint="At ten in the morning. Leave it empty to tell them now.",
            ),
        ),
    ),
    back="",
    button="Ask for the message",
    effects=(
        "The message goes the way they wish, and at an hour at which it is safe.",
        "All who see this story at work can read it, and of the family only whom you tell.",
    ),
)


@pages.get("/referrals/{task}/tell")
def ask(request: Request, who: Who, at: At, task: Id) -> Response:
    return _form(task, who, at).page(request)


@pages.post("/referrals/{task}/tell")
def tell(request: Request, form: Posted, who: Who, at: At, task: Id) -> Response:
    shown, values = _form(task, who, at).filled(form, at.clock())
    if shown.problems:
        return shown.page(request)
    on = date.fromisoformat(values["on"]) if values.get("on") else None
    try:
        with at.records.writing(who, now=at.clock()) as record:
            ask_to_tell(task, values["to"], values["text"], on, record=record, rules=at.rules)
    except Invalid as why:
        return shown.refused(why).page(request)
    return see(f"/referrals/{task}?done={TELL}")


def _form(task: str, who: Principal, at: Workplace) -> PlainForm:
    with at.records.reading(who, now=at.clock()) as record:
        loaded, people = find_tellable(task, record)
        record.note("form", loaded.tasks[task], TELL)
    choices = tuple(Option(value=one, label=name) for one, name in people.items())
    return replace(_FORM, back=f"/referrals/{task}", choices={"people": choices})

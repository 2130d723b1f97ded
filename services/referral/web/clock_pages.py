"""Say that one has seen an escalation, or record why a limit could not be met."""

from dataclasses import replace
from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.referral.domain.minding import EXCEPTIONS
from services.referral.use_cases.mind_clocks import (
    EXCEPTION,
    SEEN,
    Excuse,
    find_minded,
    record_exception,
    say_seen,
)
from services.referral.web.asking import At, Id, Who
from services.referral.web.forms.posted import Posted, see
from services.referral.web.forms.questions import Kind, Option, Question, Step, options
from services.referral.web.plain_forms import PlainForm
from shared.errors import Invalid

pages = APIRouter(include_in_schema=False)

_SEEN = PlainForm(
    step=Step(
        key="seen",
        title="Say that you have seen it",
        intro="Your name stands in its story. The clock goes on, and it climbs all the same.",
        questions=(),
    ),
    back="",
    button="I have seen it",
)
_EXCEPTION = PlainForm(
    step=Step(
        key="exception",
        title="Record an exception",
        intro="The due date stays. It is shown beside it, and figures are given with and without.",
        questions=(
            Question(
                key="clock",
                label="Which limit?",
                kind=Kind.SELECT,
                choices="clocks",
                missing="Choose a limit",
            ),
            Question(
                key="code",
                label="Why could it not be met?",
                kind=Kind.RADIOS,
                options=options(*((code, f"{code}: {why}") for code, why in EXCEPTIONS.items())),
                missing="Choose why it could not be met",
            ),
            Question(key="from", label="From", kind=Kind.DATE, missing="Enter the first day"),
            Question(key="to", label="To", kind=Kind.DATE, missing="Enter the last day"),
            Question(
                key="evidence",
                label="What shows it?",
                kind=Kind.TEXTAREA,
                rows=3,
                missing="Say what shows it",
            ),
        ),
    ),
    back="",
    button="Record it",
)


@pages.get("/referrals/{task}/seen")
def ask_seen(request: Request, who: Who, at: At, task: Id) -> Response:
    with at.records.reading(who, now=at.clock()) as record:
        loaded, _ = find_minded(task, SEEN, record)
        record.note("form", loaded.tasks[task], SEEN)
    return replace(_SEEN, back=f"/referrals/{task}").page(request)


@pages.post("/referrals/{task}/seen")
def seen(who: Who, at: At, task: Id) -> Response:
    with at.records.writing(who, now=at.clock()) as record:
        say_seen(task, record=record)
    return see(f"/referrals/{task}?done={SEEN}")


@pages.get("/referrals/{task}/exception")
def ask_exception(request: Request, who: Who, at: At, task: Id) -> Response:
    return _form(task, who, at).page(request)


@pages.post("/referrals/{task}/exception")
def excuse(request: Request, form: Posted, who: Who, at: At, task: Id) -> Response:
    shown, values = _form(task, who, at).filled(form, at.clock())
    if shown.problems:
        return shown.page(request)
    said = Excuse(
        code=values["code"],
        clock=values["clock"],
        from_=date.fromisoformat(values["from"]),
        to=date.fromisoformat(values["to"]),
        evidence=values["evidence"],
    )
    try:
        with at.records.writing(who, now=at.clock()) as record:
            record_exception(task, said, record=record, rules=at.rules)
    except Invalid as why:
        return shown.refused(why).page(request)
    return see(f"/referrals/{task}?done={EXCEPTION}")


def _form(task: str, who: Who, at: At) -> PlainForm:
    with at.records.reading(who, now=at.clock()) as record:
        loaded, referral = find_minded(task, EXCEPTION, record)
        record.note("form", loaded.tasks[task], EXCEPTION)
    running = sorted({one.clock for one in referral.clocks if one.is_running})
    clocks = tuple(Option(value=one, label=one) for one in running)
    return replace(_EXCEPTION, back=f"/referrals/{task}", choices={"clocks": clocks})

"""Answer a question, or say that the next step after a return was taken."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.referral.domain.concern import AskKind
from services.referral.use_cases.answer_ask import answer_ask
from services.referral.use_cases.prepare_move import PreparedAnswer, prepare_answer
from services.referral.use_cases.workplace import Workplace
from services.referral.web.asking import At, Id, Who
from services.referral.web.forms.posted import Posted, see
from services.referral.web.forms.questions import Kind, Need, Question, Step, Values
from services.referral.web.move_pages import MoveForm, changed_page, filled, refused, version_of
from services.referral.web.written import written
from shared.errors import Conflict, Invalid
from shared.identity import Principal

pages = APIRouter(include_in_schema=False)

STEPS: dict[AskKind, Step] = {
    AskKind.QUESTION: Step(
        key="answer",
        title="Answer the question",
        intro="The service goes on once it has your answer. The family can read it too.",
        questions=(
            Question(
                key="text", label="Your answer", kind=Kind.TEXTAREA, missing="Write your answer"
            ),
        ),
        template="move.html",
    ),
    AskKind.NEXT_STEP: Step(
        key="next-step",
        title="Say what was done",
        intro="Nobody is left waiting: say what was done, and ask a service again if it helps.",
        questions=(
            Question(
                key="text",
                label="What was done?",
                kind=Kind.TEXTAREA,
                missing="Say what was done",
            ),
            Question(
                key="to",
                label="Ask a service again",
                kind=Kind.SELECT,
                need=Need.MAY,
                choices="services",
                hint="It gets everything that was told, and the first date still counts.",
            ),
        ),
        template="move.html",
    ),
    AskKind.ACTION: Step(
        key="action",
        title="Say what you did",
        intro="It stays in the story of the referral. The clock goes on until the referral moves.",
        questions=(
            Question(
                key="text",
                label="What was done, and what happens next?",
                kind=Kind.TEXTAREA,
                missing="Say what was done",
            ),
        ),
        template="move.html",
    ),
    AskKind.CHANGED: Step(
        key="things-changed-done",
        title="Say what you did",
        intro="Read what has changed, and speak with the family. Nothing is closed by this.",
        questions=(
            Question(
                key="text",
                label="What will happen now?",
                kind=Kind.TEXTAREA,
                missing="Say what will happen now",
            ),
        ),
        template="move.html",
    ),
    AskKind.MISSED: Step(
        key="appointment-missed-done",
        title="Say what you agreed",
        intro="A new time that you offer says it by itself. Nothing is closed by this.",
        questions=(
            Question(
                key="text",
                label="What did the family say, and what happens next?",
                kind=Kind.TEXTAREA,
                missing="Say what was agreed",
            ),
        ),
        template="move.html",
    ),
    AskKind.REACH: Step(
        key="reach-family-done",
        title="Say how you reached them",
        intro="A call, a letter or a talk at the door. Put their address right if it was wrong.",
        questions=(
            Question(
                key="text",
                label="How did you reach the family, and what did they say?",
                kind=Kind.TEXTAREA,
                missing="Say how you reached them",
            ),
        ),
        template="move.html",
    ),
}


@pages.get("/asks/{task}")
def ask(request: Request, who: Who, at: At, task: Id) -> Response:
    try:
        prepared = prepare_answer(task, who=who, at=at)
    except Conflict:
        return changed_page(request, task, who, at)
    return _form(prepared).page(request)


@pages.post("/asks/{task}")
def answer(request: Request, form: Posted, who: Who, at: At, task: Id) -> Response:
    try:
        prepared = prepare_answer(task, who=who, at=at)
        shown, values = filled(_form(prepared), form, at)
        if not shown.problems:
            shown = _answered(task, values, shown, who, at)
    except Conflict:
        kept = written(STEPS[AskKind.QUESTION], form)
        return changed_page(request, task, who, at, kept)
    done = shown.step.key
    return shown.page(request) if shown.problems else see(f"{shown.back}?done={done}")


def _form(prepared: PreparedAnswer) -> MoveForm:
    ask = prepared.ask
    return MoveForm(
        back=f"/referrals/{ask.referral}",
        step=STEPS[ask.kind],
        prepared=prepared,
        quoted=f"{prepared.asked_by}:\n{ask.text}",
    )


def _answered(task: str, values: Values, form: MoveForm, who: Principal, at: Workplace) -> MoveForm:
    try:
        with at.records.writing(who, now=at.clock()) as record:
            answer_ask(
                task,
                values["text"],
                record=record,
                rules=at.rules,
                send_to=values.get("to"),
                version=version_of(form),
            )
    except Invalid as why:
        return refused(form, why)
    return form

"""The pages on which a move is made: what it needs is asked, and what it means is said first."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.datastructures import FormData

from services.referral.domain.moves import Move
from services.referral.domain.working_days import london_date
from services.referral.use_cases.move_referral import Said, move_referral
from services.referral.use_cases.prepare_move import Prepared, prepare_move
from services.referral.use_cases.read_referral import read_referral
from services.referral.use_cases.timeline import last_event
from services.referral.use_cases.workplace import Workplace
from services.referral.web.asking import At, Id, Who
from services.referral.web.display import date_and_time
from services.referral.web.error_pages import WORDS
from services.referral.web.forms.checking import Choices, Problem, asked, check, href_of, typed_in
from services.referral.web.forms.posted import Posted, see
from services.referral.web.forms.questions import Option, Step, Typed, Values
from services.referral.web.move_forms import EXCEPTION_AT, form_for
from services.referral.web.move_said import said, starts_at
from services.referral.web.rendering import render
from services.referral.web.written import Written, written
from shared.errors import Conflict, Invalid, NotFound
from shared.fhir.codes import CODE_SYSTEMS, HELP_PART
from shared.identity import Principal

pages = APIRouter(include_in_schema=False)


@dataclass(frozen=True, kw_only=True)
class MoveForm:
    """One page of a move as it is shown. `quoted` is the question that is being answered."""

    back: str
    step: Step
    prepared: Prepared
    typed: Typed = field(default_factory=dict)
    problems: dict[str, Problem] = field(default_factory=dict)
    version: str = ""
    quoted: str = ""

    @property
    def choices(self) -> Choices:
        named = self.prepared
        words = CODE_SYSTEMS[HELP_PART]
        return {
            "services": tuple(Option(value=str(one.id), label=one.name) for one in named.services),
            "clocks": tuple(Option(value=id, label=label) for id, label in named.clocks.items()),
            "parts": tuple(Option(value=part, label=words[part]) for part in named.parts),
        }

    @property
    def is_stale(self) -> bool:
        """Whether it was opened on another version: what was wrong with it may follow from that."""
        return self.version.isdecimal() and self.version != str(self.prepared.version)

    def page(self, request: Request) -> Response:
        shown: dict[str, Any] = {
            "back": self.back,
            "child": self.prepared.child,
            "step": self.step,
            "asked": asked(self.step.questions, {}, self.choices),
            "typed": self.typed,
            "problems": self.problems,
            "version": self.version or self.prepared.version,
            "quoted": self.quoted,
        }
        return render(request, "move.html", 422 if self.problems else 200, **shown)


@pages.get("/referrals/{task}/{move}")
def ask(request: Request, who: Who, at: At, task: Id, move: str) -> Response:
    chosen = _move(move)
    try:
        prepared = prepare_move(task, chosen, who=who, at=at)
    except Conflict:
        return changed_page(request, task, who, at)
    return _form(task, chosen, prepared).page(request)


@pages.post("/referrals/{task}/{move}")
def make(request: Request, form: Posted, who: Who, at: At, task: Id, move: str) -> Response:
    """Made by the version that the person saw: if somebody was quicker, they are told who."""
    chosen = _move(move)
    try:
        prepared = prepare_move(task, chosen, who=who, at=at)
        shown, values = filled(_form(task, chosen, prepared), form, at)
        if shown.problems and shown.is_stale:
            return changed_page(request, task, who, at, written(shown.step, form))
        if not shown.problems:
            words = said(values, shown.step.questions)
            shown = _made(task, chosen, words, shown, who, at)
    except Conflict:
        return changed_page(request, task, who, at, written(form_for(chosen), form))
    return shown.page(request) if shown.problems else see(f"/referrals/{task}?done={chosen}")


def _move(name: str) -> Move:
    if name not in set(Move):
        raise NotFound("There is no such move.")
    return Move(name)


def _form(task: str, move: Move, prepared: Prepared) -> MoveForm:
    return MoveForm(back=f"/referrals/{task}", step=form_for(move), prepared=prepared)


def filled(form: MoveForm, posted: FormData, at: Workplace) -> tuple[MoveForm, Values]:
    """The form with what was typed and what is wrong with it, and the values if nothing is."""
    now = at.clock()
    typed = typed_in(posted, form.step.questions)
    checked = check(form.step, typed, today=london_date(now), choices=form.choices)
    problems = dict(checked.problems)
    starts = starts_at(checked.values) if checked.is_good else None
    if starts and starts <= now:
        problems["date"] = Problem("The appointment must be in the future", "#date-day")
    return with_typed(form, typed, problems, str(posted.get("version", ""))), checked.values


def with_typed(
    form: MoveForm, typed: Typed, problems: dict[str, Problem], version: str
) -> MoveForm:
    return MoveForm(
        back=form.back,
        step=form.step,
        prepared=form.prepared,
        typed=typed,
        problems=problems,
        version=version,
        quoted=form.quoted,
    )


def refused(form: MoveForm, why: Invalid) -> MoveForm:
    """The form with what the rules found wrong, each where it stands or at the first question."""
    first = form.step.questions[0].key if form.step.questions else "version"
    problems: dict[str, Problem] = {}
    for issue in why.issues:
        key = EXCEPTION_AT.get(issue.expression, first)
        href = next((href_of(one) for one in form.step.questions if one.key == key), f"#{key}")
        problems.setdefault(key, Problem(issue.text, href))
    return with_typed(form, form.typed, problems, form.version)


def version_of(form: MoveForm) -> int:
    """The version that the person saw; Invalid when the page was not sent whole."""
    if not re.fullmatch(r"[0-9]{1,9}", form.version):
        raise Invalid("The page was not sent whole. Load it again.")
    return int(form.version)


def _made(
    task: str, move: Move, words: Said, form: MoveForm, who: Principal, at: Workplace
) -> MoveForm:
    try:
        with at.records.writing(who, now=at.clock()) as record:
            seen = version_of(form)
            move_referral(task, move, words, record=record, rules=at.rules, version=seen)
    except Invalid as why:
        return refused(form, why)
    return form


def changed_page(
    request: Request, task: str, who: Principal, at: Workplace, kept: Sequence[Written] = ()
) -> Response:
    """Somebody was quicker: who, what they did and when, and the way back to how it is now, with
    what this person wrote meanwhile."""
    opened = read_referral(task, who=who, at=at)
    last = last_event(opened, opened.referral)
    by = last.by if last and last.by else "Somebody"
    what = f"{by}: {last.title}, {date_and_time(last.at)}." if last else ""
    back = f"/referrals/{opened.referral.id}"
    shown = {"words": WORDS[409], "said": what, "back": back, "kept": kept}
    return render(request, "error.html", 409, **shown)

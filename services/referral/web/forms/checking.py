"""From what a browser sent to checked values, with one message for each question that is wrong."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import Any

from pydantic import BaseModel, ValidationError, create_model
from pydantic_core import ErrorDetails
from starlette.datastructures import FormData

from services.referral.web.forms.accepted import accepted
from services.referral.web.forms.dates import PARTS
from services.referral.web.forms.questions import Kind, Option, Question, Step, Typed, Values

#: Lists of the directory that give some questions their options.
Choices = Mapping[str, tuple[Option, ...]]


@dataclass(frozen=True)
class Problem:
    """What to say about one question, where to send the person, which parts of a date to mark."""

    text: str
    href: str
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Checked:
    """A step's values, and its problems in page order; with problems the values are incomplete."""

    values: Values = field(default_factory=dict)
    problems: dict[str, Problem] = field(default_factory=dict)

    @property
    def is_good(self) -> bool:
        return not self.problems


def typed_in(form: FormData, questions: Iterable[Question]) -> Typed:
    """What the form holds for these questions, as it was typed; JSON-able."""
    return {question.key: _typed(form, question) for question in questions}


def check(step: Step, typed: Typed, *, today: date, choices: Choices | None = None) -> Checked:
    """Checks one step; questions that are not asked because of another answer are left out."""
    questions = asked(step.questions, typed, choices or {})
    try:
        model = _model(questions).model_validate(
            {question.key: typed.get(question.key) for question in questions},
            context={"today": today},
        )
    except ValidationError as failure:
        return Checked(problems=_problems(failure.errors(), questions))
    values = model.model_dump(mode="json", exclude_none=True)
    return Checked(values=values, problems=_broken(step, values))


def asked(questions: Sequence[Question], typed: Typed, choices: Choices) -> tuple[Question, ...]:
    """The questions this person is asked, with the directory's options filled in."""
    shown = (q for q in questions if q.when is None or q.when.holds(typed))
    return tuple(replace(q, options=choices[q.choices]) if q.choices else q for q in shown)


def stop_chosen(questions: Iterable[Question], typed: Typed) -> str:
    """The page that ends the form because of a chosen option, or nothing."""
    for question in questions:
        for option in question.options:
            if option.stop and _chosen(typed.get(question.key), option.value):
                return option.stop
    return ""


def _chosen(answer: Any, value: str) -> bool:
    return value in answer if isinstance(answer, list) else answer == value


def _typed(form: FormData, question: Question) -> Any:
    if question.kind is Kind.CHECKBOXES:
        return [value for value in form.getlist(question.key) if isinstance(value, str)]
    if question.kind in (Kind.DATE, Kind.PAST_DATE):
        return {part: _text(form, f"{question.key}[{part}]") for part in PARTS}
    return _text(form, question.key)


def _text(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value if isinstance(value, str) else ""


@lru_cache(maxsize=256)
def _model(questions: tuple[Question, ...]) -> type[BaseModel]:
    fields: dict[str, Any] = {question.key: (accepted(question), ...) for question in questions}
    return create_model("Answers", **fields)


def _problems(errors: Sequence[ErrorDetails], questions: Sequence[Question]) -> dict[str, Problem]:
    labels = {question.key: question for question in questions}
    found: dict[str, Problem] = {}
    for error in errors:
        question = labels[str(error["loc"][0])]
        found.setdefault(question.key, _problem(error, question))
    return found


def _problem(error: ErrorDetails, question: Question) -> Problem:
    context = error.get("ctx", {})
    text = context.get("text") or _WORDS.get(error["type"], "Check this answer").format(**context)
    parts = tuple(part for part in context.get("parts", "").split(",") if part)
    if question.kind in (Kind.DATE, Kind.PAST_DATE):
        return Problem(text, f"#{question.key}-{parts[0] if parts else PARTS[0]}", parts or PARTS)
    return Problem(text, f"#{question.key}")


#: pydantic's own errors in our words.
_WORDS = {"string_too_long": "Use {max_length} characters or fewer"}


def _broken(step: Step, values: Values) -> dict[str, Problem]:
    said: dict[str, str] = {}
    for rule in step.rules:
        said.update(rule(values))
    return {
        question.key: Problem(said[question.key], href_of(question))
        for question in step.questions
        if question.key in said
    }


def href_of(question: Question) -> str:
    is_date = question.kind in (Kind.DATE, Kind.PAST_DATE)
    return f"#{question.key}-day" if is_date else f"#{question.key}"

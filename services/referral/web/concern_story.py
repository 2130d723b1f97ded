"""A filled-in form in the words in which it was asked, for whoever builds the record from it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from services.referral.records.filled_form import Answered, Chosen, FilledForm, FormPage, Given
from services.referral.web.concern_form.form import STEPS
from services.referral.web.forms.checking import Choices, asked
from services.referral.web.forms.questions import Kind, Question, Step, Values

_DATES = frozenset({Kind.DATE, Kind.PAST_DATE})


def filled_form(id: str, answers: Mapping[str, Values], choices: Choices) -> FilledForm:
    """`answers` as `concern_form.form` describes them, with the questions they answer."""
    return FilledForm(id=id, answers=answers, pages=tuple(_pages(answers, choices)))


def _pages(answers: Mapping[str, Values], choices: Choices) -> Iterator[FormPage]:
    for step in STEPS:
        values = answers.get(step.key, {})
        for item in values.get("items", []) if step.repeat else [values]:
            said = tuple(_answered(step, item, choices))
            if said:
                yield FormPage(step=step.key, title=step.title, answers=said)


def _answered(step: Step, values: Values, choices: Choices) -> Iterator[Answered]:
    for question in asked(step.questions, values, choices):
        given = tuple(_given(question, values.get(question.key)))
        if given:
            yield Answered(key=question.key, text=question.label, given=given)


def _given(question: Question, value: Any) -> Iterator[Given]:
    if value is None:
        return
    if question.options:
        words = {option.value: option.label for option in question.options}
        yield from (Chosen(code, words.get(code, code)) for code in _codes(value))
    elif question.kind in _DATES:
        yield date.fromisoformat(value)
    else:
        yield value


def _codes(value: Any) -> Sequence[str]:
    return value if isinstance(value, list) else [value]

"""Answers as people read them: labels instead of codes, dates in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.referral.web.display import full_date, spaced_nhs_number
from services.referral.web.forms.checking import Choices, asked
from services.referral.web.forms.questions import Kind, Question, Step, Values


@dataclass(frozen=True)
class Told:
    """One question with what was answered; no lines when it was left blank."""

    key: str
    label: str
    lines: tuple[str, ...]


def told(step: Step, values: Values, choices: Choices) -> list[Told]:
    """Every question that was asked in a step (or one item of it), with its answer in words."""
    return [
        Told(question.key, question.label, _lines(question, values.get(question.key)))
        for question in asked(step.questions, values, choices)
    ]


def _lines(question: Question, value: object) -> tuple[str, ...]:
    if value is None or value == []:
        return ()
    if question.options:
        labels = {option.value: option.label for option in question.options}
        chosen = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
        return tuple(labels.get(str(one), str(one)) for one in chosen)
    if question.kind in (Kind.DATE, Kind.PAST_DATE):
        return (full_date(str(value)),)
    if question.kind is Kind.NHS_NUMBER:
        return (spaced_nhs_number(str(value)),)
    return (str(value),)

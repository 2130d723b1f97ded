"""Questions in the shape in which the design system's macros want them."""

from collections.abc import Sequence

from services.referral.web.forms.checking import Problem
from services.referral.web.forms.dates import PARTS
from services.referral.web.forms.questions import Option, Question


def leading(questions: Sequence[Question]) -> list[Question]:
    """The questions that stand by themselves; the others appear under an answer to one of these."""
    return [question for question in questions if question.when is None]


def following(
    question: Question, questions: Sequence[Question]
) -> list[tuple[Option, int, Question]]:
    """Questions under an answer to this one: the answer, its number from 1, and the question."""
    return [
        (option, number, other)
        for other in questions
        if other.when and other.when.question == question.key
        for number, option in enumerate(question.options, 1)
        if option.value in other.when.values
    ]


def choices(question: Question, chosen: Sequence[str]) -> list[dict[str, object]]:
    """The options as items of radios, checkboxes or select."""
    return [
        {
            "value": option.value,
            "text": option.label,
            "hint": {"text": option.hint} if option.hint else None,
            "checked": option.value in chosen,
            "selected": option.value in chosen,
            "behaviour": "exclusive" if option.alone else None,
        }
        for option in question.options
    ]


def dates(problem: Problem | None) -> list[dict[str, object]]:
    """The three boxes of a date; those that are wrong are marked."""
    wrong = problem.parts if problem else ()
    return [{"name": part, "error": part in wrong, "width": WIDTHS[part]} for part in PARTS]


#: Room in characters: a month may be typed as a word.
WIDTHS = {"day": 2, "month": 5, "year": 4}

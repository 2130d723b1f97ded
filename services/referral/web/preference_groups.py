"""The questions about how somebody wants to hear from us, a few at a time: what stands is said in
one line, and the questions open below it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from services.referral.web.forms.questions import Question
from services.referral.web.plain_forms import PlainForm


@dataclass(frozen=True, kw_only=True)
class Group:
    """`says` puts what is chosen in words; `is_open` where something is to be put right."""

    title: str
    says: str
    questions: tuple[Question, ...]
    is_open: bool


_Words = Callable[[tuple[Question, ...], Mapping[str, Any]], str]


def groups_of(form: PlainForm, *, is_family: bool) -> list[Group]:
    """Every question is in one; what staff choose is so little that each stands alone."""
    questions = {one.key: one for one in form.step.questions}
    asked = _FAMILY if is_family else {one.label: ((key,), _ways) for key, one in questions.items()}
    return [
        _group(title, tuple(questions[key] for key in keys), says, form)
        for title, (keys, says) in asked.items()
    ]


def _group(title: str, questions: tuple[Question, ...], says: _Words, form: PlainForm) -> Group:
    return Group(
        title=title,
        says=says(questions, form.typed),
        questions=questions,
        is_open=any(one.key in form.problems for one in questions),
    )


def _ways(questions: tuple[Question, ...], typed: Mapping[str, Any]) -> str:
    """“E-mail”; or, where they differ, “E-mail. Text message: Appointments, Questions to you”."""
    chosen: dict[str, list[str]] = {}
    for one in questions:
        chosen.setdefault(_answer(one, typed), []).append(one.label)
    usual = max(chosen, key=lambda answer: len(chosen[answer]))
    others = (f"{way}: {', '.join(labels)}" for way, labels in chosen.items() if way != usual)
    return ". ".join((usual, *others))


def _reading(questions: tuple[Question, ...], typed: Mapping[str, Any]) -> str:
    size = "large" if typed.get("large_print") == "yes" else "usual"
    return f"{_answer(questions[0], typed)}, {size} print"


def _safe_times(questions: tuple[Question, ...], typed: Mapping[str, Any]) -> str:
    days = _answer(next(one for one in questions if one.key == "days"), typed)
    said = [days, _hours(typed.get("safe_from"), typed.get("safe_until"))]
    if typed.get("shared_phone") == "yes":
        said.append("others read my texts")
    return ", ".join(said)


def _hours(start: object, end: object) -> str:
    parts = [f"from {start}" if start else "", f"until {end}" if end else ""]
    return " ".join(filter(None, parts)) or "at any time but at night"


def _answer(question: Question, typed: Mapping[str, Any]) -> str:
    value = typed.get(question.key)
    return next((one.label for one in question.options if one.value == value), "Not chosen yet")


_FAMILY: Mapping[str, tuple[tuple[str, ...], _Words]] = {
    "By which way": (("appointments", "questions", "decisions", "waiting", "news"), _ways),
    "Language and print": (("language", "large_print"), _reading),
    "When it is safe": (("days", "safe_from", "safe_until", "shared_phone"), _safe_times),
}

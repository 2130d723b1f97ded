"""Whole forms about children of Anyshire: one in particular, and all that could be filled in."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from hypothesis import strategies as st
from starlette.datastructures import FormData, UploadFile

from services.referral.demo.places import ORGANISATIONS, SERVICES
from services.referral.policies.reader import read_policies
from services.referral.records.filled_form import FilledForm
from services.referral.web.concern_form.form import STEPS
from services.referral.web.concern_form.progress import progress
from services.referral.web.concern_story import filled_form
from services.referral.web.forms.checking import Choices, typed_in
from services.referral.web.forms.questions import (
    Kind,
    Need,
    Question,
    Step,
    Typed,
    Values,
    options,
)
from tests.referral.web.answers import POSTS

TODAY = date(2026, 11, 20)
_PLACES = read_policies().places
SPEECH, EARLY_YEARS, AUDIOLOGY = (
    next(str(one.entry.id) for one in SERVICES if one.key == key)
    for key in ("north-speech-language-therapy", "early-years", "north-audiology")
)
ACORN = next(one.id for one in ORGANISATIONS if one.key == "acorn")

CHOICES: Choices = {
    "districts": options(*((one.name, one.name) for one in _PLACES.districts)),
    "practices": options(*((one.ods, one.name) for one in _PLACES.practices)),
    "settings": options(*((one.id, one.name) for one in ORGANISATIONS if "Z9992" in one.ods)),
    "services": options(*((str(one.entry.id), one.entry.name) for one in SERVICES)),
}

#: What a browser would post about Zoya of North Anyshire, page by page.
ZOYAS_POSTS: dict[str, dict[str, str | list[str]]] = {
    **POSTS,
    "address": {**POSTS["address"], "district": "North Anyshire"},
    "setting-details": {**POSTS["setting-details"], "setting": ACORN},
    "services": {**POSTS["services"], "chosen": [SPEECH, EARLY_YEARS]},
}


def zoyas_typed() -> dict[str, Typed]:
    typed: dict[str, Typed] = {"safe-now": {"safe": "safe"}}
    for page, fields in ZOYAS_POSTS.items():
        key, _, number = page.partition("/")
        step = next(step for step in STEPS if step.key == key)
        form = FormData(_pairs(fields))
        if number:
            typed[key] = {"items": [typed_in(form, step.questions)]}
        elif not step.repeat:
            typed[key] = typed_in(form, step.questions)
    return typed


def _pairs(fields: Mapping[str, str | list[str]]) -> list[tuple[str, str | UploadFile]]:
    return [
        (name, one)
        for name, value in fields.items()
        for one in (value if isinstance(value, list) else [value])
    ]


def answers_of(typed: Mapping[str, Typed]) -> dict[str, Values]:
    """The checked answers; the form must be complete."""
    so_far = progress(typed, today=TODAY, choices=CHOICES)
    assert so_far.is_complete, so_far.unfinished
    return dict(so_far.answers)


def zoyas_form(id: str = "0197", **changes: Values) -> FilledForm:
    """Zoya's form, with other values in some steps: `risk={…}`, `not_agreed={…}`."""
    answers = answers_of(zoyas_typed())
    for step, values in changes.items():
        key = step.replace("_", "-")
        answers[key] = {**answers.get(key, {}), **values}
    return filled_form(id, answers, CHOICES)


def _is_answer(text: str) -> bool:
    return bool(text.strip())


_TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=13).filter(
    _is_answer
)
_SAMPLES = {
    Kind.EMAIL: ["laila@example.org", "ä+b@example.org"],
    Kind.PHONE: ["07700 900461", "+44 (0)1632-960001"],
    Kind.POSTCODE: ["zz99 3cz", "ZZ994AB", "AB1 2CD"],
    Kind.NHS_NUMBER: ["999 000 0018", "9990000026"],
    Kind.TIME: ["9:30am"],
}


def _typed(question: Question) -> st.SearchStrategy[Any]:
    """Something that is accepted as the answer to one question."""
    listed = CHOICES[question.choices] if question.choices else question.options
    codes = [one.value for one in listed if not one.stop]
    if question.kind in (Kind.RADIOS, Kind.SELECT):
        return st.sampled_from(codes)
    if question.kind is Kind.CHECKBOXES:
        alone = [[one.value] for one in listed if one.alone]
        together = [one.value for one in listed if not one.alone]
        several = st.lists(st.sampled_from(together), min_size=1, unique=True)
        return st.one_of(several, st.sampled_from(alone)) if alone else several
    if question.kind is Kind.NUMBER:
        low, high = question.lowest or 0, question.highest or 100
        return st.integers(low, high).map(lambda n: str(n - n % question.step_of))
    if question.kind in (Kind.DATE, Kind.PAST_DATE):
        days = st.dates(date(2018, 1, 1), TODAY)
        return days.map(lambda d: {"day": str(d.day), "month": str(d.month), "year": str(d.year)})
    if question.kind in _SAMPLES:
        return st.sampled_from(_SAMPLES[question.kind])
    return _TEXT


def _typed_step(step: Step) -> st.SearchStrategy[Typed]:
    fields = {
        one.key: _typed(one) if one.need is Need.MUST or one.key == "phone" else _or_blank(one)
        for one in step.questions
    }
    item = st.fixed_dictionaries(fields)
    if step.repeat is None:
        return item
    return st.lists(item, min_size=1, max_size=3).map(lambda items: {"items": items})


def _or_blank(question: Question) -> st.SearchStrategy[Any]:
    blank: Any = [] if question.kind is Kind.CHECKBOXES else ""
    return st.one_of(st.just(blank), _typed(question))


def whole_answers() -> st.SearchStrategy[dict[str, Values]]:
    """The checked answers of any form that could be sent."""
    return st.fixed_dictionaries({step.key: _typed_step(step) for step in STEPS}).map(answers_of)

"""A form that somebody filled in, as the builders of FHIR resources see it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.referral.records.resource import Json


@dataclass(frozen=True)
class Chosen:
    """An option: its code, and what the person read."""

    code: str
    words: str


Given = str | int | date | Chosen


@dataclass(frozen=True, kw_only=True)
class Answered:
    """One question as it was asked, and what was answered; more than one where several fit."""

    key: str
    text: str
    given: tuple[Given, ...]


@dataclass(frozen=True, kw_only=True)
class FormPage:
    """One page as it was filled in. A page that is asked several times is there once for each."""

    step: str
    title: str
    answers: tuple[Answered, ...]


@dataclass(frozen=True, kw_only=True)
class FilledForm:
    """A form with the checked values by step and question (`{"items": […]}` for a step asked
    several times), and its pages in words. `id` is that of the draft it was written in."""

    id: str
    answers: Mapping[str, Mapping[str, Any]]
    pages: tuple[FormPage, ...]

    def step(self, key: str) -> Mapping[str, Any]:
        """The values of a step; none when it was not asked."""
        return self.answers.get(key, {})

    def items(self, key: str) -> list[Mapping[str, Any]]:
        """The values of each item of a step that is asked several times."""
        return list(self.step(key).get("items", []))

    def chosen(self, step: str, key: str) -> list[Chosen]:
        """The options chosen for one question."""
        found = (answer for page in self.pages if page.step == step for answer in page.answers)
        given = [one for answer in found if answer.key == key for one in answer.given]
        return [one for one in given if isinstance(one, Chosen)]

    def words(self, step: str, key: str) -> str:
        """What was chosen for one question, in words."""
        return ", ".join(one.words for one in self.chosen(step, key))


@dataclass(frozen=True, kw_only=True)
class About:
    """What every resource made from a form points to: the child, who filled it in, and when."""

    child: str
    author: Json
    at: str

    @property
    def subject(self) -> Json:
        return {"reference": self.child}


def filled(resource: Json) -> Json:
    """Without the elements that hold nothing, which FHIR does not allow."""
    return {key: value for key, value in resource.items() if value not in (None, "", [], {})}

"""The words a form is written in: options, questions and steps."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

#: What a browser sent for one step, as it was typed: a text, several, or the parts of a date.
Typed = dict[str, Any]
#: What a step says once it is checked, JSON-able, without the questions left blank.
Values = dict[str, Any]
#: A rule over a step's values: what is wrong, by the key of the question to look at.
Rule = Callable[[Values], Mapping[str, str]]


class Kind(StrEnum):
    """How a question is asked, and the shape of its answer."""

    TEXT = "text"  # str, one line
    TEXTAREA = "textarea"  # str, "\n" between lines
    EMAIL = "email"  # str
    PHONE = "phone"  # str, as typed
    POSTCODE = "postcode"  # str, "ZZ99 3CZ"
    NHS_NUMBER = "nhs-number"  # str, ten digits
    NUMBER = "number"  # int
    RADIOS = "radios"  # str, an option's value
    SELECT = "select"  # str, an option's value
    CHECKBOXES = "checkboxes"  # list[str], options' values
    DATE = "date"  # str, "2026-11-19"
    PAST_DATE = "past-date"  # the same, today or earlier
    TIME = "time"  # str, "14:30"


class Need(StrEnum):
    """How much it matters: only MUST stops a form, SHOULD says what it would help."""

    MUST = "must"
    SHOULD = "should"
    MAY = "may"


@dataclass(frozen=True, kw_only=True)
class Option:
    """One answer to choose. `stop` names the page that ends the form when it is chosen;
    `alone` says that it cannot be chosen together with another ("none of these")."""

    value: str
    label: str
    hint: str = ""
    stop: str = ""
    alone: bool = False


@dataclass(frozen=True)
class When:
    """Asked only if `question` was answered with one of `values`; in another `step` if named."""

    question: str
    values: tuple[str, ...]
    step: str = ""

    def holds(self, values: Values) -> bool:
        answer = values.get(self.question)
        chosen = answer if isinstance(answer, list) else [answer]
        return any(value in self.values for value in chosen)


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question.

    `missing` is said when a MUST is left blank; `choices` names a list of the directory that gives
    the options (practices, settings, districts, services); `width` is in characters, `lowest` and
    `highest` bound a number.
    """

    key: str
    label: str
    kind: Kind = Kind.TEXT
    need: Need = Need.MUST
    hint: str = ""
    missing: str = ""
    options: tuple[Option, ...] = ()
    choices: str = ""
    when: When | None = None
    width: int | None = None
    rows: int = 5
    longest: int | None = None
    lowest: int | None = None
    highest: int | None = None
    step_of: int = 1
    autocomplete: str = ""


@dataclass(frozen=True, kw_only=True)
class Repeat:
    """A step asked once for each of several: `one` and `more` are what to call them."""

    one: str
    more: str
    at_least: int = 1


@dataclass(frozen=True, kw_only=True)
class Step:
    """One page of a form. `when` of a step always names the step it looks at."""

    key: str
    title: str
    questions: tuple[Question, ...]
    intro: str = ""
    when: When | None = None
    repeat: Repeat | None = None
    rules: tuple[Rule, ...] = ()
    template: str = "concern/step.html"


@dataclass(frozen=True, kw_only=True)
class Section:
    """A heading of the task list with the steps under it."""

    title: str
    steps: tuple[Step, ...]


def options(*pairs: tuple[str, str] | Option) -> tuple[Option, ...]:
    """Options from (value, label) pairs; an Option stands as it is."""
    return tuple(
        pair if isinstance(pair, Option) else Option(value=pair[0], label=pair[1]) for pair in pairs
    )


YES_NO = options(("yes", "Yes"), ("no", "No"))
YES_NO_UNSURE = options(("yes", "Yes"), ("no", "No"), ("not-known", "I do not know"))

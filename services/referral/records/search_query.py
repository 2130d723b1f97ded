"""What a search asks for and what it answers, and how the text of its values is read."""

import re
from dataclasses import dataclass
from typing import Literal

from services.referral.records.resource import Resource
from shared.errors import Invalid, Issue

#: https://hl7.org/fhir/R4/search.html#escaping
_ESCAPED = re.compile(r"\\([\\,|$])")
_BAR = re.compile(r"(?<!\\)(?:\\\\)*(\|)")


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """One search parameter with a modifier ("" for none) and its values, any of which may fit.

    With `then` it is a chain: what a reference leads to fits that. Of `_has` the modifier is the
    type that points here and the parameter by which it does, `Task:patient`.
    """

    name: str
    modifier: str = ""
    values: tuple[str, ...] = ()
    then: "Criterion | None" = None

    @property
    def spelled(self) -> str:
        """The name as it stands in an address, without the value."""
        name = f"{self.name}:{self.modifier}" if self.modifier else self.name
        if self.then is None:
            return name
        return f"{name}{':' if self.name == '_has' else '.'}{self.then.spelled}"


@dataclass(frozen=True)
class Order:
    """One key of `_sort`."""

    name: str
    descending: bool = False


@dataclass(frozen=True, kw_only=True)
class Query:
    """A search of one type; all criteria must fit. `after` is `Page.next` of the page before."""

    type: str
    criteria: tuple[Criterion, ...] = ()
    size: int = 20
    order: tuple[Order, ...] = ()
    after: tuple[str, ...] | None = None
    counted: bool = False


@dataclass(frozen=True, kw_only=True)
class Page:
    """`next` says behind what the next page begins; None: there is none."""

    resources: tuple[Resource, ...]
    next: tuple[str, ...] | None = None
    total: int | None = None


def unescaped(value: str) -> str:
    return _ESCAPED.sub(r"\1", value)


def token_parts(value: str) -> tuple[str | None, str]:
    """System and code of `system|code`; the system is None without a bar, "" for `|code`."""
    bar = _BAR.search(value)
    if bar is None:
        return None, unescaped(value)
    return unescaped(value[: bar.start(1)]), unescaped(value[bar.end(1) :])


def values_of(written: str) -> tuple[str, ...]:
    """The parts of a value between its commas, still escaped."""
    parts, start, index = [], 0, 0
    while index < len(written):
        if written[index] == ",":
            parts.append(written[start:index])
            start = index + 1
        index += 2 if written[index] == "\\" else 1
    return (*parts, written[start:])


def wrong_value(problem: str, at: str) -> Invalid:
    """A value that cannot be searched for; `at` is the parameter as it was written."""
    return Invalid(Issue(problem, at[:80], "value"))


def is_missing(criterion: Criterion) -> bool:
    """The value of `:missing`."""
    if criterion.values not in (("true",), ("false",)):
        raise wrong_value("“:missing” is true or false.", criterion.spelled)
    return criterion.values == ("true",)


Prefix = Literal["eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"]
_PREFIXES: tuple[Prefix, ...] = ("eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap")


def prefixed(value: str) -> tuple[Prefix, str]:
    """The prefix of a date or a number, eq if there is none, and what follows it."""
    found = next((one for one in _PREFIXES if value.startswith(one)), None)
    return (found, value[2:]) if found else ("eq", value)

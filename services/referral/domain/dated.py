"""Policies change on known days: each version says from when and until when it holds."""

from datetime import date
from enum import StrEnum
from typing import Protocol


class Dated(Protocol):
    @property
    def valid_from(self) -> date: ...

    @property
    def valid_to(self) -> date | None: ...


class Sure(StrEnum):
    """How far the source of a policy was followed up."""

    PRIMARY_TEXT = "A"
    SECONDARY_SOURCE = "B"
    GENERAL_KNOWLEDGE = "C"
    PROPOSED = "P"


def in_force(version: Dated, on: date) -> bool:
    """Whether it holds on that day; `valid_to` is its last day, None means until changed."""
    return version.valid_from <= on and (version.valid_to is None or on <= version.valid_to)


def in_words(day: date) -> str:
    """A full date, as people write it: 1 September 2026."""
    return f"{day.day} {day:%B %Y}"

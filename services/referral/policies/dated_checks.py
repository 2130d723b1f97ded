"""The versions of a rule or a clock follow one another without overlapping."""

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import Protocol, TypeVar

from services.referral.domain.dated import Dated, in_words
from services.referral.policies.policy_file import Entry, PolicyFile, Problem


class Version(Dated, Protocol):
    @property
    def id(self) -> str: ...


V = TypeVar("V", bound=Version)


def check_dates(version: Dated) -> Iterator[Problem]:
    if version.valid_to is not None and version.valid_to < version.valid_from:
        yield ("validTo",), "“validTo” is before “validFrom”"


def check_versions(file: PolicyFile, entries: Sequence[Entry[V]]) -> None:
    """Two versions of one id are never in force on the same day."""
    ordered = sorted(entries, key=lambda entry: (entry.value.id, entry.value.valid_from))
    for _, versions in groupby(ordered, key=lambda entry: entry.value.id):
        for earlier, later in pairwise(versions):
            if overlap(earlier.value, later.value):
                since = in_words(earlier.value.valid_from)
                file.complain(later, ("validFrom",), f"overlaps its version of {since}")


def overlap(one: Dated, other: Dated) -> bool:
    """Whether there is a day on which both are in force."""
    earlier, later = sorted((one, other), key=lambda version: version.valid_from)
    return earlier.valid_to is None or later.valid_from <= earlier.valid_to

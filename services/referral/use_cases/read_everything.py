"""All that somebody may see of one child, a page at a time. Each page is noted."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from services.referral.records.of_a_child import Wanted, of_child_after, pointed_at
from services.referral.records.reading import Reading
from services.referral.records.resource import Resource
from services.referral.use_cases.leaving import all_leaving
from services.referral.use_cases.workplace import Workplace
from shared.identity import Principal


@dataclass(frozen=True, order=True)
class Reached:
    """How far a page came: the child first, then what is theirs by id, then what that names."""

    part: int = 0
    key: str = ""


#: Before anything.
NOTHING = Reached()
_THEIRS, _NAMED = 1, 2


@dataclass(frozen=True)
class Part:
    """`reached` is None when there is no more."""

    resources: tuple[Resource, ...]
    reached: Reached | None


def read_everything(
    child: str, wanted: Wanted, *, after: Reached, size: int, who: Principal, at: Workplace
) -> Part:
    """At most `size` from there on. NotFound when the child is not there for this principal."""
    with at.records.reading(who, now=at.clock()) as record:
        patient = record.resource("Patient", child)
        found = list(islice(_from(patient, wanted, after, record), size + 1))
        page = found[:size]
        record.note("everything", patient, f"{len(page)} found")
        reached = page[-1][0] if len(found) > size else None
        return Part(tuple(all_leaving([one for _, one in page], record)), reached)


def _from(
    patient: Resource, wanted: Wanted, after: Reached, record: Reading
) -> Iterator[tuple[Reached, Resource]]:
    """In order. What comes later is asked for only when a page is not full before."""
    if after == NOTHING and wanted.fits(patient):
        yield Reached(_THEIRS), patient
    if after.part < _NAMED:
        for one in of_child_after(record, patient.id, wanted, after.key):
            yield Reached(_THEIRS, one.id), one
    for one in pointed_at(record, patient, wanted):
        reached = Reached(_NAMED, one.reference)
        if reached > after:
            yield reached, one

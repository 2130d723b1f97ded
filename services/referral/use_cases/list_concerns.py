"""What a setting has raised: what waits for them, and what waits for others."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from services.referral.domain.service_directory import ServiceEntry
from services.referral.records.concern_lists import (
    Mine,
    asked_of,
    ended_concerns,
    open_concerns,
    tasks_of,
)
from services.referral.records.reading import Reading
from services.referral.records.resource import Resource
from services.referral.records.tables import QueueRow
from services.referral.records.worklists import Line
from services.referral.use_cases.workplace import Workplace
from shared.identity import Principal

SIZE = 20
#: More questions at once than any setting has open; all of them stand on the first page.
MOST_ASKED = 100


@dataclass(frozen=True, kw_only=True)
class ListedConcern:
    """A concern with its rows of the queue: the referrals, and what is asked of us."""

    id: str
    patient: Resource
    request: Resource
    referrals: tuple[QueueRow, ...]
    asks: tuple[QueueRow, ...]


@dataclass(frozen=True, kw_only=True)
class ConcernsPage:
    """`mine` is asked of us, `others` waits for others or has ended; `next` is the last id."""

    mine: tuple[ListedConcern, ...]
    others: tuple[ListedConcern, ...]
    next: str | None
    services: dict[str, ServiceEntry]


def list_concerns(
    *, ended: bool, before: str | None, who: Principal, at: Workplace
) -> ConcernsPage:
    """Open concerns, or those that have `ended`, newest first; what is asked of us comes first."""
    mine = _mine(who)
    with at.records.reading(who, now=at.clock()) as record:
        asked = [] if ended else asked_of(record, mine, size=MOST_ASKED)
        others = _others(record, mine, ended, before, asked)
        shown = others[:SIZE]
        listed = _listed(record, [*asked, *shown], mine.owners)
        entries = at.rules.directory.entries(record)
        seen = [one.patient for one in listed.values()]
        record.note_several("list", seen, f"{len(seen)} shown", "ServiceRequest")
    return ConcernsPage(
        mine=() if before else tuple(listed[id] for id in asked),
        others=tuple(listed[id] for id in shown),
        next=shown[-1] if len(others) > SIZE else None,
        services={entry.id: entry for entry in entries},
    )


def _mine(who: Principal) -> Mine:
    return Mine(setting=who.organisation, person=who.reference)


def _others(
    record: Reading, mine: Mine, ended: bool, before: str | None, asked: Sequence[str]
) -> list[str]:
    if ended:
        return ended_concerns(record, mine, size=SIZE + 1, before=before)
    return open_concerns(record, mine, size=SIZE + 1, before=before, without=asked)


def _listed(record: Reading, ids: Sequence[str], owners: Sequence[str]) -> dict[str, ListedConcern]:
    lines = sorted(tasks_of(record, ids), key=lambda line: line.row.concern_id)
    grouped = groupby(lines, key=lambda line: line.row.concern_id)
    return {id: _concern(id, list(of_one), owners) for id, of_one in grouped}


def _concern(id: str, lines: list[Line], owners: Sequence[str]) -> ListedConcern:
    rows = [line.row for line in lines]
    return ListedConcern(
        id=id,
        patient=lines[0].patient,
        request=lines[0].request,
        referrals=tuple(row for row in rows if row.service_id),
        asks=tuple(row for row in rows if row.open and row.owner in owners and row.part_of),
    )

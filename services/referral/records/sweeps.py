"""The referrals that are due to climb, found by a partial index: it costs what is due, and not what
is open."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, TextClause, or_, text
from sqlalchemy import select as columns
from sqlmodel import col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from services.referral.records.reading import Loaded, Reading
from services.referral.records.resource import Resource, to_resource
from services.referral.records.tables import QueueRow, ResourceRow
from services.referral.records.writing import Writing

#: Counted no further, so that a long backlog is as quick to see as a short one.
MOST_COUNTED = 100_000
#: As it stands in the index: SQLite does not see that `open = 1` says the same.
_OPEN = text("queue.open")


@dataclass(frozen=True, kw_only=True)
class Due:
    """A referral that is due, and since when: what a sweep goes on behind."""

    at: datetime
    task: str
    concern: str


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A concern of which something is due, held until the end of the transaction."""

    loaded: Loaded
    patient: Resource
    carers: tuple[str, ...]
    due: frozenset[str]


def due(record: Reading, now: datetime, *, after: Due | None, size: int) -> list[Due]:
    """What is due by now, the oldest first; `after` is where the last batch ended."""
    rows = record.session.execute(due_query(now, after=after, size=size)).all()
    return [Due(at=at, task=task, concern=concern) for at, task, concern in rows if at]


def due_query(now: datetime, *, after: Due | None, size: int) -> Select[datetime | None, str, str]:
    """What `due` asks, for the tests of the plan that the databases make for it."""
    at, task = col(QueueRow.next_escalation_at), col(QueueRow.task_id)
    behind = [at >= after.at, or_(at > after.at, task > after.task)] if after else []
    found = columns(at, task, col(QueueRow.concern_id)).where(*_is_due(now), *behind)
    return found.order_by(at, task).limit(size)


def count_due(record: Reading, now: datetime) -> int:
    some = select(QueueRow.task_id).where(*_is_due(now)).limit(MOST_COUNTED)
    return record.session.exec(select(func.count()).select_from(some.subquery())).one()


def _is_due(now: datetime) -> tuple[TextClause, ColumnElement[bool]]:
    return _OPEN, col(QueueRow.next_escalation_at) <= now


def hold(record: Writing, wanted: Sequence[Due]) -> list[str]:
    """Of these concerns those that nobody else is at work on; until the end of the transaction
    nobody else changes them, as with `Writing.concern`. On SQLite writers come one by one."""
    ids = sorted({one.concern for one in wanted})
    free = columns(col(ResourceRow.id)).where(
        col(ResourceRow.type) == "ServiceRequest", col(ResourceRow.id).in_(ids)
    )
    in_order = free.order_by(col(ResourceRow.id)).with_for_update(skip_locked=True)
    return list(record.session.scalars(in_order))


def load(record: Writing, concerns: Sequence[str], tasks: Sequence[str]) -> list[Waiting]:
    """The held concerns as they are now, in three statements however many they are."""
    still = select(QueueRow).where(
        col(QueueRow.task_id).in_(tasks),
        col(QueueRow.concern_id).in_(concerns),
        *_is_due(record.now),
    )
    rows = record.session.exec(still).all()
    parts = _parts(record, {row.concern_id for row in rows})
    patients = _patients(record, {row.child_id for row in rows})
    by_concern: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        by_concern[row.concern_id].add(row.task_id)
    children = {row.concern_id: row.child_id for row in rows}
    return [
        _waiting(parts[concern], patients[children[concern]], frozenset(due))
        for concern, due in sorted(by_concern.items())
    ]


def _waiting(parts: Sequence[Resource], patient: Resource, due: frozenset[str]) -> Waiting:
    request = next(one for one in parts if one.type == "ServiceRequest")
    return Waiting(
        loaded=Loaded(request, [one for one in parts if one.type == "Task"]),
        patient=patient,
        carers=tuple(one.reference for one in parts if one.type == "RelatedPerson"),
        due=due,
    )


def _parts(record: Writing, concerns: set[str]) -> dict[str, list[Resource]]:
    found: dict[str, list[Resource]] = defaultdict(list)
    for row in record.session.exec(parts_query(concerns)):
        found[row.concern_id or ""].append(to_resource(row))
    return found


def parts_query(concerns: Iterable[str]) -> SelectOfScalar[ResourceRow]:
    """What `load` asks of the concerns, for the tests of the plan. The type is no column by itself
    in it, or SQLite would go through every Task there is by an index that begins with the type."""
    type = col(ResourceRow.type).concat("")
    wanted = select(ResourceRow).where(
        col(ResourceRow.concern_id).in_(concerns),
        type.in_(("ServiceRequest", "Task", "RelatedPerson")),
        col(ResourceRow.deleted).is_(False),
    )
    return wanted.order_by(ResourceRow.id)


def _patients(record: Writing, children: set[str]) -> dict[str, Resource]:
    wanted = select(ResourceRow).where(
        ResourceRow.type == "Patient", col(ResourceRow.id).in_(children)
    )
    return {row.id: to_resource(row) for row in record.session.exec(wanted)}

"""Pages of a service's queue. The next begins behind the last line of this, however far down."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, text
from sqlmodel import and_, col, exists, false, func, or_, select

from services.referral.domain.concern import TO_DO
from services.referral.domain.moves import State
from services.referral.records.index import folded
from services.referral.records.reading import Reading
from services.referral.records.resource import Resource, to_resource
from services.referral.records.tables import QueueRow, ResourceRow, SearchRow

#: As it stands in the indexes of what is open.
_OPEN = text("queue.open")


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a worklist: the queue row, the child and the concern."""

    row: QueueRow
    patient: Resource
    request: Resource


@dataclass(frozen=True, kw_only=True)
class Sought:
    """What a person looks for: words of the child's name, or the end of a concern's id; a state;
    what is open and was due before an instant. Without any of these, what is open."""

    words: tuple[str, ...] = ()
    end_of_id: str | None = None
    state: State | None = None
    due_before: datetime | None = None

    @property
    def is_open_only(self) -> bool:
        """Nothing that has ended is late, and who names a child or a state wants to see it all."""
        return bool(self.due_before) or not (self.state or self.words or self.end_of_id)


@dataclass(frozen=True, kw_only=True)
class After:
    """The last line of the page before."""

    due_at: datetime
    task: str


def worklist(
    record: Reading,
    services: Sequence[str],
    sought: Sought,
    *,
    size: int,
    after: After | None = None,
) -> list[Line]:
    """Referrals to these services, due soonest first, `size` at the most.

    Each service is asked for by itself and read in the order of its index: for several at once the
    database would sort all that is open (100,000 of four services: 400 ms).
    """
    found = [
        row for service in services for row in _of_service(record, service, sought, size, after)
    ]
    first = sorted(found, key=lambda row: (row.due_at, row.task_id))[:size]
    return to_lines(record, first)


def _of_service(
    record: Reading, service: str, sought: Sought, size: int, after: After | None
) -> list[QueueRow]:
    rows = (
        select(QueueRow)
        .where(QueueRow.service_id == service, *_fits(sought))
        .order_by(col(QueueRow.due_at), col(QueueRow.task_id))
        .limit(size)
    )
    if after:
        later = and_(QueueRow.due_at == after.due_at, QueueRow.task_id > after.task)
        rows = rows.where(or_(col(QueueRow.due_at) > after.due_at, later))
    return list(record.session.exec(rows))


def to_lines(record: Reading, rows: Sequence[QueueRow]) -> list[Line]:
    """With the child and the concern of each, looked up by their keys in a statement of its own.

    Joined to the rows they mislead PostgreSQL's planner: it then sorts all that is open (100,000:
    690 ms for a page). A row whose child or concern may not be seen is left out.
    """
    ids = {row.child_id for row in rows} | {row.concern_id for row in rows}
    both = select(ResourceRow).where(
        col(ResourceRow.type).in_(("Patient", "ServiceRequest")), col(ResourceRow.id).in_(ids)
    )
    found = {row.id: to_resource(row) for row in record.session.exec(both)} if ids else {}
    return [
        Line(row=row, patient=found[row.child_id], request=found[row.concern_id])
        for row in rows
        if row.child_id in found and row.concern_id in found
    ]


def actions(record: Reading, people: Sequence[str], *, size: int) -> list[Line]:
    """What these people, by reference, must do; soonest first."""
    rows = (
        select(QueueRow)
        .where(_OPEN, col(QueueRow.assigned_to).in_(people), col(QueueRow.kind).in_(sorted(TO_DO)))
        .order_by(col(QueueRow.due_at), col(QueueRow.task_id))
        .limit(size)
    )
    return to_lines(record, list(record.session.exec(rows)))


def count(record: Reading, services: Sequence[str], sought: Sought, *, at_most: int) -> int:
    """How many fit, counted no further than `at_most`, so that it costs the same always."""
    of_services = select(QueueRow.task_id).where(col(QueueRow.service_id).in_(services))
    some = of_services.where(*_fits(sought)).limit(at_most)
    return record.session.exec(select(func.count()).select_from(some.subquery())).one()


def _fits(sought: Sought) -> list[ColumnElement[bool]]:
    fits: list[ColumnElement[bool]] = []
    if sought.state:
        fits.append(col(QueueRow.state) == sought.state)
    if sought.due_before:
        fits.append(col(QueueRow.due_at) < sought.due_before)
    if sought.is_open_only:
        fits.append(col(QueueRow.open).is_(True))
    if sought.words or sought.end_of_id:
        fits.append(or_(_is_called(sought.words), _has_reference(sought.end_of_id)))
    return fits


def _is_called(words: Sequence[str]) -> ColumnElement[bool]:
    """Every word is part of some name of the child."""
    if not words:
        return false()
    return and_(*(_has_name(folded(word)) for word in words))


def _has_name(word: str) -> ColumnElement[bool]:
    names = select(SearchRow.id).where(
        SearchRow.type == "Patient",
        SearchRow.id == QueueRow.child_id,
        SearchRow.param == "name",
        col(SearchRow.value).contains(word, autoescape=True),
    )
    return exists(names)


def _has_reference(end: str | None) -> ColumnElement[bool]:
    return col(QueueRow.concern_id).endswith(end, autoescape=True) if end else false()

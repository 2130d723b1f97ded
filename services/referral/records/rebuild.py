"""Queue and search rows written anew from the records, which alone are the truth."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, text, tuple_
from sqlmodel import Session, col, select

from services.referral.records.index import INDEX_VERSION, search_rows
from services.referral.records.queue import about, queue_row
from services.referral.records.reading import Reading
from services.referral.records.resource import Resource, to_resource
from services.referral.records.tables import IndexVersionRow, ResourceRow, metadata

BATCH = 500

_QUEUE, _SEARCH = metadata.tables["queue"], metadata.tables["search_value"]


@dataclass(frozen=True)
class Rebuilt:
    """How many resources were read, and how many of them stand in the queue."""

    resources: int
    tasks: int

    def __str__(self) -> str:
        return f"{self.resources} resources, {self.tasks} of them Tasks in the queue"


def rebuild(record: Reading, *, batch: int = BATCH) -> Rebuilt:
    """Replace every queue and search row. The record must see everything and be a writing one."""
    session = record.session
    _hold_writers(session)
    session.execute(delete(_SEARCH))
    session.execute(delete(_QUEUE))
    resources = tasks = 0
    for page in _batches(session, batch):
        _insert(session, "search_value", [row for one in page for row in search_rows(one.json)])
        queued = _queue_rows(session, [one for one in page if one.type == "Task"])
        _insert(session, "queue", queued)
        resources, tasks = resources + len(page), tasks + len(queued)
    session.execute(delete(IndexVersionRow))
    session.execute(insert(IndexVersionRow), [{"version": INDEX_VERSION}])
    return Rebuilt(resources, tasks)


def is_index_old(session: Session) -> bool:
    """Whether the rows were written by code that wrote other ones."""
    return list(session.scalars(select(IndexVersionRow.version))) != [INDEX_VERSION]


def _hold_writers(session: Session) -> None:
    """A row that somebody writes meanwhile would be lost or doubled; on SQLite we write alone."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE resource IN SHARE ROW EXCLUSIVE MODE"))


def _batches(session: Session, size: int) -> Iterator[list[Resource]]:
    key = tuple_(col(ResourceRow.type), col(ResourceRow.id))
    wanted = select(ResourceRow).where(col(ResourceRow.deleted).is_(False)).limit(size)
    page = wanted = wanted.order_by(col(ResourceRow.type), col(ResourceRow.id))
    while batch := [to_resource(row) for row in session.exec(page)]:
        yield batch
        page = wanted.where(key > (batch[-1].type, batch[-1].id))


def _queue_rows(session: Session, tasks: Sequence[Resource]) -> list[dict[str, Any]]:
    """A line of the queue says some of what stands in the child's and the concern's resources."""
    ids = {id for task in tasks for id in (task.place.child, task.place.concern) if id}
    wanted = select(ResourceRow).where(
        col(ResourceRow.type).in_(("Patient", "ServiceRequest")), col(ResourceRow.id).in_(ids)
    )
    known = {row.id: to_resource(row).json for row in session.exec(wanted)}
    return [
        queue_row(task, about(known[task.place.child or ""], known[task.place.concern or ""]))
        for task in tasks
    ]


def _insert(session: Session, name: str, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        session.execute(insert(metadata.tables[name]), rows)

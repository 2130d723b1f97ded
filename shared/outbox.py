"""Events kept until their receiver has them, written in the transaction that makes them true."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    Column,
    ColumnElement,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    and_,
    case,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlmodel import Session
from sqlmodel.sql.sqltypes import UTCDateTime

from shared.cloudevents import CloudEvent, from_json, to_json
from shared.contract import Answer, AnswerStatus, Totals


@dataclass(frozen=True)
class Claimed:
    """An event that one relay alone may pass on; `attempts` counts this one."""

    id: str
    body: str
    attempts: int


@dataclass(frozen=True)
class Parked:
    """An event that its receiver will not take, kept for a person to look at."""

    id: str
    type: str
    subject: str
    created_at: datetime
    reason: str


def outbox_table(metadata: MetaData) -> Table:
    """The outbox of one service; `body` is the CloudEvent as it goes out."""
    table = Table(
        "outbox",
        metadata,
        Column("id", Text, primary_key=True),
        Column("type", Text, nullable=False),
        Column("subject", Text, nullable=False),
        Column("body", Text, nullable=False),
        Column("created_at", UTCDateTime, nullable=False),
        Column("claimed_until", UTCDateTime),
        Column("attempts", Integer, nullable=False),
        Column("published_at", UTCDateTime),
        Column("rejected_reason", Text),
    )
    waits = _is_waiting(table)
    Index(
        "ix_outbox_waiting",
        table.c.created_at,
        table.c.id,
        sqlite_where=waits,
        postgresql_where=waits,
    )
    return table


def put(
    session: Session,
    table: Table,
    events: Sequence[CloudEvent],
    *,
    held: Mapping[str, datetime] | None = None,
) -> None:
    """Keep events to be passed on, oldest first; those that are `held`, not before that time."""
    if events:
        until = held or {}
        rows = [{**_row(event), "claimed_until": until.get(event.id)} for event in events]
        session.execute(insert(table), rows)


def take_back(
    session: Session, table: Table, *, type: str, subjects: Sequence[str]
) -> list[CloudEvent]:
    """Take out the events of this type and these subjects that are not passed on yet, because a
    newer one will say it. One that a relay is posting just now may arrive as well."""
    untold = and_(_is_waiting(table), table.c.type == type, table.c.subject.in_(subjects))
    oldest = select(table.c.id, table.c.body).where(untold).order_by(table.c.created_at)
    found = session.execute(oldest.with_for_update(skip_locked=True)).all()
    if found:
        session.execute(delete(table).where(table.c.id.in_([row.id for row in found])))
    return [from_json(row.body) for row in found]


def claim(
    session: Session, table: Table, *, now: datetime, limit: int, lease: timedelta
) -> list[Claimed]:
    """Take up to `limit` waiting events for the time of the lease.

    By their state, never by "id greater than the last": that would lose what commits late. On
    PostgreSQL rows that another relay is taking are skipped; on SQLite writers come one by one.
    """
    free = or_(table.c.claimed_until.is_(None), table.c.claimed_until <= now)
    waiting = select(table.c.id, table.c.body, table.c.attempts + 1).where(_is_waiting(table), free)
    oldest = (
        waiting.order_by(table.c.created_at, table.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    claimed = [Claimed(*row) for row in session.execute(oldest)]
    taken = update(table).where(table.c.id.in_([event.id for event in claimed]))
    session.execute(taken.values(claimed_until=now + lease, attempts=table.c.attempts + 1))
    return claimed


def mark(session: Session, table: Table, answers: Sequence[Answer], *, now: datetime) -> None:
    """Note what the receiver said: a duplicate is as good as accepted, a rejected one is parked."""
    arrived = [answer.id for answer in answers if answer.status is not AnswerStatus.REJECTED]
    session.execute(update(table).where(table.c.id.in_(arrived)).values(published_at=now))
    for answer in answers:
        if answer.status is AnswerStatus.REJECTED:
            reason = answer.reason or "no reason given"
            session.execute(
                update(table).where(table.c.id == answer.id).values(rejected_reason=reason)
            )


def release(session: Session, table: Table, until: Mapping[str, datetime]) -> None:
    """Let events be claimed again, each from its own time on."""
    for id, at in until.items():
        session.execute(update(table).where(table.c.id == id).values(claimed_until=at))


def parked(session: Session, table: Table) -> list[Parked]:
    """What no receiver would take, oldest first."""
    shown = (table.c.id, table.c.type, table.c.subject, table.c.created_at, table.c.rejected_reason)
    rows = select(*shown).where(table.c.rejected_reason.is_not(None)).order_by(table.c.id)
    return [Parked(*row) for row in session.execute(rows)]


def count_waiting(session: Session, table: Table) -> int:
    """How many events are still to be passed on."""
    waiting = select(func.count()).select_from(table).where(_is_waiting(table))
    return int(session.execute(waiting).scalar_one())


def count_all(session: Session, table: Table, *, taken: int, now: datetime) -> Totals:
    """How far the events of this outbox have come; `taken` is how many came in. What was marked as
    told without a try, such as the past of the demo area, was never to be passed on."""
    waits = _is_waiting(table)
    is_held = and_(waits, table.c.attempts == 0, table.c.claimed_until > now)
    states = (
        and_(table.c.published_at.is_not(None), table.c.attempts > 0),
        and_(waits, or_(table.c.attempts > 0, table.c.claimed_until.is_(None), ~is_held)),
        is_held,
        table.c.rejected_reason.is_not(None),
    )
    counted = (func.coalesce(func.sum(case((state, 1), else_=0)), 0) for state in states)
    published, waiting, held, parked = session.execute(select(*counted)).one()
    return Totals(
        published=int(published),
        waiting=int(waiting),
        held=int(held),
        parked=int(parked),
        taken=taken,
    )


def unpark(session: Session, table: Table, ids: Sequence[str]) -> int:
    """Pass these on again, after somebody has put right why they were rejected; how many."""
    again = update(table).where(table.c.id.in_(ids), table.c.rejected_reason.is_not(None))
    freed = session.execute(
        again.values(rejected_reason=None, claimed_until=None, attempts=0).returning(table.c.id)
    )
    return len(freed.all())


def _is_waiting(table: Table) -> ColumnElement[bool]:
    return and_(table.c.published_at.is_(None), table.c.rejected_reason.is_(None))


def _row(event: CloudEvent) -> dict[str, object]:
    return {
        "id": event.id,
        "type": event.type,
        "subject": event.subject,
        "body": to_json(event),
        "created_at": event.time,
        "attempts": 0,
    }

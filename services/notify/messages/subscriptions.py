"""Subscriptions as their clients and the operators see them, in and out of the database."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func
from sqlmodel import Session, col, select

from services.notify.domain.subscription import KEPT, MOST, Health
from services.notify.messages.tables import HookEventRow, SubscriptionRow
from shared.database import Database
from shared.errors import Conflict, NotFound, Stale
from shared.subscribing import Content, Kept, Numbered, Status, Wish
from shared.topics import Topic

SHOWN = 500
#: Events in one answer.
MOST_EVENTS = 200


class Subscriptions:
    """Each method is one transaction. What is another client's is not there."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, id: str, client: str, wish: Wish, *, now: datetime) -> Kept:
        """Conflict when the client has as many as it may."""
        number = select(func.count()).where(SubscriptionRow.client == client)
        with self._database.write() as session:
            if session.exec(number).one() >= MOST:
                raise Conflict(f"One client has at most {MOST} subscriptions.")
            wished = _wished(wish, now)
            row = SubscriptionRow(id=id, client=client, version=1, created_at=now, **wished)
            session.add(row)
            return _kept(row)

    def update(
        self, id: str, client: str, wish: Wish, *, version: int | None, now: datetime
    ) -> Kept:
        """It begins again with a handshake, and goes on with its numbers. Stale when somebody
        changed it since that version."""
        with self._database.write() as session:
            row = _own(session, id, client)
            if version is not None and version != row.version:
                raise Stale("Somebody else changed this after you read it.")
            values = {"version": row.version + 1, **_wished(wish, now), **_BEGUN}
            for name, value in values.items():
                setattr(row, name, value)
            if row.status == Status.OFF:
                _drop_untold(session, id)
            return _kept(row)

    def delete(self, id: str, client: str) -> None:
        with self._database.write() as session:
            row = _own(session, id, client)
            session.execute(delete(HookEventRow).where(col(HookEventRow.subscription) == id))
            session.delete(row)

    def of(self, client: str, id: str = "") -> list[Kept]:
        """All of this client's, oldest first, or the one of that id."""
        mine = select(SubscriptionRow).where(SubscriptionRow.client == client)
        if id:
            mine = mine.where(SubscriptionRow.id == id)
        with self._database.read() as session:
            return [_kept(row) for row in session.exec(mine.order_by(SubscriptionRow.id))]

    def events(self, id: str, since: int, until: int | None) -> list[Numbered]:
        """Those that have a number, in its order."""
        wanted = select(HookEventRow).where(
            HookEventRow.subscription == id, col(HookEventRow.number) >= since
        )
        if until is not None:
            wanted = wanted.where(col(HookEventRow.number) <= until)
        in_order = wanted.order_by(col(HookEventRow.number)).limit(MOST_EVENTS)
        with self._database.read() as session:
            return [
                Numbered(number=row.number or 0, at=row.happened_at, task=row.task)
                for row in session.exec(in_order)
            ]

    def health(self) -> list[Health]:
        """Of all, those in trouble first."""
        untold = (
            select(
                HookEventRow.subscription,
                func.count().label("waiting"),
                func.min(HookEventRow.happened_at).label("oldest_at"),
            )
            .where(col(HookEventRow.told_at).is_(None))
            .group_by(col(HookEventRow.subscription))
            .subquery()
        )
        all_ = select(SubscriptionRow, untold.c.waiting, untold.c.oldest_at).outerjoin(
            untold, untold.c.subscription == SubscriptionRow.id
        )
        first = all_.order_by(
            col(SubscriptionRow.trouble_at).is_(None), col(SubscriptionRow.client)
        ).limit(SHOWN)
        with self._database.read() as session:
            return [_health(row, waiting or 0, at) for row, waiting, at in session.exec(first)]

    def take_on(self, id: str, *, by: str, now: datetime) -> None:
        """Somebody speaks with those whose system does not answer."""
        with self._database.write() as session:
            row = session.get(SubscriptionRow, id, with_for_update=True)
            if row is None or row.trouble_at is None:
                raise NotFound("This subscription is in no trouble.")
            row.taken_by, row.taken_at = by, now

    def forget(self, *, now: datetime) -> int:
        """Drop events that are too old to be asked for, or to be of use; how many."""
        old = delete(HookEventRow).where(col(HookEventRow.happened_at) < now - KEPT)
        with self._database.write() as session:
            gone = session.execute(old.returning(col(HookEventRow.event)))
            return len(gone.all())


#: What a change of a subscription puts an end to.
_BEGUN: dict[str, object] = {
    "error": "",
    "failures": 0,
    "failing_since": None,
    "wait_until": None,
    "beat_at": None,
    "is_slow": False,
    "claim": None,
    "claimed_until": None,
    "trouble_at": None,
    "taken_by": "",
    "taken_at": None,
}


def _wished(wish: Wish, now: datetime) -> dict[str, Any]:
    return {
        "changed_at": now,
        "body": wish.body,
        "topic": wish.topic,
        "endpoint": wish.endpoint,
        "headers": json.dumps(wish.headers),
        "content": wish.content,
        "heartbeat": wish.heartbeat,
        "timeout": wish.timeout,
        "most": wish.most,
        "ends_at": wish.ends_at,
        "status": Status.REQUESTED if wish.is_on else Status.OFF,
    }


def _own(session: Session, id: str, client: str) -> SubscriptionRow:
    row = session.get(SubscriptionRow, id, with_for_update=True)
    if row is None or row.client != client:
        raise NotFound("There is no such subscription.")
    return row


def _drop_untold(session: Session, id: str) -> None:
    """Those with a number stay: the subscriber may ask for them."""
    untold = delete(HookEventRow).where(
        col(HookEventRow.subscription) == id, col(HookEventRow.number).is_(None)
    )
    session.execute(untold)


def _kept(row: SubscriptionRow) -> Kept:
    return Kept(
        id=row.id,
        version=row.version,
        changed_at=row.changed_at,
        status=Status(row.status),
        error=row.error,
        topic=Topic(row.topic),
        endpoint=row.endpoint,
        content=Content(row.content),
        body=row.body,
        events=row.events,
    )


def _health(row: SubscriptionRow, waiting: int, oldest_at: datetime | None) -> Health:
    return Health(
        id=row.id,
        client=row.client,
        topic=Topic(row.topic),
        endpoint=row.endpoint,
        status=Status(row.status),
        error=row.error,
        events=row.events,
        waiting=waiting,
        oldest_at=oldest_at,
        told_at=row.told_at,
        failing_since=row.failing_since,
        trouble_at=row.trouble_at,
        taken_by=row.taken_by,
        taken_at=row.taken_at,
    )

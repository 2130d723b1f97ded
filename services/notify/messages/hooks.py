"""Subscriptions as they are served: whose turn it is, what they hear next, and that they heard it.

One at a time serves a subscription, which is what keeps its events in order.
"""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Delete, Update, and_, delete, exists, or_, update
from sqlmodel import Session, col, select

from services.notify.domain.subscription import SLOW, Due, Hook, Posted
from services.notify.messages.settling import changed
from services.notify.messages.tables import HookEventRow, SubscriptionRow
from shared.database import Database
from shared.subscribing import Content, Status
from shared.topics import Topic

SERVED = (Status.REQUESTED, Status.ACTIVE)


class Hooks:
    """Each method is one transaction; those with a `claim` change nothing for one who lost it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def claim(
        self, *, slow: bool, limit: int, claim: str, now: datetime, lease: timedelta
    ) -> list[str]:
        """Take up to so many subscriptions for which there is something to do."""
        due = select(SubscriptionRow).where(_is_due(now), col(SubscriptionRow.is_slow).is_(slow))
        first = due.order_by(col(SubscriptionRow.told_at)).limit(limit)
        with self._database.write() as session:
            rows = session.exec(first.with_for_update(skip_locked=True)).all()
            for row in rows:
                row.claim, row.claimed_until = claim, now + lease
            return [row.id for row in rows]

    def hold(self, id: str, *, claim: str, now: datetime, lease: timedelta) -> Hook | None:
        """The subscription as it is now, and it stays taken for another lease; None when it is not
        to be served, or not by this claim any more."""
        with self._database.write() as session:
            row = session.get(SubscriptionRow, id, with_for_update=True)
            if row is None or row.claim != claim or row.status not in SERVED:
                return None
            row.claimed_until = now + lease
            return _hook(row)

    def release(self, id: str, *, claim: str) -> None:
        with self._database.write() as session:
            session.execute(_ours(id, claim).values(claim=None, claimed_until=None))

    def due(self, id: str, *, limit: int) -> list[Due]:
        """What it hears next. Where some have a number and nobody knows whether it heard them, it
        hears these again first."""
        untold = select(HookEventRow).where(
            HookEventRow.subscription == id, col(HookEventRow.told_at).is_(None)
        )
        in_order = untold.order_by(
            col(HookEventRow.number).is_(None),
            col(HookEventRow.number),
            col(HookEventRow.happened_at),
            col(HookEventRow.event),
        )
        with self._database.read() as session:
            found = [_due(row) for row in session.exec(in_order.limit(limit))]
        tried = [one for one in found if one.number is not None]
        return tried or found

    def number(
        self, hook: Hook, *, tell: Sequence[Due], drop: Sequence[Due], claim: str
    ) -> list[Due]:
        """Give the next numbers to what will be told, and forget what must not be."""
        with self._database.write() as session:
            counted = _ours(hook.id, claim).where(col(SubscriptionRow.events) == hook.events)
            if not changed(session, counted.values(events=hook.events + len(tell))):
                return []
            if drop:
                session.execute(_dropped(hook.id, drop))
            numbered = []
            for number, one in enumerate(tell, start=hook.events + 1):
                numbered.append(Due(event=one.event, task=one.task, at=one.at, number=number))
                session.execute(_event(hook.id, one.event).values(number=number))
            return numbered

    def taken(
        self, hook: Hook, told: Sequence[Due], posted: Posted, *, claim: str, now: datetime
    ) -> bool:
        """The receiver has these now, and all is well."""
        well = {
            "status": Status.ACTIVE,
            "error": "",
            "failures": 0,
            "failing_since": None,
            "wait_until": None,
            "told_at": now,
            "is_slow": posted.took > SLOW,
            "trouble_at": None,
        }
        with self._database.write() as session:
            row = session.get(SubscriptionRow, hook.id, with_for_update=True)
            if row is None or row.claim != claim:
                return False
            beat = now + timedelta(seconds=row.heartbeat) if row.heartbeat else None
            for name, value in {**well, "beat_at": beat}.items():
                setattr(row, name, value)
            for one in told:
                session.execute(_event(hook.id, one.event).values(told_at=now))
        return True

    def failed(
        self, hook: Hook, posted: Posted, *, again_at: datetime, claim: str, now: datetime
    ) -> Status | None:
        """Its status after a post that failed; None when it was somebody else's meanwhile."""
        ended = hook.is_given_up(posted.code, now)
        values: dict[str, object] = {
            "status": Status.ERROR if ended else hook.status,
            "error": posted.code,
            "failures": hook.failures + 1,
            "failing_since": hook.failing_since or now,
            "wait_until": again_at,
            "is_slow": posted.took > SLOW,
        }
        if ended:
            values |= {"trouble_at": now, "taken_by": "", "taken_at": None}
        with self._database.write() as session:
            if not changed(session, _ours(hook.id, claim).values(values)):
                return None
        return Status.ERROR if ended else hook.status

    def wait(self, id: str, *, until: datetime, claim: str) -> None:
        """It is nobody's fault, and later it can be."""
        with self._database.write() as session:
            session.execute(_ours(id, claim).values(wait_until=until))

    def end(self, id: str, *, claim: str) -> None:
        """It is over; whatever it has not heard, it never will."""
        with self._database.write() as session:
            if changed(session, _ours(id, claim).values(status=Status.OFF)):
                _drop_unnumbered(session, id)


def _is_due(now: datetime) -> ColumnElement[bool]:
    row = SubscriptionRow
    untold = exists().where(
        col(HookEventRow.subscription) == row.id, col(HookEventRow.told_at).is_(None)
    )
    return and_(
        col(row.status).in_(SERVED),
        or_(col(row.claimed_until).is_(None), col(row.claimed_until) <= now),
        or_(col(row.wait_until).is_(None), col(row.wait_until) <= now),
        or_(
            col(row.status) == Status.REQUESTED,
            col(row.ends_at) <= now,
            col(row.beat_at) <= now,
            untold,
        ),
    )


def _ours(id: str, claim: str) -> Update:
    return update(SubscriptionRow).where(
        col(SubscriptionRow.id) == id, col(SubscriptionRow.claim) == claim
    )


def _event(id: str, event: str) -> Update:
    return update(HookEventRow).where(
        col(HookEventRow.subscription) == id, col(HookEventRow.event) == event
    )


def _dropped(id: str, events: Sequence[Due]) -> Delete:
    return delete(HookEventRow).where(
        col(HookEventRow.subscription) == id,
        col(HookEventRow.event).in_([one.event for one in events]),
        col(HookEventRow.number).is_(None),
    )


def _drop_unnumbered(session: Session, id: str) -> None:
    unheard = delete(HookEventRow).where(
        col(HookEventRow.subscription) == id, col(HookEventRow.number).is_(None)
    )
    session.execute(unheard)


def _due(row: HookEventRow) -> Due:
    return Due(event=row.event, task=row.task, at=row.happened_at, number=row.number)


def _hook(row: SubscriptionRow) -> Hook:
    return Hook(
        id=row.id,
        client=row.client,
        topic=Topic(row.topic),
        endpoint=row.endpoint,
        headers=tuple(json.loads(row.headers)),
        content=Content(row.content),
        timeout=row.timeout,
        most=row.most,
        status=Status(row.status),
        events=row.events,
        failures=row.failures,
        failing_since=row.failing_since,
        beat_at=row.beat_at,
        ends_at=row.ends_at,
    )

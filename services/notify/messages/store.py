"""Messages in and out of the database: taken, claimed, tried and settled, each once."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, Update, func, insert, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from services.notify.domain.message import AFTER_A_CRASH, Message, Outcome, State, fate_of
from services.notify.messages.tables import AttemptRow, InboxRow, MessageRow, outbox
from shared import outbox as outboxes
from shared.cloudevents import CloudEvent, to_json
from shared.contract import Audience, Channel, Moment
from shared.database import Database
from shared.wire import message_to_cloudevent

#: Each database spells "insert unless it is there" in its own dialect.
INSERTS: dict[str, Callable[[type[InboxRow]], sqlite.Insert | postgresql.Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}

#: From these a pass that holds the claim may settle a message: also from "uncertain", when the
#: mail server answers after the lease has ended.
SETTLEABLE = (State.WAITING, State.SENDING, State.UNCERTAIN)


class Store:
    """Each method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(
        self, events: Mapping[str, tuple[CloudEvent, list[Message]]], *, now: datetime
    ) -> set[str]:
        """Keep the events that are new, with their messages; the ids of those that are."""
        with self._database.write() as session:
            new = _insert_new(session, [_inbox_row(event, now) for event, _ in events.values()])
            rows = [asdict(message) for id in sorted(new) for message in events[id][1]]
            if rows:
                session.execute(insert(MessageRow), rows)
        return new

    def claim(self, *, now: datetime, limit: int, lease: timedelta, claim: str) -> list[Message]:
        """Up to `limit` messages that are due, urgent first, for the pass called `claim`."""
        due = select(MessageRow).where(
            col(MessageRow.state) == State.WAITING, col(MessageRow.due_at) <= now
        )
        first = due.order_by(col(MessageRow.urgent).desc(), col(MessageRow.due_at)).limit(limit)
        with self._database.write() as session:
            rows = session.exec(first.with_for_update(skip_locked=True)).all()
            for row in rows:
                row.claim, row.due_at, row.attempts = claim, now + lease, row.attempts + 1
            return [_message(row) for row in rows]

    def start(self, message: Message, *, claim: str, now: datetime, lease: timedelta) -> bool:
        """Write down that this message is about to leave; False if another pass has taken it."""
        with self._database.write() as session:
            ours = _held(message.id, claim, (State.WAITING,))
            if not _changed(session, ours.values(state=State.SENDING, due_at=now + lease)):
                return False
            session.add(AttemptRow(message=message.id, number=message.attempts, began_at=now))
        return True

    def settle(self, message: Message, outcome: Outcome, *, claim: str, now: datetime) -> bool:
        """Keep what became of a message, and tell the referral service in the same transaction."""
        after = {"state": message.state, "due_at": message.due_at, "reason": message.reason}
        with self._database.write() as session:
            if not _changed(session, _held(message.id, claim, SETTLEABLE).values(**after)):
                return False
            _end_attempt(session, message, outcome, now)
            if fate := fate_of(message, at=now):
                outboxes.put(session, outbox, [message_to_cloudevent(fate)])
        return True

    def recover(self, *, now: datetime) -> Counter[State]:
        """Settle what was being sent when its process stopped, by what its channel allows; what
        nobody can know any more, the referral service hears."""
        recovered: Counter[State] = Counter()
        with self._database.write() as session:
            for channel, state in AFTER_A_CRASH.items():
                left = update(MessageRow).where(
                    col(MessageRow.state) == State.SENDING,
                    col(MessageRow.due_at) <= now,
                    col(MessageRow.channel) == channel,
                )
                values = {"state": state, "reason": "stopped while sending"}
                changed = session.scalars(left.values(**values).returning(MessageRow)).all()
                fates = [fate for row in changed if (fate := fate_of(_message(row), at=now))]
                outboxes.put(session, outbox, [message_to_cloudevent(fate) for fate in fates])
                recovered[state] += len(changed)
        return +recovered

    def tally(self) -> Counter[State]:
        """How many messages there are in each state."""
        counts = select(MessageRow.state, func.count()).group_by(MessageRow.state)
        with self._database.read() as session:
            return Counter({State(state): number for state, number in session.exec(counts)})


def _insert_new(session: Session, rows: list[dict[str, object]]) -> set[str]:
    """Sorted, so that two batches with the same events never wait for each other in a ring."""
    if not rows:
        return set()
    insert_if_new = INSERTS[session.get_bind().dialect.name](InboxRow).on_conflict_do_nothing()
    ordered = sorted(rows, key=lambda row: str(row["id"]))
    return set(session.execute(insert_if_new.returning(col(InboxRow.id)), ordered).scalars())


def _held(id: str, claim: str, states: Sequence[State]) -> Update:
    return update(MessageRow).where(
        col(MessageRow.id) == id, col(MessageRow.claim) == claim, col(MessageRow.state).in_(states)
    )


def _changed(session: Session, change: Update) -> int:
    return cast("CursorResult[Any]", session.execute(change)).rowcount


def _end_attempt(session: Session, message: Message, outcome: Outcome, now: datetime) -> None:
    ended = {"ended_at": now, "result": outcome.result, "reason": outcome.reason}
    attempt = update(AttemptRow).where(
        col(AttemptRow.message) == message.id, col(AttemptRow.number) == message.attempts
    )
    session.execute(attempt.values(**ended))


def _inbox_row(event: CloudEvent, now: datetime) -> dict[str, object]:
    facts = {"id": event.id, "type": event.type, "subject": event.subject}
    return {**facts, "body": to_json(event), "received_at": now}


def _message(row: MessageRow) -> Message:
    facts = row.model_dump(exclude={"claim"})
    kinds = {"moment": Moment, "audience": Audience, "channel": Channel, "state": State}
    return Message(**facts | {name: kind(facts[name]) for name, kind in kinds.items()})

"""Messages in and out of the database: taken, claimed, tried and settled, each once."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta

from sqlalchemy import func, insert, or_
from sqlmodel import Session, col, select

from services.notify.domain.channel import Outcome, Sent
from services.notify.domain.message import UNSENT, Message, MessageState
from services.notify.messages.settling import (
    changed,
    end_attempt,
    insert_new,
    note_address,
    of_message,
    to_message,
    write,
)
from services.notify.messages.tables import AttemptRow, InboxRow, MessageRow
from shared.cloudevents import CloudEvent, to_json
from shared.contract import Channel
from shared.database import Database

#: From these the pass that tried a message may settle it: also from "uncertain", when the answer
#: comes after the lease has ended.
TRIED = frozenset({MessageState.SENDING, MessageState.UNCERTAIN})


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

    def claim(
        self, most: Mapping[Channel, int], *, now: datetime, lease: timedelta, claim: str
    ) -> list[Message]:
        """What is due, urgent first, for the pass called `claim`: at most so many of a channel."""
        taken: list[Message] = []
        with self._database.write() as session:
            for channel, limit in most.items():
                due = select(MessageRow).where(
                    col(MessageRow.state).in_(UNSENT),
                    col(MessageRow.due_at) <= now,
                    col(MessageRow.channel) == channel,
                )
                first = due.order_by(col(MessageRow.urgent).desc(), col(MessageRow.due_at))
                rows = session.exec(first.limit(limit).with_for_update(skip_locked=True)).all()
                for row in rows:
                    row.claim, row.due_at = claim, now + lease
                taken += map(to_message, rows)
        return taken

    def start(self, message: Message, *, claim: str, now: datetime, lease: timedelta) -> bool:
        """Write down that this message is about to leave; False if another pass has taken it."""
        ours = of_message(message.id, UNSENT).where(col(MessageRow.claim) == claim)
        values = {
            "state": MessageState.SENDING,
            "due_at": now + lease,
            "attempts": message.attempts,
            "provider": message.provider,
        }
        with self._database.write() as session:
            if not changed(session, ours.values(values)):
                return False
            session.add(
                AttemptRow(
                    message=message.id,
                    number=message.attempts,
                    provider=message.provider,
                    began_at=now,
                )
            )
        return True

    def settle(self, message: Message, sent: Sent, *, claim: str, now: datetime) -> bool:
        """Keep what a try came to, and tell the referral service in the same transaction. An
        answer that comes late counts, unless another pass has tried meanwhile."""
        ours = of_message(message.id, TRIED).where(
            col(MessageRow.claim) == claim, col(MessageRow.attempts) == message.attempts
        )
        with self._database.write() as session:
            if not write(session, ours, message, now=now):
                return False
            end_attempt(session, message, sent.outcome, sent.code, now)
            if sent.outcome in (Outcome.ACCEPTED, Outcome.PERMANENT):
                note_address(session, message, now=now)
        return True

    def put_off(self, message: Message, *, claim: str, now: datetime) -> bool:
        """Keep what was decided about a message that was not tried."""
        ours = of_message(message.id, UNSENT).where(col(MessageRow.claim) == claim)
        with self._database.write() as session:
            return write(session, ours, message, now=now)

    def cut_off(self, *, now: datetime, limit: int) -> list[Message]:
        """Those that were being sent when whoever sent them stopped, and those whose provider is to
        be asked by now."""
        left = (col(MessageRow.state) == MessageState.SENDING) & (col(MessageRow.due_at) <= now)
        found = select(MessageRow).where(or_(left, col(MessageRow.ask_at) <= now)).limit(limit)
        with self._database.read() as session:
            return [to_message(row) for row in session.exec(found)]

    def recover(self, before: Message, after: Message, *, now: datetime) -> bool:
        """Keep what was found out; False if somebody else did meanwhile."""
        same = of_message(before.id, [before.state]).where(
            col(MessageRow.attempts) == before.attempts, col(MessageRow.due_at) == before.due_at
        )
        with self._database.write() as session:
            if not write(session, same, after, now=now):
                return False
            end_attempt(session, after, after.state, after.reason, now)
        return True

    def tally(self) -> Counter[MessageState]:
        """How many messages there are in each state."""
        counts = select(MessageRow.state, func.count()).group_by(MessageRow.state)
        with self._database.read() as session:
            return Counter({MessageState(state): number for state, number in session.exec(counts)})


def _insert_new(session: Session, rows: list[dict[str, object]]) -> set[str]:
    """Sorted, so that two batches with the same events never wait for each other in a ring."""
    if not rows:
        return set()
    ordered = sorted(rows, key=lambda row: str(row["id"]))
    fresh = insert_new(session, InboxRow).returning(col(InboxRow.id))
    return set(session.execute(fresh, ordered).scalars())


def _inbox_row(event: CloudEvent, now: datetime) -> dict[str, object]:
    facts = {"id": event.id, "type": event.type, "subject": event.subject}
    return {**facts, "body": to_json(event), "received_at": now}

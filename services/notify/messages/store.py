"""Messages in and out of the database: taken, claimed, tried and settled, each once."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta

from sqlalchemy import func, insert
from sqlmodel import Session, col, select

from services.notify.domain.channel import Outcome, Sent
from services.notify.domain.message import ACCEPTED, BY, UNSENT, Cause, Message, MessageState
from services.notify.messages.hook_queue import queue_events
from services.notify.messages.overtaking import not_overtaken, overtakes, take_back
from services.notify.messages.settling import (
    changed,
    end_attempt,
    insert_new,
    note_address,
    note_hold,
    of_message,
    to_message,
    write,
)
from services.notify.messages.tables import (
    CARRIED,
    LEAVING,
    OPEN,
    AttemptRow,
    InboxRow,
    MessageRow,
)
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
            rows = [_inbox_row(event, len(asked), now) for event, asked in events.values()]
            new = _insert_new(session, rows)
            for group in _groups([events[id][1] for id in new]):
                _keep(session, group, now)
            queue_events(session, [events[id][0] for id in new])
        return new

    def claim(
        self, most: Mapping[Channel, int], *, now: datetime, lease: timedelta, claim: str
    ) -> list[Message]:
        """What is due, urgent first, for the pass called `claim`: at most so many of a channel."""
        taken: list[Message] = []
        with self._database.write() as session:
            for channel, limit in most.items():
                rows = _due(session, channel, now, limit, urgent=True)
                rows += _due(session, channel, now, limit - len(rows), urgent=False)
                for row in rows:
                    row.claim, row.due_at = claim, now + lease
                taken += map(to_message, rows)
        return taken

    def gather(
        self, carriers: Collection[str], *, now: datetime, lease: timedelta, claim: str
    ) -> list[Message]:
        """Whatever else these digests carry and this pass has not claimed yet."""
        rest = select(MessageRow).where(
            CARRIED,
            col(MessageRow.carrier).in_(carriers),
            col(MessageRow.state).in_(UNSENT),
            func.coalesce(MessageRow.claim, "") != claim,
        )
        with self._database.write() as session:
            rows = session.exec(rest.with_for_update(skip_locked=True)).all()
            for row in rows:
                row.claim, row.due_at = claim, now + lease
            return [to_message(row) for row in rows]

    def has_left(self, carrier: str) -> bool:
        """Whether this day's digest was sent, or may have been."""
        gone = select(MessageRow.id).where(
            CARRIED,
            MessageRow.carrier == carrier,
            col(MessageRow.state).in_([*ACCEPTED, *TRIED]),
        )
        with self._database.read() as session:
            return session.exec(gone.limit(1)).first() is not None

    def start(self, message: Message, *, claim: str, now: datetime, lease: timedelta) -> bool:
        """Write down that this message is about to leave; False if another pass has taken it, or
        something newer has taken it back."""
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
            if not write(session, ours, message, now=now):
                return False
            if message.state is MessageState.HELD:
                note_hold(session, message, now)
        return True

    def reroute(self, message: Message, new: Message, *, claim: str, now: datetime) -> bool:
        """Keep that it goes as another message, by another channel; False, and nothing is changed,
        where that way was tried already."""
        ours = of_message(message.id, UNSENT).where(col(MessageRow.claim) == claim)
        superseded = message.to(
            MessageState.SUPERSEDED, Cause.OVERTAKEN, reason=f"{BY}{new.channel}", settled_at=now
        )
        with self._database.write() as session:
            if session.get(MessageRow, new.id) is not None:
                return False
            if write(session, ours, superseded, now=now):
                session.execute(insert(MessageRow), [asdict(new)])
        return True

    def has_been_to(self, message: Message) -> bool:
        """Whether the same was sent to this very address already, for another who shares it."""
        same = select(MessageRow.id).where(
            MessageRow.event == message.event,
            MessageRow.template == message.template,
            MessageRow.channel == message.channel,
            MessageRow.address_hash == message.address_hash,
            MessageRow.id != message.id,
            col(MessageRow.state).in_([*ACCEPTED, *TRIED]),
        )
        with self._database.read() as session:
            return session.exec(same.limit(1)).first() is not None

    def cut_off(self, *, now: datetime, limit: int) -> list[Message]:
        """Those that were being sent when whoever sent them stopped, and those whose provider is to
        be asked by now."""
        left = select(MessageRow).where(LEAVING, col(MessageRow.due_at) <= now)
        to_ask = select(MessageRow).where(col(MessageRow.ask_at) <= now)
        with self._database.read() as session:
            rows = [*session.exec(left.limit(limit)), *session.exec(to_ask.limit(limit))]
        return [to_message(row) for row in rows]

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


def _due(
    session: Session, channel: Channel, now: datetime, limit: int, *, urgent: bool
) -> list[MessageRow]:
    """What waits longest."""
    if not limit:
        return []
    due = select(MessageRow).where(
        OPEN,
        col(MessageRow.channel) == channel,
        col(MessageRow.urgent) == urgent,
        col(MessageRow.due_at) <= now,
        col(MessageRow.state).in_(UNSENT),
    )
    first = due.order_by(col(MessageRow.due_at)).limit(limit)
    return list(session.exec(first.with_for_update(skip_locked=True)))


def _groups(planned: Iterable[list[Message]]) -> Iterator[list[Message]]:
    """In the order in which things happened; those that overtake nothing are kept together."""
    ordered = sorted(filter(None, planned), key=lambda one: (one[0].happened_at, one[0].event))
    together: list[Message] = []
    for messages in ordered:
        if overtakes(messages[0].moment):
            yield together
            together = []
        together += messages
    yield together


def _keep(session: Session, messages: list[Message], now: datetime) -> None:
    if not messages:
        return
    if overtakes(messages[0].moment):
        for first in _one_each(messages):
            take_back(session, first, now=now)
    rows = [asdict(message) for message in not_overtaken(session, messages, now=now)]
    session.execute(insert(MessageRow), rows)


def _one_each(messages: list[Message]) -> Iterable[Message]:
    """One message of the first event for each person it tells."""
    event = messages[0].event
    return {one.recipient: one for one in messages if one.event == event}.values()


def _insert_new(session: Session, rows: list[dict[str, object]]) -> set[str]:
    """Sorted, so that two batches with the same events never wait for each other in a ring."""
    if not rows:
        return set()
    ordered = sorted(rows, key=lambda row: str(row["id"]))
    fresh = insert_new(session, InboxRow).returning(col(InboxRow.id))
    return set(session.execute(fresh, ordered).scalars())


def _inbox_row(event: CloudEvent, asked: int, now: datetime) -> dict[str, object]:
    facts = {"id": event.id, "type": event.type, "subject": event.subject}
    return {**facts, "body": to_json(event), "received_at": now, "asked": asked}

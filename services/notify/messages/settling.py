"""Writes what became of a message, and tells the referral service, in one transaction."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, Update, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from services.notify.domain.message import Message, MessageState, fate_of
from services.notify.messages.hook_queue import queue_fate
from services.notify.messages.tables import HOLD, AddressRow, AttemptRow, MessageRow, outbox
from shared import outbox as outboxes
from shared.contract import Audience, Channel, Moment
from shared.wire import message_to_cloudevent

#: Each database spells "insert unless it is there" in its own dialect.
INSERTS: dict[str, Callable[[Any], sqlite.Insert | postgresql.Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}

_WRITTEN = (
    *("state", "due_at", "free_at", "reason", "ask_at", "settled_at"),
    *("provider", "address_hash", "version", "hash", "carrier"),
)


def insert_new(session: Session, table: Any) -> sqlite.Insert | postgresql.Insert:
    """An insert that leaves alone what is there."""
    return INSERTS[session.get_bind().dialect.name](table).on_conflict_do_nothing()


def to_message(row: MessageRow) -> Message:
    facts = row.model_dump(exclude={"claim"})
    kinds = {"moment": Moment, "audience": Audience, "channel": Channel, "state": MessageState}
    return Message(**facts | {name: kind(facts[name]) for name, kind in kinds.items()})


def of_message(id: str, states: Collection[MessageState]) -> Update:
    """A change of this message, if it is in one of these states."""
    return update(MessageRow).where(col(MessageRow.id) == id, col(MessageRow.state).in_(states))


def changed(session: Session, change: Update) -> int:
    return cast("CursorResult[Any]", session.execute(change)).rowcount


def write(session: Session, change: Update, message: Message, *, now: datetime) -> bool:
    """Keep the message as it is now, and put in the outbox what the referral service should hear;
    False, and nothing, where `change` finds it in another state."""
    if not changed(session, change.values({name: getattr(message, name) for name in _WRITTEN})):
        return False
    if fate := fate_of(message, at=now):
        outboxes.put(session, outbox, [message_to_cloudevent(fate)])
        queue_fate(session, fate)
    return True


def end_attempt(session: Session, message: Message, outcome: str, code: str, now: datetime) -> None:
    attempt = update(AttemptRow).where(
        col(AttemptRow.message) == message.id, col(AttemptRow.number) == message.attempts
    )
    session.execute(attempt.values(ended_at=now, outcome=outcome, code=code))


def note_hold(session: Session, message: Message, now: datetime) -> None:
    """In the journal, in place of an earlier time."""
    held = {
        "provider": "",
        "began_at": now,
        "ended_at": message.free_at,
        "outcome": message.state,
        "code": message.reason,
    }
    insert = INSERTS[session.get_bind().dialect.name](AttemptRow)
    row = insert.values(message=message.id, number=HOLD, **held)
    session.execute(row.on_conflict_do_update(index_elements=["message", "number"], set_=held))


def note_address(session: Session, message: Message, *, now: datetime) -> None:
    """What arrived shows that the address is right; what never will, that it is not. Technical
    trouble says nothing about it."""
    if not message.address_hash:
        return
    if message.state is MessageState.DELIVERED:
        what: dict[str, object] = {"verified_at": now, "suppressed_at": None, "why": ""}
    elif message.state is MessageState.PERMANENT_FAILURE:
        what = {"suppressed_at": now, "why": message.reason}
    else:
        return
    known = {"recipient": message.recipient, "address_hash": message.address_hash}
    insert = INSERTS[session.get_bind().dialect.name](AddressRow)
    row = {**known, "channel": message.channel, "why": "", **what}
    session.execute(insert.values(row).on_conflict_do_update(index_elements=list(known), set_=what))

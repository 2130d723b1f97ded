"""The tables of notify. They have a registry of their own: both services fit in one process."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from services.notify.domain.message import UNSENT, MessageState
from shared.outbox import outbox_table


def _listed(states: Iterable[MessageState]) -> str:
    return ", ".join(f"'{state}'" for state in MessageState if state in states)


# Queries name these conditions in the very same words: that is how SQLite knows the index for them.
OPEN = text(f"state IN ({_listed(UNSENT | {MessageState.SENDING})})")
LEAVING = text(f"state = '{MessageState.SENDING}'")
TO_ASK = text("ask_at IS NOT NULL")
REPLAYS = text("replays <> ''")
CARRIED = text("carrier <> ''")
SENT = text(f"state = '{MessageState.SENT}'")
#: The number under which the journal keeps that a message was held.
HOLD = 0
UNTOLD = text("told_at IS NULL")


class Tables(SQLModel, registry=registry()):
    """The base of every table here."""


class InboxRow(Tables, table=True):
    """An event that was taken, and how many messages it asked for; a second one of the same id is
    a duplicate."""

    __tablename__ = "inbox"

    id: str = Field(primary_key=True)
    type: str
    subject: str
    body: str
    received_at: datetime = Field(index=True)
    asked: int


class MessageRow(Tables, table=True):
    """A message, field by field as in `Message`; `claim` names the pass that last took it."""

    __tablename__ = "message"
    __table_args__ = (
        CheckConstraint(f"state IN ({_listed(MessageState)})", name="ck_message_state"),
        Index(
            "ix_message_due",
            "channel",
            "urgent",
            "due_at",
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
        Index("ix_message_leaving", "due_at", sqlite_where=LEAVING, postgresql_where=LEAVING),
        Index("ix_message_to_ask", "ask_at", sqlite_where=TO_ASK, postgresql_where=TO_ASK),
        Index(
            "ix_message_sent",
            "provider",
            "settled_at",
            sqlite_where=SENT,
            postgresql_where=SENT,
        ),
        Index("ix_message_told", "recipient", "settled_at"),
        Index("ix_message_replays", "replays", sqlite_where=REPLAYS, postgresql_where=REPLAYS),
        Index("ix_message_task", "task", "recipient"),
        Index("ix_message_carrier", "carrier", sqlite_where=CARRIED, postgresql_where=CARRIED),
    )

    id: str = Field(primary_key=True)
    event: str = Field(foreign_key="inbox.id", index=True)
    moment: str
    task: str
    concern: str
    child: str
    level: int
    recipient: str
    audience: str
    urgent: bool
    channel: str
    template: str
    created_at: datetime
    due_at: datetime
    free_at: datetime
    happened_at: datetime
    state: str
    attempts: int
    reason: str
    expires_at: datetime | None = None
    ask_at: datetime | None = None
    settled_at: datetime | None = None
    provider: str = ""
    address_hash: str = ""
    version: str = ""
    hash: str = ""
    replays: str = ""
    carrier: str = ""
    claim: str | None = None


class AttemptRow(Tables, table=True):
    """The journal of tries: begun before anything leaves, ended when its result is known. Before
    the first stands, as `HOLD`, the last time that the message was held: until when, and why."""

    __tablename__ = "attempt"

    message: str = Field(primary_key=True, foreign_key="message.id")
    number: int = Field(primary_key=True)
    provider: str = ""
    began_at: datetime
    ended_at: datetime | None = None
    outcome: str | None = None
    code: str | None = None


class AddressRow(Tables, table=True):
    """What is known of one person's address, which itself is kept nowhere here: that something
    arrived there, or that nothing does."""

    __tablename__ = "address"

    recipient: str = Field(primary_key=True)
    address_hash: str = Field(primary_key=True)
    channel: str
    verified_at: datetime | None = None
    suppressed_at: datetime | None = None
    why: str = ""


class HeartbeatRow(Tables, table=True):
    """What the referral service last said of its totals."""

    __tablename__ = "heartbeat"

    peer: str = Field(primary_key=True)
    at: datetime
    published: int
    waiting: int
    held: int
    parked: int
    taken: int


class PersonRow(Tables, table=True):
    """How and when one person may be written to, as in `Preferences`."""

    __tablename__ = "person"

    recipient: str = Field(primary_key=True)
    language: str = ""
    large_print: bool = False
    shared_phone: bool = False
    days: str = "0123456"
    safe_from: str = ""
    safe_until: str = ""
    changed_at: datetime
    changed_by: str


class WishRow(Tables, table=True):
    """By which way, and how soon, one person wants one kind of message."""

    __tablename__ = "wish"

    recipient: str = Field(primary_key=True)
    category: str = Field(primary_key=True)
    channel: str = Field(primary_key=True)
    pace: str


class CaughtMailRow(Tables, table=True):
    """An e-mail of the demo area, caught before it could leave the machine."""

    __tablename__ = "caught_mail"

    id: str = Field(primary_key=True)
    to: str
    subject: str
    body: str
    at: datetime = Field(index=True)


class BreakerRow(Tables, table=True):
    """A provider that has failed since it last worked; without a row, all is well."""

    __tablename__ = "breaker"

    provider: str = Field(primary_key=True)
    failures: int
    opened_at: datetime | None = None
    probe_at: datetime | None = None


class LetterRow(Tables, table=True):
    """A letter to print and post, field by field as in `Letter`; `areas` parted by spaces."""

    __tablename__ = "letter"

    id: str = Field(primary_key=True)
    address: str
    subject: str
    text: str
    language: str
    large_print: bool
    areas: str
    made_at: datetime
    state: str = Field(index=True)
    late_told_at: datetime | None = None
    printed_at: datetime | None = None
    ended_at: datetime | None = None
    ended_by: str


class SubscriptionRow(Tables, table=True):
    """What a system wants to hear of, as in `Wish`, and how telling it goes, as in `Hook`. `claim`
    names whoever serves it, until `claimed_until`; not before `wait_until` is it tried again."""

    __tablename__ = "subscription"
    __table_args__ = (Index("ix_subscription_topic", "topic", "status"),)

    id: str = Field(primary_key=True)
    client: str = Field(index=True)
    version: int
    created_at: datetime
    changed_at: datetime
    body: str
    topic: str
    endpoint: str
    headers: str
    content: str
    heartbeat: int | None = None
    timeout: int
    most: int
    ends_at: datetime | None = None
    status: str
    error: str = ""
    events: int = 0
    failures: int = 0
    failing_since: datetime | None = None
    wait_until: datetime | None = None
    beat_at: datetime | None = None
    told_at: datetime | None = None
    is_slow: bool = False
    claim: str | None = None
    claimed_until: datetime | None = None
    trouble_at: datetime | None = None
    taken_by: str = ""
    taken_at: datetime | None = None


class HookEventRow(Tables, table=True):
    """Something that a subscription is to hear of; it has a number once it is known that its
    client may, and before it leaves."""

    __tablename__ = "hook_event"
    __table_args__ = (
        Index("ix_hook_event_untold", "subscription", sqlite_where=UNTOLD, postgresql_where=UNTOLD),
        Index("ix_hook_event_number", "subscription", "number", unique=True),
        Index("ix_hook_event_kept", "happened_at"),
    )

    subscription: str = Field(primary_key=True, foreign_key="subscription.id")
    event: str = Field(primary_key=True)
    task: str
    happened_at: datetime
    number: int | None = None
    told_at: datetime | None = None


outbox = outbox_table(Tables.metadata)

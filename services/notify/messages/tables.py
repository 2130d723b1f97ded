"""The tables of notify. They have a registry of their own: both services fit in one process."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from services.notify.domain.message import State
from shared.outbox import outbox_table

STATES = ", ".join(f"'{state}'" for state in State)
OPEN = text("state IN ('waiting', 'sending')")


class Tables(SQLModel, registry=registry()):
    """The base of every table here."""


class InboxRow(Tables, table=True):
    """An event that was taken; a second one of the same id is a duplicate."""

    __tablename__ = "inbox"

    id: str = Field(primary_key=True)
    type: str
    subject: str
    body: str
    received_at: datetime


class MessageRow(Tables, table=True):
    """A message, field by field as in `Message`; `claim` names the pass that last took it."""

    __tablename__ = "message"
    __table_args__ = (
        CheckConstraint(f"state IN ({STATES})", name="ck_message_state"),
        Index("ix_message_open", "due_at", sqlite_where=OPEN, postgresql_where=OPEN),
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
    state: str
    attempts: int
    reason: str
    claim: str | None = None


class AttemptRow(Tables, table=True):
    """The journal of tries: begun before anything leaves, ended when its result is known."""

    __tablename__ = "attempt"

    message: str = Field(primary_key=True, foreign_key="message.id")
    number: int = Field(primary_key=True)
    began_at: datetime
    ended_at: datetime | None = None
    result: str | None = None
    reason: str | None = None


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
    printed_at: datetime | None = None
    ended_at: datetime | None = None
    ended_by: str


outbox = outbox_table(Tables.metadata)

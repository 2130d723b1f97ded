"""The tables of the referral service.

The resource is the record of truth, kept whole; queue and search rows are written from it in the
same transaction and can be rebuilt from it.
"""

from collections.abc import Iterator
from datetime import date, datetime

from sqlalchemy import BigInteger, Column, Index, PrimaryKeyConstraint, Text, text
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from services.referral.records.tags import TagSet
from shared.outbox import outbox_table

referral_registry = registry()


class Base(SQLModel, registry=referral_registry):
    """Everything that belongs to the referral database and to no other."""


metadata = Base.metadata


def _tags() -> Column[list[str]]:
    return Column("tags", TagSet(), nullable=False)


class ResourceRow(Base, table=True):
    """The newest version of each resource; a deleted one stays, marked."""

    __tablename__ = "resource"
    __table_args__ = (
        PrimaryKeyConstraint("type", "id"),
        Index("resource_of_concern", "concern_id"),
        Index("resource_of_child", "child_id"),
        Index("resource_newest", "type", "last_updated", "id"),
        Index("resource_tags", "tags", postgresql_using="gin").ddl_if(dialect="postgresql"),
    )
    type: str
    id: str
    version: int
    last_updated: datetime
    deleted: bool = False
    child_id: str | None = None
    concern_id: str | None = None
    origin_id: str | None = None
    tags: list[str] = Field(sa_column=_tags())
    body: str = Field(sa_type=Text)


class HistoryRow(Base, table=True):
    """Every version there ever was. The primary key alone stops two writers of one version."""

    __tablename__ = "resource_history"
    __table_args__ = (
        PrimaryKeyConstraint("type", "id", "version"),
        Index("history_newest", "type", "last_updated", "id", "version"),
    )
    type: str
    id: str
    version: int
    last_updated: datetime
    deleted: bool = False
    by: str
    body: str = Field(sa_type=Text)


def _worklist_indexes(**orders: tuple[str, ...]) -> Iterator[Index]:
    """One for each order in which the Tasks of an owner are searched, status by status."""
    for name, columns in orders.items():
        yield Index(f"queue_owned_{name}", "owner", "status", *columns, "task_id")


class QueueRow(Base, table=True):
    """One row a Task, typed, so that a worklist costs the same with 100,000 of them."""

    __tablename__ = "queue"
    __table_args__ = (
        Index("queue_worklist", "service_id", "open", "due_at", "task_id"),
        Index("queue_of_setting", "setting_id", "open", "made_at", "task_id"),
        Index("queue_of_concern", "concern_id"),
        Index("queue_of_child", "child_id"),
        Index("queue_of_requester", "requester", "task_id"),
        Index("queue_changed", "last_updated", "task_id"),
        *_worklist_indexes(
            oldest=(),
            due=("due_at",),
            priority=("priority_rank", "due_at"),
            level=("level", "due_at"),
            authored=("made_at",),
            modified=("modified_at",),
        ),
        Index(
            "queue_assigned",
            "assigned_to",
            "due_at",
            sqlite_where=text("open"),
            postgresql_where=text("open"),
        ),
        Index(
            "queue_next_escalation",
            "next_escalation_at",
            "task_id",
            sqlite_where=text("open"),
            postgresql_where=text("open"),
        ),
        Index("queue_seen", "service_id", "seen_at"),
        Index(
            "queue_contact_due",
            "contact_due_at",
            sqlite_where=text("open"),
            postgresql_where=text("open"),
        ),
    )
    task_id: str = Field(primary_key=True)
    kind: str
    open: bool
    concern_id: str
    child_id: str
    service_id: str | None = None
    setting_id: str
    requester: str
    owner: str
    part_of: str | None = None
    status: str
    business_status: str | None = None
    state: str
    priority: str
    priority_rank: int
    due_at: datetime
    made_at: datetime
    modified_at: datetime
    last_updated: datetime
    first_received_at: datetime
    seen_at: datetime | None = None
    contact_due_at: datetime | None = None
    next_escalation_at: datetime | None = None
    level: int = 0
    locality: str | None = None
    area_of_need: str | None = None
    concern_code: str | None = None
    birth_date: date | None = None
    assigned_to: str | None = None
    version: int
    tags: list[str] = Field(sa_column=_tags())


class SearchRow(Base, table=True):
    """One searchable value of one resource. It is only ever read joined to a visible resource.

    `system` is that of a code; of a word it is the word as it was written: `value` has it folded.
    """

    __tablename__ = "search_value"
    __table_args__ = (
        PrimaryKeyConstraint("type", "id", "param", "position"),
        Index("search_value_text", "type", "param", "value", "id"),
        Index("search_value_span", "type", "param", "low", "id"),
    )
    type: str
    id: str
    param: str
    position: int
    system: str | None = None
    value: str | None = None
    low: str | None = None
    high: str | None = None


class IndexVersionRow(Base, table=True):
    """Of the code that wrote the search rows; no row at all where that is not known."""

    __tablename__ = "index_version"
    version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})


class AuditRow(Base, table=True):
    """Who did or looked at what, when: one line of the chain in `chain.py`, never changed again."""

    __tablename__ = "audit"
    __table_args__ = (
        Index("audit_of_child", "child_id", "at"),
        Index("audit_seq", "seq", unique=True),
    )
    id: str = Field(primary_key=True)
    seq: int = Field(sa_type=BigInteger)
    hash: str
    at: datetime
    who: str
    client: str | None = None
    action: str
    type: str | None = None
    resource_id: str | None = None
    version: int | None = None
    child_id: str | None = None
    detail: str = Field(default="", sa_type=Text)
    tags: list[str] = Field(sa_column=_tags())


class AuditHeadRow(Base, table=True):
    """The number and the hash of the newest line; whoever appends holds it."""

    __tablename__ = "audit_head"
    chain: int = Field(primary_key=True)
    seq: int = Field(sa_type=BigInteger)
    hash: str


class AuditWaitingRow(Base, table=True):
    """A look that is not in the chain yet, as JSON."""

    __tablename__ = "audit_waiting"
    id: str = Field(primary_key=True)
    line: str = Field(sa_type=Text)


class AccountRow(Base, table=True):
    """Someone who can sign in. The id is that of their Practitioner or RelatedPerson."""

    __tablename__ = "account"
    id: str = Field(primary_key=True)
    email: str = Field(unique=True)
    name: str
    password_hash: str
    role: str
    organisation_id: str | None = None
    services: list[str] = Field(sa_column=Column("services", TagSet(), nullable=False))
    areas: list[str] = Field(sa_column=Column("areas", TagSet(), nullable=False))
    children: list[str] = Field(sa_column=Column("children", TagSet(), nullable=False))
    active: bool = True
    #: Whether they are told when referrals climb: "manager" of their services, "area" for who
    #: answers for their areas, "leaders"; empty for everybody else.
    post: str = Field(default="", sa_column_kwargs={"server_default": ""})


class SessionRow(Base, table=True):
    """A signed-in browser; the cookie holds the secret of which this keeps the hash."""

    __tablename__ = "web_session"
    secret_hash: str = Field(primary_key=True)
    account_id: str = Field(foreign_key="account.id", index=True)
    started_at: datetime
    seen_at: datetime
    revoked_at: datetime | None = None
    device: str = ""


class DirectoryPersonRow(Base, table=True):
    """What a directory says of a person beyond their account; `removed`: it wants them no more."""

    __tablename__ = "directory_person"
    account_id: str = Field(primary_key=True, foreign_key="account.id")
    external_id: str | None = Field(default=None, index=True)
    title: str | None = None
    removed: bool = False


class IdentityRow(Base, table=True):
    """Who an account is at another sign-in service; an e-mail address can pass to somebody else."""

    __tablename__ = "identity"
    __table_args__ = (PrimaryKeyConstraint("issuer", "subject"),)
    issuer: str
    subject: str
    account_id: str = Field(foreign_key="account.id", index=True)
    made_at: datetime


class ElsewhereRow(Base, table=True):
    """Somebody who has gone to another sign-in service and may come back, once and soon."""

    __tablename__ = "sign_in_elsewhere"
    secret_hash: str = Field(primary_key=True)
    provider: str
    next: str = Field(sa_type=Text)
    expires_at: datetime = Field(index=True)


class IdentitySessionRow(Base, table=True):
    """A session of ours that began at another sign-in service, which may end it."""

    __tablename__ = "identity_session"
    __table_args__ = (Index("identity_session_of", "issuer", "subject", "sid"),)
    secret_hash: str = Field(primary_key=True)
    provider: str
    issuer: str
    subject: str
    sid: str | None = None
    expires_at: datetime = Field(index=True)


class AbsenceRow(Base, table=True):
    """Somebody is away from the first to the last of these days in London, and who covers."""

    __tablename__ = "absence"
    __table_args__ = (Index("absence_days", "last_day", "first_day"),)
    id: str = Field(primary_key=True)
    account_id: str = Field(foreign_key="account.id")
    cover_id: str = Field(foreign_key="account.id")
    first_day: date
    last_day: date


class EmergencyRow(Base, table=True):
    """A child's record opened by someone who may not see it, for a reason and a short time.

    Seen by those who answer for the area; what was said is for their review and goes nowhere else.
    """

    __tablename__ = "emergency"
    __table_args__ = (Index("emergency_of_account", "account_id", "ends_at"),)
    id: str = Field(primary_key=True)
    account_id: str = Field(foreign_key="account.id")
    child_id: str
    task_id: str
    reason: str
    words: str = Field(sa_type=Text)
    started_at: datetime
    ends_at: datetime
    extended_at: datetime | None = None
    extension_words: str = Field(default="", sa_type=Text)
    reviewed_at: datetime | None = None
    reviewed_by: str | None = None
    justified: bool | None = None
    review_words: str = Field(default="", sa_type=Text)
    tags: list[str] = Field(sa_column=_tags())


class DraftRow(Base, table=True):
    """A concern that somebody is still writing, kept at every step."""

    __tablename__ = "draft"
    id: str = Field(primary_key=True)
    account_id: str = Field(foreign_key="account.id", index=True)
    answers: str = Field(sa_type=Text)
    created_at: datetime
    updated_at: datetime
    concern_id: str | None = None


class IdempotencyRow(Base, table=True):
    """The answer that a key got, so that a repeat gets the same."""

    __tablename__ = "idempotency_key"
    client_id: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    body_hash: str
    answer: str = Field(sa_type=Text)
    at: datetime


class InboxRow(Base, table=True):
    """An event from notify that has been taken in; a repeat is a duplicate."""

    __tablename__ = "inbox"
    id: str = Field(primary_key=True)
    at: datetime


class FamilyLinkRow(Base, table=True):
    """A carer's one-time link. The id is that of the event that asked for its mail; the token is
    made when the mail leaves, and of every secret only the hash is kept."""

    __tablename__ = "family_link"
    id: str = Field(primary_key=True)
    carer_id: str = Field(index=True)
    child_id: str
    email_hash: str
    browser_hash: str
    code_hash: str
    token_hash: str | None = Field(default=None, unique=True)
    tries: int = 0
    asked_at: datetime
    ended_at: datetime | None = None


class CarerAddressRow(Base, table=True):
    """The e-mail address that a carer has shown to be theirs, by using a link that went there."""

    __tablename__ = "carer_address"
    carer_id: str = Field(primary_key=True)
    email_hash: str
    verified_at: datetime


outbox = outbox_table(metadata)
_UNTOLD = text("published_at IS NULL AND rejected_reason IS NULL")
#: What is not told yet of one Task, however many events wait.
Index("outbox_untold", outbox.c.subject, sqlite_where=_UNTOLD, postgresql_where=_UNTOLD)

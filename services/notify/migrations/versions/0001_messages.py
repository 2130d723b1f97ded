"""The inbox, messages, their attempts, the demo's caught mail and the outbox."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

OPEN = sa.text("state IN ('waiting', 'sending')")
UNPUBLISHED = sa.text("published_at IS NULL AND rejected_reason IS NULL")
STATES = "'waiting', 'sending', 'sent', 'delivered', 'cancelled', 'failed', 'uncertain'"


def upgrade() -> None:
    _inbox()
    _message()
    _attempt()
    _caught_mail()
    _outbox()


def downgrade() -> None:
    for table in ("outbox", "caught_mail", "attempt", "message", "inbox"):
        op.drop_table(table)


def _inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("id", AutoString(), primary_key=True),
        sa.Column("type", AutoString(), nullable=False),
        sa.Column("subject", AutoString(), nullable=False),
        sa.Column("body", AutoString(), nullable=False),
        sa.Column("received_at", UTCDateTime(), nullable=False),
    )


def _message() -> None:
    op.create_table(
        "message",
        sa.Column("id", AutoString(), primary_key=True),
        sa.Column("event", AutoString(), sa.ForeignKey("inbox.id"), nullable=False),
        sa.Column("moment", AutoString(), nullable=False),
        sa.Column("task", AutoString(), nullable=False),
        sa.Column("concern", AutoString(), nullable=False),
        sa.Column("child", AutoString(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("recipient", AutoString(), nullable=False),
        sa.Column("audience", AutoString(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("channel", AutoString(), nullable=False),
        sa.Column("template", AutoString(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=False),
        sa.Column("state", AutoString(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("reason", AutoString(), nullable=False),
        sa.Column("claim", AutoString()),
        sa.CheckConstraint(f"state IN ({STATES})", name="ck_message_state"),
    )
    op.create_index("ix_message_event", "message", ["event"])
    op.create_index(
        "ix_message_open", "message", ["due_at"], sqlite_where=OPEN, postgresql_where=OPEN
    )


def _attempt() -> None:
    op.create_table(
        "attempt",
        sa.Column("message", AutoString(), sa.ForeignKey("message.id"), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("began_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime()),
        sa.Column("result", AutoString()),
        sa.Column("reason", AutoString()),
    )


def _caught_mail() -> None:
    op.create_table(
        "caught_mail",
        sa.Column("id", AutoString(), primary_key=True),
        sa.Column("to", AutoString(), nullable=False),
        sa.Column("subject", AutoString(), nullable=False),
        sa.Column("body", AutoString(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
    )
    op.create_index("ix_caught_mail_at", "caught_mail", ["at"])


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("claimed_until", UTCDateTime()),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("published_at", UTCDateTime()),
        sa.Column("rejected_reason", sa.Text()),
    )
    op.create_index(
        "ix_outbox_waiting",
        "outbox",
        ["created_at", "id"],
        sqlite_where=UNPUBLISHED,
        postgresql_where=UNPUBLISHED,
    )

"""The states of a message by name, its journal by provider, and what is known of addresses."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

STATES = (
    "'created', 'held', 'sending', 'sent', 'delivered', 'temporary-failure', "
    "'permanent-failure', 'technical-failure', 'uncertain', 'cancelled', 'superseded', 'expired'"
)
OPEN = sa.text("state IN ('created', 'held', 'sending', 'temporary-failure')")
TO_ASK = sa.text("ask_at IS NOT NULL")
SENT = sa.text("state = 'sent'")
OLD_STATES = "'waiting', 'sending', 'sent', 'delivered', 'cancelled', 'failed', 'uncertain'"
OLD_OPEN = sa.text("state IN ('waiting', 'sending')")
RENAMED = (("waiting", "created"), ("failed", "permanent-failure"))
MOMENTS = ("expires_at", "ask_at", "settled_at")
WORDS = ("provider", "address_hash", "version", "hash", "replays")
RENAME = sa.text("UPDATE message SET state = :new WHERE state = :old")


def upgrade() -> None:
    # SQLite changes a table by making it anew, which what points to it would forbid.
    op.execute("CREATE TEMPORARY TABLE kept_attempt AS SELECT * FROM attempt")
    op.execute("DELETE FROM attempt")
    op.drop_index("ix_message_open", "message")
    with op.batch_alter_table("message") as message:
        message.drop_constraint("ck_message_state", type_="check")
        message.add_column(sa.Column("free_at", UTCDateTime()))
        for name in MOMENTS:
            message.add_column(sa.Column(name, UTCDateTime()))
        for name in WORDS:
            message.add_column(sa.Column(name, AutoString(), nullable=False, server_default=""))
    for old, new in RENAMED:
        op.execute(RENAME.bindparams(old=old, new=new))
    op.execute("UPDATE message SET free_at = created_at")
    with op.batch_alter_table("message") as message:
        message.alter_column("free_at", nullable=False)
        for name in WORDS:
            message.alter_column(name, server_default=None)
        message.create_check_constraint("ck_message_state", f"state IN ({STATES})")
    op.execute("INSERT INTO attempt SELECT * FROM kept_attempt")
    op.execute("DROP TABLE kept_attempt")
    _indexes()
    _journal()
    _address()


def downgrade() -> None:
    op.drop_table("address")
    op.execute("DELETE FROM attempt")
    with op.batch_alter_table("attempt") as attempt:
        attempt.drop_column("provider")
        attempt.alter_column("outcome", new_column_name="result")
        attempt.alter_column("code", new_column_name="reason")
    for index in ("open", "to_ask", "sent", "told", "task"):
        op.drop_index(f"ix_message_{index}", "message")
    with op.batch_alter_table("message") as message:
        message.drop_constraint("ck_message_state", type_="check")
        for name in ("free_at", *MOMENTS, *WORDS):
            message.drop_column(name)
    for old, new in RENAMED:
        op.execute(RENAME.bindparams(old=new, new=old))
    with op.batch_alter_table("message") as message:
        message.create_check_constraint("ck_message_state", f"state IN ({OLD_STATES})")
    op.create_index(
        "ix_message_open", "message", ["due_at"], sqlite_where=OLD_OPEN, postgresql_where=OLD_OPEN
    )


def _indexes() -> None:
    op.create_index(
        "ix_message_open", "message", ["due_at"], sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_index(
        "ix_message_to_ask", "message", ["ask_at"], sqlite_where=TO_ASK, postgresql_where=TO_ASK
    )
    op.create_index(
        "ix_message_sent",
        "message",
        ["provider", "settled_at"],
        sqlite_where=SENT,
        postgresql_where=SENT,
    )
    op.create_index("ix_message_told", "message", ["recipient", "settled_at"])
    op.create_index("ix_message_task", "message", ["task", "recipient"])


def _journal() -> None:
    with op.batch_alter_table("attempt") as attempt:
        attempt.alter_column("result", new_column_name="outcome")
        attempt.alter_column("reason", new_column_name="code")
        attempt.add_column(sa.Column("provider", AutoString(), nullable=False, server_default=""))
    with op.batch_alter_table("attempt") as attempt:
        attempt.alter_column("provider", server_default=None)


def _address() -> None:
    op.create_table(
        "address",
        sa.Column("recipient", AutoString(), primary_key=True),
        sa.Column("address_hash", AutoString(), primary_key=True),
        sa.Column("channel", AutoString(), nullable=False),
        sa.Column("verified_at", UTCDateTime()),
        sa.Column("suppressed_at", UTCDateTime()),
        sa.Column("why", AutoString(), nullable=False),
    )

"""What people wish for, when a message happened, and which digest carries it."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

CARRIED = sa.text("carrier <> ''")


def upgrade() -> None:
    op.execute("CREATE TEMPORARY TABLE kept_attempt AS SELECT * FROM attempt")
    op.execute("DELETE FROM attempt")
    with op.batch_alter_table("message") as message:
        message.add_column(sa.Column("happened_at", UTCDateTime()))
        message.add_column(sa.Column("carrier", AutoString(), nullable=False, server_default=""))
    op.execute("UPDATE message SET happened_at = created_at")
    with op.batch_alter_table("message") as message:
        message.alter_column("happened_at", nullable=False)
        message.alter_column("carrier", server_default=None)
    op.execute("INSERT INTO attempt SELECT * FROM kept_attempt")
    op.execute("DROP TABLE kept_attempt")
    op.create_index(
        "ix_message_carrier",
        "message",
        ["carrier"],
        sqlite_where=CARRIED,
        postgresql_where=CARRIED,
    )
    _person()
    _wish()


def downgrade() -> None:
    op.drop_table("wish")
    op.drop_table("person")
    op.drop_index("ix_message_carrier", "message")
    op.execute("DELETE FROM attempt")
    with op.batch_alter_table("message") as message:
        message.drop_column("happened_at")
        message.drop_column("carrier")


def _person() -> None:
    op.create_table(
        "person",
        sa.Column("recipient", AutoString(), primary_key=True),
        sa.Column("language", AutoString(), nullable=False),
        sa.Column("large_print", sa.Boolean(), nullable=False),
        sa.Column("shared_phone", sa.Boolean(), nullable=False),
        sa.Column("days", AutoString(), nullable=False),
        sa.Column("safe_from", AutoString(), nullable=False),
        sa.Column("safe_until", AutoString(), nullable=False),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.Column("changed_by", AutoString(), nullable=False),
    )


def _wish() -> None:
    op.create_table(
        "wish",
        sa.Column("recipient", AutoString(), primary_key=True),
        sa.Column("category", AutoString(), primary_key=True),
        sa.Column("channel", AutoString(), primary_key=True),
        sa.Column("pace", AutoString(), nullable=False),
    )

"""How many messages each event asked for, and what the referral service last said of its totals."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

REPLAYS = sa.text("replays <> ''")
COUNT = "UPDATE inbox SET asked = (SELECT count(*) FROM message WHERE message.event = inbox.id)"


def upgrade() -> None:
    op.add_column("inbox", sa.Column("asked", sa.Integer(), nullable=False, server_default="0"))
    op.execute(COUNT)
    op.create_index("ix_inbox_received_at", "inbox", ["received_at"])
    op.create_index(
        "ix_message_replays",
        "message",
        ["replays"],
        sqlite_where=REPLAYS,
        postgresql_where=REPLAYS,
    )
    op.create_table(
        "heartbeat",
        sa.Column("peer", AutoString(), primary_key=True),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("published", sa.Integer(), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.Column("parked", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("heartbeat")
    op.drop_index("ix_message_replays", "message")
    op.drop_index("ix_inbox_received_at", "inbox")
    op.drop_column("inbox", "asked")

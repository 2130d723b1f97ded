"""What other systems subscribe to, and the events that each is to hear of."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0020"
down_revision = "0011"
branch_labels = None
depends_on = None

UNTOLD = sa.text("told_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "subscription",
        sa.Column("id", AutoString(), primary_key=True),
        sa.Column("client", AutoString(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.Column("body", AutoString(), nullable=False),
        sa.Column("topic", AutoString(), nullable=False),
        sa.Column("endpoint", AutoString(), nullable=False),
        sa.Column("headers", AutoString(), nullable=False),
        sa.Column("content", AutoString(), nullable=False),
        sa.Column("heartbeat", sa.Integer()),
        sa.Column("timeout", sa.Integer(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("ends_at", UTCDateTime()),
        sa.Column("status", AutoString(), nullable=False),
        sa.Column("error", AutoString(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failing_since", UTCDateTime()),
        sa.Column("wait_until", UTCDateTime()),
        sa.Column("beat_at", UTCDateTime()),
        sa.Column("told_at", UTCDateTime()),
        sa.Column("is_slow", sa.Boolean(), nullable=False),
        sa.Column("claim", AutoString()),
        sa.Column("claimed_until", UTCDateTime()),
        sa.Column("trouble_at", UTCDateTime()),
        sa.Column("taken_by", AutoString(), nullable=False),
        sa.Column("taken_at", UTCDateTime()),
    )
    op.create_index("ix_subscription_client", "subscription", ["client"])
    op.create_index("ix_subscription_topic", "subscription", ["topic", "status"])
    op.create_table(
        "hook_event",
        sa.Column("subscription", AutoString(), sa.ForeignKey("subscription.id"), primary_key=True),
        sa.Column("event", AutoString(), primary_key=True),
        sa.Column("task", AutoString(), nullable=False),
        sa.Column("happened_at", UTCDateTime(), nullable=False),
        sa.Column("number", sa.Integer()),
        sa.Column("told_at", UTCDateTime()),
    )
    op.create_index(
        "ix_hook_event_untold",
        "hook_event",
        ["subscription"],
        sqlite_where=UNTOLD,
        postgresql_where=UNTOLD,
    )
    op.create_index("ix_hook_event_number", "hook_event", ["subscription", "number"], unique=True)
    op.create_index("ix_hook_event_kept", "hook_event", ["happened_at"])


def downgrade() -> None:
    op.drop_table("hook_event")
    op.drop_table("subscription")

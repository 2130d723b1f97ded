"""Breakers, which every replica sees."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0010"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "breaker",
        sa.Column("provider", AutoString(), primary_key=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("opened_at", UTCDateTime()),
        sa.Column("probe_at", UTCDateTime()),
    )


def downgrade() -> None:
    op.drop_table("breaker")

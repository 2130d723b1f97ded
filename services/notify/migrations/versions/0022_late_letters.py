"""Since when it is known that a letter lies on the desk too long."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("letter", sa.Column("late_told_at", UTCDateTime()))


def downgrade() -> None:
    op.drop_column("letter", "late_told_at")

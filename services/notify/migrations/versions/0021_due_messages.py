"""What is due is found by an index that queries name in its own words, however many are old."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

OPEN = sa.text("state IN ('created', 'held', 'sending', 'temporary-failure')")
LEAVING = sa.text("state = 'sending'")
DUE = ["channel", "urgent", "due_at"]


def upgrade() -> None:
    op.drop_index("ix_message_open", "message")
    op.create_index("ix_message_due", "message", DUE, sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_index(
        "ix_message_leaving",
        "message",
        ["due_at"],
        sqlite_where=LEAVING,
        postgresql_where=LEAVING,
    )


def downgrade() -> None:
    op.drop_index("ix_message_leaving", "message")
    op.drop_index("ix_message_due", "message")
    op.create_index(
        "ix_message_open", "message", ["due_at"], sqlite_where=OPEN, postgresql_where=OPEN
    )

"""When a child was first seen, and when a family that waits should next hear from us"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("queue", sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("queue", sa.Column("contact_due_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("queue_seen", "queue", ["service_id", "seen_at"])
    op.create_index(
        "queue_contact_due",
        "queue",
        ["contact_due_at"],
        sqlite_where=sa.text("open"),
        postgresql_where=sa.text("open"),
    )

"""All versions of a type are read from the newest on"""

from alembic import op

revision = "0028"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("history_newest", "resource_history", ["type", "last_updated", "id", "version"])

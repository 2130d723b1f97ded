"""Worklists for other systems: who asked, when it changed, an index for each order; and with what
code the search rows were written"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0021"
branch_labels = None
depends_on = None

_ORDERS: dict[str, list[str]] = {
    "oldest": [],
    "due": ["due_at"],
    "priority": ["priority_rank", "due_at"],
    "level": ["level", "due_at"],
    "authored": ["made_at"],
    "modified": ["modified_at"],
}
_FROM_TASKS = {
    "sqlite": """
        UPDATE queue SET
            requester = json_extract(task.body, '$.requester.reference'),
            modified_at = replace(
                substr(json_extract(task.body, '$.lastModified'), 1, 23), 'T', ' ') || '000',
            last_updated = task.last_updated
        FROM resource AS task WHERE task.type = 'Task' AND task.id = queue.task_id
    """,
    "postgresql": """
        UPDATE queue SET
            requester = CAST(task.body AS jsonb) -> 'requester' ->> 'reference',
            modified_at = CAST(CAST(task.body AS jsonb) ->> 'lastModified' AS timestamptz),
            last_updated = task.last_updated
        FROM resource AS task WHERE task.type = 'Task' AND task.id = queue.task_id
    """,
}
#: The rows are locked to whoever owns the tables as well (docs/decisions/0008).
_SEE_EVERYTHING = "SELECT set_config('sooner.tags', '{\"*\"}', true)"


def upgrade() -> None:
    """The queue's new columns are filled here; the search rows by the service, which finds that
    their version is missing."""
    dialect = op.get_bind().dialect.name
    if dialect == "postgresql":
        op.execute(_SEE_EVERYTHING)
    op.create_table(
        "index_version",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("version"),
    )
    never = "0001-01-01 00:00:00.000000"
    for name, kind, default in (
        ("requester", sa.String(), ""),
        ("modified_at", sa.DateTime(timezone=True), never),
        ("last_updated", sa.DateTime(timezone=True), never),
    ):
        op.add_column("queue", sa.Column(name, kind, nullable=False, server_default=default))
    op.execute(sa.text(_FROM_TASKS[dialect]))
    op.create_index("queue_of_requester", "queue", ["requester", "task_id"])
    op.create_index("queue_changed", "queue", ["last_updated", "task_id"])
    for name, columns in _ORDERS.items():
        index = ["owner", "status", *columns, "task_id"]
        op.create_index(f"queue_owned_{name}", "queue", index)

"""Whose turn it is to do a job and what each turn did; who is told when referrals climb"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0012"
branch_labels = None
depends_on = None

UNTOLD = sa.text("published_at IS NULL AND rejected_reason IS NULL")


def upgrade() -> None:
    op.create_table(
        "job_lease",
        sa.Column("job", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("slot", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("job"),
    )
    op.create_table(
        "run_log",
        sa.Column("job", sa.String(), nullable=False),
        sa.Column("slot", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("looked_at", sa.Integer(), nullable=False),
        sa.Column("acted_on", sa.Integer(), nullable=False),
        sa.Column("errors", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("job", "slot"),
    )
    op.create_index("run_log_newest", "run_log", ["started_at"])
    op.add_column("account", sa.Column("post", sa.String(), nullable=False, server_default=""))
    op.drop_index("queue_next_escalation", "queue")
    op.create_index(
        "queue_next_escalation",
        "queue",
        ["next_escalation_at", "task_id"],
        sqlite_where=sa.text("open"),
        postgresql_where=sa.text("open"),
    )
    op.create_index(
        "queue_assigned",
        "queue",
        ["assigned_to", "due_at"],
        sqlite_where=sa.text("open"),
        postgresql_where=sa.text("open"),
    )
    op.create_index(
        "outbox_untold",
        "outbox",
        ["subject"],
        sqlite_where=UNTOLD,
        postgresql_where=UNTOLD,
    )

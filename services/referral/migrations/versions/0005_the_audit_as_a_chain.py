"""The audit as a chain that cannot be edited"""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TAGS = sa.Text().with_variant(ARRAY(sa.Text()), "postgresql")
COVERED = (
    "seq", "id", "at", "who", "client", "action",
    "type", "resource_id", "version", "child_id", "detail", "tags",
)  # fmt: skip

AUDIT = sa.table(
    "audit",
    *(sa.column(name) for name in COVERED if name not in ("at", "tags")),
    sa.column("at", sa.DateTime(timezone=True)),
    sa.column("tags", TAGS),
    sa.column("hash"),
)

POSTGRESQL = (
    """
    CREATE FUNCTION audit_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'The audit cannot be edited.'; END $$
    """,
    """
    CREATE TRIGGER audit_stays_as_it_is BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_stays()
    """,
    """
    CREATE TRIGGER audit_head_stays BEFORE DELETE OR TRUNCATE ON audit_head
    FOR EACH STATEMENT EXECUTE FUNCTION audit_stays()
    """,
)
SQLITE = tuple(
    f"CREATE TRIGGER {table}_{event.lower()} BEFORE {event} ON {table} "
    "BEGIN SELECT RAISE(ABORT, 'The audit cannot be edited.'); END"
    for table, event in (("audit", "UPDATE"), ("audit", "DELETE"), ("audit_head", "DELETE"))
)


def upgrade() -> None:
    op.create_table(
        "audit_head",
        sa.Column("chain", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("chain"),
    )
    op.create_table(
        "audit_waiting",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.add_column("audit", sa.Column("seq", sa.BigInteger(), nullable=True))
    op.add_column("audit", sa.Column("hash", sa.String(), nullable=True))
    _chain_what_is_there()
    with op.batch_alter_table("audit") as audit:
        audit.alter_column("seq", existing_type=sa.BigInteger(), nullable=False)
        audit.alter_column("hash", existing_type=sa.String(), nullable=False)
    op.create_index("audit_seq", "audit", ["seq"], unique=True)
    for statement in POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(statement)


def _chain_what_is_there() -> None:
    """In the order of the ids, which is about that of time."""
    connection = op.get_bind()
    seq, hash = 0, "0" * 64
    for row in connection.execute(sa.select(AUDIT).order_by(AUDIT.c.id)).mappings().all():
        tags = _with_own_tag(row["tags"])
        line = {**row, "seq": seq + 1, "tags": tags}
        seq, hash = seq + 1, _hash(hash, line)
        stored = tags if isinstance(row["tags"], list) else json.dumps(tags)
        kept = sa.update(AUDIT).where(AUDIT.c.id == row["id"])
        connection.execute(kept.values(seq=seq, hash=hash, tags=stored))
    if seq:
        head = sa.table("audit_head", sa.column("chain"), sa.column("seq"), sa.column("hash"))
        connection.execute(sa.insert(head).values(chain=1, seq=seq, hash=hash))


def _with_own_tag(tags: list[str] | str) -> list[str]:
    held = tags if isinstance(tags, list) else json.loads(tags)
    return sorted({"audit", *held})


def _hash(before: str, line: dict[str, Any]) -> str:
    covered = [line[name] for name in COVERED]
    at: datetime = line["at"]
    aware = at if at.tzinfo else at.replace(tzinfo=UTC)
    covered[2] = aware.astimezone(UTC).isoformat(timespec="microseconds")
    text = json.dumps(covered, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{before}{text}".encode()).hexdigest()

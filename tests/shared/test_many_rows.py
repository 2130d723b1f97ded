"""Rows that are written together are the same as those that SQLAlchemy writes one by one."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Column, MetaData, Table, Text, create_engine, insert, select, text

from services.referral.records.tables import QueueRow
from shared.many_rows import insert_rows

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
TIMES = Table(
    "times",
    MetaData(),
    Column("id", Text),
    Column("at", QueueRow.metadata.tables["queue"].c.next_escalation_at.type),
)


def test_times_sort_together_however_they_were_written() -> None:
    """SQLite keeps them as text: what is due at the same instant must be found as such."""
    with create_engine("sqlite://").begin() as connection:
        TIMES.create(connection)
        insert_rows(connection, TIMES, [{"id": "together", "at": NOON}])
        connection.execute(insert(TIMES), [{"id": "alone", "at": NOON}])
        kept = connection.execute(text("SELECT DISTINCT at FROM times")).all()
        assert len(kept) == 1
        since = select(TIMES.c.id).where(TIMES.c.at >= NOON, TIMES.c.at < NOON + timedelta(hours=1))
        assert set(connection.scalars(since)) == {"together", "alone"}

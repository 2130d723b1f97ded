"""What is due is found by an index, so that a million old messages cost nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from services.notify.messages.overview import Overview
from services.notify.messages.store import Store
from services.notify.messages.tables import MessageRow
from shared.contract import Channel
from shared.database import Database
from tests.notify.builders import NOON

#: What each database calls it.
READS_ALL = {"SCAN message", "Seq Scan on message"}
ASKS: dict[str, Callable[[Database], object]] = {
    "claim": lambda database: Store(database).claim(
        {Channel.EMAIL: 9}, now=NOON, lease=timedelta(0), claim="one"
    ),
    "cut off": lambda database: Store(database).cut_off(now=NOON, limit=9),
    "gather": lambda database: Store(database).gather(
        ["a-digest"], now=NOON, lease=timedelta(0), claim="one"
    ),
    "has left": lambda database: Store(database).has_left("a-digest"),
    "waiting": lambda database: Overview(database).waiting(now=NOON),
}


@pytest.mark.parametrize("name", ASKS)
def test_no_pass_reads_every_message(database: Database, name: str) -> None:
    with _heard(database) as statements:
        ASKS[name](database)
    assert statements
    for statement, values in statements:
        assert READS_ALL.isdisjoint(_plan(database, statement, values))


def test_a_question_without_an_index_would_be_seen(database: Database) -> None:
    reads_all = f"SELECT * FROM {MessageRow.__tablename__} WHERE reason = 'x'"
    assert not READS_ALL.isdisjoint(_plan(database, reads_all, ()))


@contextmanager
def _heard(database: Database) -> Iterator[list[tuple[str, object]]]:
    """Every question that is put to the table of messages."""
    heard: list[tuple[str, object]] = []

    def hear(_1: object, _2: object, statement: str, values: object, *_: object) -> None:
        if "FROM message" in statement:
            heard.append((statement, values))

    event.listen(database.engine, "before_cursor_execute", hear)
    try:
        yield heard
    finally:
        event.remove(database.engine, "before_cursor_execute", hear)


def _plan(database: Database, statement: str, values: Any) -> set[str]:
    """How the database would find it, in its own words; PostgreSQL is told that reading a whole
    table is dear, as with few rows it would rather do that."""
    with database.engine.connect() as connection:
        if database.is_sqlite:
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
            return {row.detail for row in rows}
        connection.exec_driver_sql("SET enable_seqscan = off")
        rows = connection.exec_driver_sql(f"EXPLAIN {statement}", values).all()
        connection.exec_driver_sql("RESET enable_seqscan")
    return {row[0].strip("-> ").partition("  (")[0] for row in rows}

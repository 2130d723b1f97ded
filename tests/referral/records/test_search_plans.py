"""A worklist is read from an index in the order that was asked for, however long it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, text

from services.referral.fhir_api.searching import query_of
from services.referral.records.search import search
from services.referral.records.store import Records
from services.referral.records.tables import metadata
from shared.database import Database
from tests.referral.fakes import FRIDAY
from tests.referral.records.shelves import SPEECH, keep_child_and_task

MANY = 4000
SERIES = {
    "sqlite": "WITH RECURSIVE series(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series "
    f"WHERE n < {MANY}) ",
    "postgresql": f"WITH series AS (SELECT generate_series(1, {MANY}) AS n) ",
}
LATER = {
    "sqlite": "datetime(due_at, '+' || (n % 500) || ' minutes') || '.000000'",
    "postgresql": "due_at + (n % 500) * interval '1 minute'",
}


@pytest.fixture
def long(records: Records) -> Records:
    """One Task of speech therapy and thousands of copies, each due at another time."""
    keep_child_and_task(records, priority="urgent", level=1)
    backend = "sqlite" if records.database.is_sqlite else "postgresql"
    for table, key in (("resource", "id"), ("queue", "task_id")):
        with records.database.write() as session:
            names = [column.name for column in metadata.tables[table].columns]
            special = {key: f"{key} || '-' || n", "due_at": LATER[backend]}
            chosen = ", ".join(special.get(name, name) for name in names)
            only = "WHERE type = 'Task'" if table == "resource" else ""
            session.execute(
                text(
                    f"INSERT INTO {table} ({', '.join(names)}) {SERIES[backend]}"
                    f"SELECT {chosen} FROM {table} CROSS JOIN series {only}"
                )
            )
    engine = records.database.engine
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    return records


@contextmanager
def heard(database: Database) -> Iterator[list[tuple[str, Any]]]:
    """The statements that are run meanwhile, with their values."""
    statements: list[tuple[str, Any]] = []

    def hear(_: Any, __: Any, sql: str, values: Any, *___: Any) -> None:
        if sql.startswith("SELECT"):
            statements.append((sql, values))

    event.listen(database.engine, "before_cursor_execute", hear)
    try:
        yield statements
    finally:
        event.remove(database.engine, "before_cursor_execute", hear)


def plans(records: Records, asked: str) -> list[str]:
    """How the database goes about each statement of a search."""
    pairs = [one.partition("=")[::2] for one in asked.split("&")]
    query = query_of("Task", pairs, None).query
    explain = "EXPLAIN QUERY PLAN" if records.database.is_sqlite else "EXPLAIN"
    with records.reading(SPEECH, now=FRIDAY) as record:
        with heard(records.database) as statements:
            assert search(record, query).resources
        connection = record.session.connection()
        return [
            "\n".join(
                str(tuple(line)) for line in connection.exec_driver_sql(f"{explain} {sql}", values)
            )
            for sql, values in statements
        ]


SPEECHES = "owner=HealthcareService/speech"


@pytest.mark.parametrize(
    ("asked", "index"),
    [
        (f"{SPEECHES}&status=requested,received&_sort=due", "queue_owned_due"),
        (f"{SPEECHES}&status=requested&_sort=-due", "queue_owned_due"),
        (f"{SPEECHES}&_sort=due", "queue_owned_due"),
        (f"{SPEECHES}", "queue_owned_oldest"),
        (f"{SPEECHES}&_sort=priority", "queue_owned_priority"),
        (f"{SPEECHES}&_sort=-level", "queue_owned_level"),
        (f"{SPEECHES}&_sort=-authored-on", "queue_owned_authored"),
        (f"{SPEECHES}&_sort=-modified", "queue_owned_modified"),
        ("_lastUpdated=gt2026-01-01&_sort=_lastUpdated", "queue_changed"),
        ("requester=Organization/nursery", "queue_of_requester"),
    ],
)
def test_a_page_is_read_in_the_order_of_an_index(long: Records, asked: str, index: str) -> None:
    worklist, resources = plans(long, asked)
    assert index in worklist
    assert not any(one in worklist for one in ("SCAN queue", "Seq Scan on queue"))
    assert "SCAN resource" not in resources
    assert "Seq Scan on resource" not in resources

"""PostgreSQL keeps the rows by itself, whoever signs in to it."""

from collections.abc import Iterator
from contextlib import closing
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import make_url, text

from services.referral.records.store import Records
from shared.database import Database, migrate
from tests.databases import fresh_postgres
from tests.referral.conftest import MIGRATIONS
from tests.referral.fakes import FRIDAY
from tests.referral.records.shelves import DO_NOT, KEEPER, SEE_IT, keep_child_and_task

COUNTS = [
    f"SELECT count(*) FROM {table}"
    for table in ("resource", "queue", "audit", "resource_history", "search_value")
]


@pytest.fixture
def owner(postgres: str) -> Iterator[Database]:
    """A database of which the login owns everything, and is otherwise nobody."""
    name = f"owner_{uuid4().hex[:8]}"
    with fresh_postgres(postgres) as url:
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'made-up'")
            admin.execute(f"GRANT CREATE, USAGE ON SCHEMA public TO {name}")
        mine = make_url(url).set(username=name, password="made-up")
        address = mine.render_as_string(hide_password=False)
        migrate(address, MIGRATIONS)
        with closing(Database(address)) as database:
            keep_child_and_task(Records(database))
            with Records(database).writing(KEEPER, now=FRIDAY) as record:
                record.note("look", record.resource("Task", "task-1"))
            yield database
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute(f"DROP OWNED BY {name} CASCADE; DROP ROLE {name}")


def test_the_owner_of_the_tables_sees_nothing_unless_told_for_whom(owner: Database) -> None:
    with owner.read() as session:
        assert [session.scalar(text(sql)) for sql in COUNTS] == [0] * len(COUNTS)


def test_the_owner_of_the_tables_sees_for_each_what_is_theirs(owner: Database) -> None:
    for who in (*SEE_IT, *DO_NOT):
        with Records(owner).reading(who, now=FRIDAY) as record, record.session.reviewed():
            found = [record.session.scalar(text(sql)) for sql in COUNTS]
        assert all(found) if who in SEE_IT else not any(found), who.name


def test_what_one_transaction_was_told_the_next_does_not_know(owner: Database) -> None:
    with Records(owner).reading(KEEPER, now=FRIDAY) as record:
        assert record.find("Task", "task-1")
    with owner.read() as session:  # the same connection, from the pool
        assert session.scalar(text("SELECT count(*) FROM resource")) == 0


def test_the_audit_is_neither_changed_nor_emptied(owner: Database) -> None:
    with Records(owner).writing(KEEPER, now=FRIDAY) as record:
        record.session.execute(text("UPDATE audit SET who = 'somebody else'"))
        record.session.execute(text("DELETE FROM audit"))
    with Records(owner).reading(KEEPER, now=FRIDAY) as record:
        assert record.session.execute(text("SELECT who FROM audit")).scalars().all() == [
            KEEPER.reference
        ]

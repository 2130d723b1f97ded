"""PostgreSQL keeps the rows by itself, whoever signs in to it."""

from collections.abc import Iterator
from contextlib import closing
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import make_url, text

from services.referral.records.chain import verify
from services.referral.records.store import Records
from services.referral.records.waiting import chain_waiting
from shared.database import Database, migrate
from shared.errors import NotFound
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


def test_a_look_that_waits_for_the_audit_is_seen_by_the_services_own_jobs_alone(
    owner: Database,
) -> None:
    with Records(owner).reading(KEEPER, now=FRIDAY) as record:
        record.note("look", record.resource("Task", "task-1"))
    with Records(owner).reading(SEE_IT[0], now=FRIDAY) as record:
        assert record.session.scalar(text("SELECT count(*) FROM audit_waiting")) == 0
    assert chain_waiting(owner) == 1
    assert verify(owner).wrong == ""


def test_a_refusal_names_what_was_sought_though_the_one_refused_may_not_see_it(
    owner: Database,
) -> None:
    with pytest.raises(NotFound), Records(owner).reading(DO_NOT[0], now=FRIDAY) as record:
        record.resource("Task", "task-1")
    chain_waiting(owner)
    with Records(owner).reading(KEEPER, now=FRIDAY) as record:
        found = record.session.execute(text("SELECT resource_id FROM audit WHERE action='refuse'"))
        assert found.scalars().all() == ["task-1"]

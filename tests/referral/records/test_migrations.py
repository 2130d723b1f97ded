"""The migrations make the tables that the code describes, and keep what is in them."""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlmodel import select

from services.referral.records.chain import Verdict, verify
from services.referral.records.rebuild import is_index_old
from services.referral.records.store import Records
from services.referral.records.tables import QueueRow, metadata
from shared.database import Database, is_up_to_date, migrate, upgrade
from tests.databases import BACKENDS, fresh_postgres
from tests.referral.anyshire import row_counts
from tests.referral.conftest import MIGRATIONS
from tests.referral.fakes import FRIDAY
from tests.referral.records.shelves import KEEPER, an_observation, keep, keep_child_and_task
from tests.referral.use_cases.reading import audits


@pytest.fixture(params=BACKENDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An address with nothing behind it yet."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'new' / 'referral.db'}"
        return
    with fresh_postgres(request.getfixturevalue("postgres")) as address:
        yield address


def test_the_migrations_make_the_tables_that_the_code_describes(database: Database) -> None:
    with database.engine.connect() as connection:
        opts = {"compare_type": True, "include_object": _is_for(database)}
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, metadata) == []


def _is_for(database: Database) -> Callable[..., bool]:
    """The index of tags is PostgreSQL's alone."""
    return lambda _, name, *rest: name != "resource_tags" or not database.is_sqlite


def test_every_index_of_the_code_is_in_the_database(database: Database) -> None:
    """Alembic compares no partial condition and no kind of index; these carry the speed."""
    backend = database.engine.dialect.name
    described = {
        index.name
        for table in metadata.sorted_tables
        for index in table.indexes
        if index.name != "resource_tags" or backend == "postgresql"
    }
    made = {
        str(index["name"])
        for table in inspect(database.engine).get_table_names()
        for index in inspect(database.engine).get_indexes(table)
        if not index.get("duplicates_constraint")
    }
    assert described <= made
    with database.read() as session:
        catalogue = "SELECT indexdef FROM pg_indexes WHERE indexname = :name"
        if backend == "sqlite":
            catalogue = "SELECT sql FROM sqlite_master WHERE name = :name"
        for partial in ("queue_next_escalation", "ix_outbox_waiting"):
            definition = session.scalar(text(catalogue), {"name": partial})
            assert "WHERE" in str(definition), partial


def test_migrating_what_is_up_to_date_changes_nothing(url: str) -> None:
    migrate(url, MIGRATIONS)
    with closing(Database(url)) as database:
        keep_child_and_task(Records(database))
        keep(Records(database), (an_observation(), "observation-1"))
        before = row_counts(Records(database))
        migrate(url, MIGRATIONS)
        assert row_counts(Records(database)) == before
        assert is_up_to_date(database, MIGRATIONS)


AUDITED_BEFORE = """
    INSERT INTO audit (id, at, who, action, child_id, detail, tags)
    VALUES (:id, '2026-01-05 09:00:00.000000', 'Practitioner/nora', 'read', 'child-1', '', :tags)
"""


def test_what_the_audit_held_before_it_was_a_chain_is_chained(url: str) -> None:
    upgrade(url, MIGRATIONS, "0001")
    with closing(Database(url)) as database:
        tags = '["fam:child-1"]' if database.is_sqlite else "{fam:child-1}"
        with database.write() as session:
            for id in ("one", "two"):
                session.execute(text(AUDITED_BEFORE), {"id": id, "tags": tags})
        migrate(url, MIGRATIONS)
        with Records(database).writing(KEEPER, now=FRIDAY) as record:
            record.note("look")
        lines = sorted(audits(Records(database)), key=lambda line: line.seq)
        assert [(line.seq, line.action) for line in lines] == [
            (1, "read"),
            (2, "read"),
            (3, "look"),
        ]
        assert lines[0].tags == ["audit", "fam:child-1"]
        assert verify(database) == Verdict(3, lines[-1].hash)


A_TASK = """
    INSERT INTO resource (type, id, version, last_updated, deleted, tags, body)
    VALUES ('Task', 'task-1', 1, '2026-01-05 09:00:00.000000', false, :tags, :body)
"""
IN_THE_QUEUE = """
    INSERT INTO queue (task_id, kind, open, concern_id, child_id, setting_id, owner, status, state,
        priority, priority_rank, due_at, made_at, first_received_at, level, version, tags)
    VALUES ('task-1', 'service', true, 'concern-1', 'child-1', 'nursery',
        'HealthcareService/speech', 'requested', 'submitted', 'routine', 3, '2026-01-09 09:00:00',
        '2026-01-05 09:00:00', '2026-01-05 09:00:00', 0, 1, :tags)
"""


def test_the_queue_learns_who_asked_and_when_it_changed(url: str) -> None:
    upgrade(url, MIGRATIONS, "0021")
    with closing(Database(url)) as database:
        tags = '["org:nursery"]' if database.is_sqlite else "{org:nursery}"
        body = (
            '{"requester": {"reference": "Organization/nursery"}, '
            '"lastModified": "2026-01-05T08:30:15.250Z"}'
        )
        with database.write() as session:
            session.execute(text(A_TASK), {"tags": tags, "body": body})
            session.execute(text(IN_THE_QUEUE), {"tags": tags})
        migrate(url, MIGRATIONS)
        with Records(database).reading(KEEPER, now=FRIDAY) as record:
            (row,) = record.session.exec(select(QueueRow))
        assert row.requester == "Organization/nursery"
        assert row.modified_at == datetime(2026, 1, 5, 8, 30, 15, 250_000, UTC)
        assert row.last_updated == datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
        with database.read() as session:
            assert is_index_old(session)


def test_an_empty_database_is_not_up_to_date(url: str) -> None:
    with closing(Database(url)) as database:
        assert not is_up_to_date(database, MIGRATIONS)


def test_a_migration_that_fails_leaves_nothing_behind(url: str) -> None:
    with closing(Database(url)) as database:
        with database.write() as session:
            session.execute(text("CREATE TABLE web_session (id TEXT)"))
        with pytest.raises(Exception, match="already exists"):
            migrate(url, MIGRATIONS)
        assert set(inspect(database.engine).get_table_names()) <= {"web_session", "alembic_version"}
        assert not is_up_to_date(database, MIGRATIONS)

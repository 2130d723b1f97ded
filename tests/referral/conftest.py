"""A migrated database of each kind, emptied between tests, and the county of Anyshire in it."""

from collections.abc import Iterator
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, select

from services.referral.demo.area import build_area
from services.referral.policies.reader import Policies, read_policies
from services.referral.records.store import Records
from services.referral.records.tables import metadata
from services.referral.use_cases.circumstances import Rulebook
from shared.bank_holidays import bank_holidays
from shared.database import Database, migrate
from tests.databases import BACKENDS, fresh_postgres
from tests.referral.anyshire import Anyshire
from tests.referral.fakes import FRIDAY, Clock
from tests.referral.tampering import without_triggers

MIGRATIONS = Path(__file__).parents[2] / "services" / "referral" / "migrations"

Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="session")
def sqlite_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with _migrated(f"sqlite:///{tmp_path_factory.mktemp('records') / 'referral.db'}") as opened:
        yield opened


@pytest.fixture(scope="session")
def postgresql_database(postgres: str) -> Iterator[Database]:
    with fresh_postgres(postgres) as url, _migrated(url) as opened:
        yield opened


def _migrated(url: str) -> closing[Database]:
    migrate(url, MIGRATIONS)
    return closing(Database(url))


@pytest.fixture(params=BACKENDS)
def database(request: pytest.FixtureRequest) -> Database:
    """Empty, on SQLite and on PostgreSQL."""
    opened: Database = request.getfixturevalue(f"{request.param}_database")
    with opened.write() as session, without_triggers(session.connection()):
        for table in reversed(metadata.sorted_tables):
            session.execute(delete(table))
    return opened


@pytest.fixture
def records(database: Database) -> Records:
    return Records(database)


@cache
def _policies() -> Policies:
    return read_policies()


@pytest.fixture
def rules() -> Rulebook:
    return Rulebook(policies=_policies(), holidays=bank_holidays())


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def area_rows(tmp_path_factory: pytest.TempPathFactory) -> Rows:
    """What the area consists of: built once, because hashing passwords is slow on purpose."""
    url = f"sqlite:///{tmp_path_factory.mktemp('area') / 'area.db'}"
    with _migrated(url) as database:
        build_area(Records(database), _policies().places, now=FRIDAY)
        with database.read() as session:
            return {
                table.name: [dict(row) for row in session.execute(select(table)).mappings()]
                for table in metadata.sorted_tables
            }


@pytest.fixture
def area(database: Database, area_rows: Rows) -> None:
    """The organisations, services, people and systems of Anyshire."""
    with database.write() as session:
        for table in metadata.sorted_tables:
            if area_rows[table.name]:
                session.execute(insert(table), area_rows[table.name])


@pytest.fixture
def anyshire(area: None, records: Records, rules: Rulebook, clock: Clock) -> Anyshire:
    return Anyshire(records=records, rules=rules, clock=clock)

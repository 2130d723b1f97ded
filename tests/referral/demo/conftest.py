"""The demo built once on each database, because it takes some seconds."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from services.referral.demo.build import build_demo
from services.referral.policies.reader import read_policies
from services.referral.records.store import Records
from services.referral.records.tables import metadata
from services.referral.use_cases.circumstances import Rulebook
from shared.bank_holidays import bank_holidays
from shared.database import Database, migrate
from tests.databases import BACKENDS, fresh_postgres
from tests.referral.fakes import FRIDAY

MIGRATIONS = Path(__file__).parents[3] / "services" / "referral" / "migrations"
Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Demo:
    """What a build left behind: the number it answered, and the rows of each table."""

    records: Records
    rules: Rulebook
    made: int
    rows: dict[str, list[Row]]

    def resources(self, type: str) -> list[Row]:
        """The newest version of each resource of a type, oldest first."""
        bodies = [row["body"] for row in self.rows["resource"] if row["type"] == type]
        return [json.loads(body) for body in bodies]


@pytest.fixture(scope="session", params=BACKENDS)
def demo(request: pytest.FixtureRequest) -> Demo:
    """On SQLite and on PostgreSQL."""
    built: Demo = request.getfixturevalue(f"demo_on_{request.param}")
    return built


@pytest.fixture(scope="session")
def demo_on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with _migrated(f"sqlite:///{tmp_path_factory.mktemp('demo') / 'demo.db'}") as database:
        yield _built(database)


@pytest.fixture(scope="session")
def demo_on_postgresql(postgres: str) -> Iterator[Demo]:
    with fresh_postgres(postgres) as url, _migrated(url) as database:
        yield _built(database)


def _migrated(url: str) -> closing[Database]:
    migrate(url, MIGRATIONS)
    return closing(Database(url))


def _built(database: Database) -> Demo:
    records = Records(database)
    rules = Rulebook(policies=read_policies(), holidays=bank_holidays())
    made = build_demo(records, rules, now=FRIDAY)
    return Demo(records=records, rules=rules, made=made, rows=_rows(database))


def _rows(database: Database) -> dict[str, list[Row]]:
    with database.read() as session:
        return {
            table.name: [
                dict(row)
                for row in session.execute(select(table).order_by(*table.primary_key)).mappings()
            ]
            for table in metadata.sorted_tables
        }

"""One county for each kind of database, with something to find by every line of the statement."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from sqlalchemy import insert
from starlette.testclient import TestClient

from services.referral.main import MIGRATIONS, assemble
from services.referral.policies.reader import read_policies
from services.referral.records.store import Records
from services.referral.records.tables import metadata
from services.referral.settings import Settings
from services.referral.use_cases.circumstances import Rulebook
from services.referral.use_cases.workplace import Workplace
from shared.bank_holidays import bank_holidays
from shared.database import Database, migrate
from shared.documents.scanner import scanner
from tests.databases import BACKENDS, fresh_postgres
from tests.referral.anyshire import Anyshire
from tests.referral.conftest import Rows
from tests.referral.fakes import Clock
from tests.referral.fhir_api.stated.world import World, build_world
from tests.referral.fhir_api.systems import System


@pytest.fixture(scope="package", params=BACKENDS)
def world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, area_rows: Rows
) -> Iterator[World]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('stated') / 'referral.db'}"
        yield from _world(url, area_rows)
        return
    with fresh_postgres(request.getfixturevalue("postgres")) as url:
        yield from _world(url, area_rows)


def _world(url: str, area_rows: Rows) -> Iterator[World]:
    migrate(url, MIGRATIONS)
    rules = Rulebook(policies=read_policies(), holidays=bank_holidays())
    with closing(Database(url)) as database:
        with database.write() as session:
            for table in metadata.sorted_tables:
                if area_rows[table.name]:
                    session.execute(insert(table), area_rows[table.name])
        clock = Clock()
        at = Workplace(
            records=Records(database), rules=rules, clock=clock, scan=scanner("off", demo=True)
        )
        settings = Settings(demo=True, database_url=url, api_rate=100_000)
        http = TestClient(assemble(settings, at), raise_server_exceptions=False)
        anyshire = Anyshire(records=at.records, rules=rules, clock=clock)
        yield build_world(anyshire, System(http, "demo-nursery"), System(http, "demo-coordinator"))

"""One county for all attacks of a kind of database: what is refused changes nothing in it."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from fastapi import FastAPI
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
from tests.databases import BACKENDS, fresh_postgres
from tests.referral.anyshire import Anyshire
from tests.referral.conftest import Rows
from tests.referral.fakes import Clock
from tests.referral.fhir_api.systems import System
from tests.referral.hostile.targets import Target
from tests.referral.web.browsers import Browsers
from tests.referral.web.children import referred


@pytest.fixture(scope="package", params=BACKENDS)
def hostile_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('hostile') / 'referral.db'}"
        return
    with fresh_postgres(request.getfixturevalue("postgres")) as url:
        yield url


@pytest.fixture(scope="package")
def place(hostile_url: str, area_rows: Rows) -> Iterator[Workplace]:
    """The county of Anyshire, with nobody in it but its people and systems."""
    migrate(hostile_url, MIGRATIONS)
    rules = Rulebook(policies=read_policies(), holidays=bank_holidays())
    with closing(Database(hostile_url)) as database:
        with database.write() as session:
            for table in metadata.sorted_tables:
                if area_rows[table.name]:
                    session.execute(insert(table), area_rows[table.name])
        yield Workplace(records=Records(database), rules=rules, clock=Clock())


@pytest.fixture(scope="package")
def site(place: Workplace, hostile_url: str) -> FastAPI:
    return assemble(Settings(demo=True, database_url=hostile_url, api_rate=100_000), place)


@pytest.fixture(scope="package")
def target(place: Workplace, site: FastAPI) -> Target:
    """One child who was referred to speech and language therapy, and who may ask after them."""
    assert isinstance(place.clock, Clock)
    anyshire = Anyshire(records=place.records, rules=place.rules, clock=place.clock)
    task = referred(anyshire, "Tobi", "Marker-Vesper")
    http = TestClient(site, follow_redirects=False, raise_server_exceptions=False)
    browsers = Browsers(site, place)
    return Target(
        anyshire=anyshire,
        http=http,
        task=task,
        nursery=System(http, "demo-nursery"),
        nursery2=System(http, "demo-nursery2"),
        speech=System(http, "demo-speech"),
        pages={key: browsers.of(key) for key in ("nursery", "nursery2", "speech")},
        stranger=browsers.anybody(),
    )

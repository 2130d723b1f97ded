"""The API of the whole service, spoken to as the systems of Anyshire do."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from services.referral.main import assemble
from services.referral.settings import Settings
from services.referral.use_cases.workplace import Workplace
from tests.referral.anyshire import Anyshire
from tests.referral.fhir_api.systems import System


@pytest.fixture
def at(anyshire: Anyshire) -> Workplace:
    return Workplace(records=anyshire.records, rules=anyshire.rules, clock=anyshire.clock)


@pytest.fixture
def http(at: Workplace) -> TestClient:
    settings = Settings(demo=True, database_url=str(at.records.database.url))
    return TestClient(assemble(settings, at), raise_server_exceptions=False)


@pytest.fixture
def nursery(http: TestClient) -> System:
    return System(http, "demo-nursery")


@pytest.fixture
def nursery2(http: TestClient) -> System:
    return System(http, "demo-nursery2")


@pytest.fixture
def speech(http: TestClient) -> System:
    return System(http, "demo-speech")


@pytest.fixture
def coordinator(http: TestClient) -> System:
    return System(http, "demo-coordinator")


@pytest.fixture
def task(nursery: System, speech: System) -> dict[str, Any]:
    """The example concern, as speech and language therapy first sees it."""
    nursery.raises()
    return speech.own_task()

"""A system that asks without end is told to wait, and the others go on."""

import pytest
from starlette.testclient import TestClient

from services.referral.main import assemble
from services.referral.settings import Settings
from services.referral.use_cases.workplace import Workplace
from tests.referral.fhir_api.systems import System, issues_of


@pytest.fixture
def slow(at: Workplace) -> TestClient:
    settings = Settings(demo=True, api_rate=1, database_url=str(at.records.database.url))
    return TestClient(assemble(settings, at), raise_server_exceptions=False)


def test_a_system_that_never_stops_is_told_when_to_come_again(slow: TestClient) -> None:
    nursery, speech = System(slow, "demo-nursery"), System(slow, "demo-speech")
    answers = [nursery.get("/Patient") for _ in range(20)]
    assert answers[0].status_code == 200
    refused = answers[-1]
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) >= 1
    assert issues_of(refused)[0]["code"] == "throttled"
    assert speech.get("/Patient").status_code == 200


def test_writing_and_long_searches_cost_more_than_reading(slow: TestClient) -> None:
    def answered(one: System, path: str) -> int:
        answers = (one.get(path).status_code for _ in range(40))
        return sum(status != 429 for status in answers)

    read = answered(System(slow, "demo-nursery"), "/Patient/none")
    searched = answered(System(slow, "demo-speech"), "/Patient")
    long = answered(System(slow, "demo-camhs"), "/Patient?_id=" + ",".join(["a"] * 100))
    assert read > searched > long > 0

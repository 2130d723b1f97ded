"""The requests of a batch are each taken as they would be by themselves."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from services.referral.fhir_api import batches as batches_module
from services.referral.main import assemble
from services.referral.settings import Settings
from services.referral.use_cases.workplace import Workplace
from tests.referral.fhir_api.bundles import a_child, an_observation, batches, bundle, entry
from tests.referral.fhir_api.systems import System, issues_of

A = "urn:uuid:0b8d2c1e-5f4e-4f2e-9d7e-000000000001"


def status_of(answer: dict[str, Any]) -> int:
    return int(answer["response"]["status"][:3])


def test_one_that_fails_leaves_the_others_alone(nursery: System, task: dict[str, Any]) -> None:
    answers = batches(
        nursery,
        entry("POST", "Patient", a_child()),
        entry("POST", "Patient", {**a_child(), "gender": "x"}),
        entry("GET", "Flag/none"),
        entry("GET", f"Task/{task['id']}"),
        entry("GET", f"Task/{task['id']}", ifNoneMatch='W/"1"'),
        entry("PUT", f"Task/{task['id']}", {**task, "status": "received"}),
        entry("PUT", f"Task/{task['id']}", {**task, "status": "accepted"}, ifMatch='W/"1"'),
        entry("DELETE", f"Task/{task['id']}"),
        entry("GET", "Patient?family=Okafor&_total=accurate"),
        entry("GET", "metadata"),
    )
    assert [status_of(one) for one in answers] == [
        201, 422, 404, 200, 304, 428, 403, 405, 200, 200
    ]  # fmt: skip
    made, wrong, _, read, *_ = answers
    assert made["response"]["location"].startswith("Patient/")
    assert made["response"]["etag"] == 'W/"1"'
    assert made["response"]["lastModified"].startswith("2026-11-20T")
    assert "resource" not in made
    assert wrong["response"]["outcome"]["issue"][0]["expression"] == ["Patient.gender"]
    assert read["resource"] == task
    assert answers[8]["resource"]["total"] == 1


def test_what_comes_back_is_what_is_preferred(nursery: System) -> None:
    one = entry("POST", "Patient", a_child())
    (whole,) = batches(nursery, one, Prefer="return=representation")
    (told,) = batches(nursery, one, Prefer="return=OperationOutcome")
    assert whole["resource"]["resourceType"] == "Patient"
    assert told["response"]["outcome"]["resourceType"] == "OperationOutcome"


def test_conditions_are_each_entrys_own(nursery: System) -> None:
    once = entry("POST", "Patient", a_child(), ifNoneExist="family=Okafor")
    assert [status_of(one) for one in batches(nursery, once, once)] == [201, 200]


def test_no_entry_leads_to_another(nursery: System) -> None:
    answers = batches(
        nursery,
        entry("POST", "Patient", a_child(), full_url=A),
        entry("POST", "Observation", an_observation(subject={"reference": A})),
    )
    assert [status_of(one) for one in answers] == [201, 422]


@pytest.mark.parametrize(
    "url", ["/", "../oauth/token", "Patient/../../oauth/token", "https://elsewhere.example/x",
            "Patient/1/2/3/4"],
)  # fmt: skip
def test_no_entry_leads_out_of_the_api(nursery: System, url: str) -> None:
    (answer,) = batches(nursery, entry("POST", url, bundle("batch", entry("GET", "Patient/1"))))
    assert status_of(answer) == 422


def test_a_batch_is_no_transaction(nursery: System) -> None:
    sent = bundle("batch", entry("POST", "Patient", a_child()))
    answer = nursery.post("", sent, **{"Idempotency-Key": "one"})
    assert answer.status_code == 422
    assert "ifNoneExist" in issues_of(answer)[0]["diagnostics"]


def test_each_entry_costs_what_it_costs_by_itself(at: Workplace) -> None:
    """A batch is no way round the limit of what one system may ask for."""
    settings = Settings(demo=True, api_rate=1, database_url=str(at.records.database.url))
    slow = TestClient(assemble(settings, at), raise_server_exceptions=False)
    answers = batches(System(slow, "demo-nursery"), *[entry("GET", "Patient/none")] * 40)
    assert {status_of(one) for one in answers} == {404, 429}


def test_the_answer_has_an_end(nursery: System, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches_module, "LONGEST_ANSWER", 100)
    answers = batches(nursery, *[entry("GET", "metadata")] * 2)
    assert [status_of(one) for one in answers] == [200, 400]

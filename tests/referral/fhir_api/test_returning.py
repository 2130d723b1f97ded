"""What comes back of a write is what the client prefers; a write that changes nothing is none."""

from typing import Any

import pytest

from tests.referral.fhir_api.systems import System, issues_of

MERGE = {"Content-Type": "application/merge-patch+json"}
CHILD = {
    "resourceType": "Patient",
    "identifier": [{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9990000019"}],
    "name": [{"family": "Okafor", "given": ["Ada"]}],
    "birthDate": "2023-07-19",
}


@pytest.fixture
def child(nursery: System) -> dict[str, Any]:
    kept: dict[str, Any] = nursery.post("/Patient", CHILD).json()
    return kept


def writes(system: System, child: dict[str, Any], prefer: str) -> list[Any]:
    """A create, an update and a patch."""
    where, headers = f"/Patient/{child['id']}", {"Prefer": prefer}
    return [
        system.post("/Patient", CHILD, **headers),
        system.send("PUT", where, {**child, "gender": "female"}, **headers),
        system.send("PATCH", where, {"active": True}, **MERGE, **headers),
    ]


def test_nothing_but_the_headers(nursery: System, child: dict[str, Any]) -> None:
    answers = writes(nursery, child, "return=minimal")
    assert [one.status_code for one in answers] == [201, 200, 200]
    assert all(one.content == b"" for one in answers)
    assert [one.headers["etag"] for one in answers] == ['W/"1"', 'W/"2"', 'W/"3"']
    assert all("last-modified" in one.headers for one in answers)
    assert answers[0].headers["location"].endswith("/_history/1")


def test_the_resource(nursery: System, child: dict[str, Any]) -> None:
    for prefer in ("return=representation", "respond-async", "handling=strict; return=nonsense"):
        assert all(
            one.json()["resourceType"] == "Patient" for one in writes(nursery, child, prefer)
        )


def test_what_to_heed(nursery: System, child: dict[str, Any]) -> None:
    for answer in writes(nursery, child, "handling=strict, return=OperationOutcome"):
        assert answer.status_code in (200, 201)
        assert "warning" in {one["severity"] for one in issues_of(answer)}
        assert "error" not in {one["severity"] for one in issues_of(answer)}


def test_what_changes_nothing_makes_no_version(nursery: System, child: dict[str, Any]) -> None:
    where = f"/Patient/{child['id']}"
    for answer in (
        nursery.send("PUT", where, child),
        nursery.send("PUT", where, {**CHILD, "id": child["id"]}),
        nursery.send("PATCH", where, {}, **MERGE),
        nursery.send("PATCH", where, {"birthDate": "2023-07-19"}),
    ):
        assert (answer.status_code, answer.headers["etag"]) == (200, 'W/"1"')
        assert answer.json() == child
    assert nursery.send("PUT", where, child, **{"If-Match": 'W/"3"'}).status_code == 412


def test_one_digit_more_is_a_change(nursery: System) -> None:
    body = {
        "resourceType": "Observation", "status": "final", "code": {"text": "Height"},
        "valueQuantity": {"value": 1.5},
    }  # fmt: skip
    kept = nursery.post("/Observation", body).json()
    text = nursery.get(f"/Observation/{kept['id']}").text.replace("1.5", "1.50")
    changed = nursery.send("PUT", f"/Observation/{kept['id']}", text)
    assert changed.headers["etag"] == 'W/"2"'
    assert '"value":1.50' in changed.text


def test_a_task_that_is_sent_as_it_is_stays_as_it_is(speech: System, task: dict[str, Any]) -> None:
    same = speech.changes(task)
    assert (same.status_code, same.json()["meta"]["versionId"]) == (200, "1")
    assert speech.send("PUT", f"/Task/{task['id']}", task).status_code == 428

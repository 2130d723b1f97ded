"""Systems say that things have changed, and record an exception."""

from typing import Any

import pytest

from shared.fhir.codes import EXTENSION_BASE, TASK_KIND
from tests.referral.fhir_api.systems import System


def changed(task: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Communication",
        "status": "completed",
        "category": [{"coding": [{"system": TASK_KIND, "code": "things-changed"}]}],
        "partOf": [{"reference": f"Task/{task['id']}"}],
        "payload": [{"contentString": "She has no words any more."}],
        **more,
    }


def test_a_nurserys_system_says_that_things_have_changed(
    nursery: System, speech: System, task: dict[str, Any]
) -> None:
    assert nursery.send("POST", "/Communication", changed(task)).status_code == 201
    asks = [one for one in speech.tasks(f"part-of=Task/{task['id']}") if one["id"] != task["id"]]
    assert asks
    assert {one["description"] for one in asks} == {
        "Something else has changed. She has no words any more."
    }


def test_it_says_of_which_referral(nursery: System, task: dict[str, Any]) -> None:
    answer = nursery.send(
        "POST",
        "/Communication",
        {key: value for key, value in changed(task).items() if key != "partOf"},
    )
    assert answer.status_code == 422


@pytest.mark.parametrize(("who", "status"), [("coordinator", 200), ("speech", 403)])
def test_a_coordinators_system_records_an_exception(
    request: pytest.FixtureRequest, task: dict[str, Any], who: str, status: int
) -> None:
    system: System = request.getfixturevalue(who)
    parts = [
        {"url": "code", "valueString": "E4"},
        {"url": "clock", "valueString": "OUR-TRIAGE"},
        {"url": "from", "valueDate": "2026-11-20"},
        {"url": "to", "valueDate": "2027-01-05"},
        {"url": "evidence", "valueString": "Abroad with family."},
    ]
    exception = {"url": f"{EXTENSION_BASE}/clock-exception", "extension": parts}
    sent = {**task, "extension": [*task["extension"], exception]}
    version = task["meta"]["versionId"]
    answer = system.send("PUT", f"/Task/{task['id']}", sent, **{"If-Match": f'W/"{version}"'})
    assert answer.status_code == status

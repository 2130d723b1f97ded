"""Whether a resource would be taken: as the write itself would say, and nothing is kept."""

from typing import Any

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from services.referral.use_cases.workplace import Workplace
from tests.referral.anyshire import row_counts
from tests.referral.fhir_api.systems import System, issues_of, places_of, resource_in, the_bundle
from tests.referral.use_cases.reading import audits

Json = dict[str, Any]


def a_flag(child: str, **changes: Any) -> Json:
    return {"resourceType": "Flag", "status": "active", "code": {"text": "New"},
            "subject": {"reference": child}, **changes}  # fmt: skip


def errors(answer: Response) -> list[Json]:
    assert answer.status_code == 200, answer.text
    return [one for one in issues_of(answer) if one["severity"] == "error"]


def the_patient(**changes: Any) -> Json:
    patient: Json = resource_in(the_bundle(), "Patient")
    return {**patient, **changes}


def wrapped(resource: Json | None = None, **codes: str) -> Json:
    given: list[Json] = [{"name": "resource", "resource": resource}] if resource else []
    return {
        "resourceType": "Parameters",
        "parameter": given + [{"name": n, "valueCode": v} for n, v in codes.items()],
    }


@pytest.mark.parametrize("as_it_is", [True, False])
def test_what_would_be_taken_has_no_error(nursery: System, as_it_is: bool) -> None:
    patient = the_patient()
    answer = nursery.post("/Patient/$validate", patient if as_it_is else wrapped(patient))
    assert errors(answer) == []
    assert issues_of(answer), "it always says something"


def test_every_thing_that_is_wrong_is_named_at_once(nursery: System) -> None:
    wrong = the_patient(birthDate="2099-01-01", gender="boy", what=1)
    answer = nursery.post("/Patient/$validate", wrong)
    assert errors(answer)
    assert {"Patient.birthDate", "Patient.gender", "Patient.what"} <= set(places_of(answer))


def test_another_type_than_the_one_that_is_addressed_is_wrong(nursery: System) -> None:
    assert errors(nursery.post("/Flag/$validate", the_patient()))


def test_what_is_wrong_with_its_surroundings_is_named_too(nursery: System, task: Json) -> None:
    assert errors(nursery.post("/Flag/$validate", a_flag(task["for"]["reference"]))) == []
    nowhere = nursery.post("/Flag/$validate", a_flag("Patient/nobody"))
    assert places_of(nowhere) == ["Flag.subject"]
    made = {key: value for key, value in task.items() if key not in ("id", "meta")}
    assert errors(nursery.post("/Task/$validate", made)), "Tasks are made by routing"


def test_a_change_is_held_to_the_state_model(nursery: System, speech: System, task: Json) -> None:
    path = f"/Task/{task['id']}/$validate"
    assert errors(speech.post(path, {**task, "status": "accepted"})) == []
    refused = errors(speech.post(path, {**task, "status": "completed"}))
    assert "accepted" in refused[0]["details"]["text"], "it names the allowed"
    unsaid = speech.post(path, {**task, "status": "rejected"})
    assert "Task.statusReason" in places_of(unsaid)
    assert errors(nursery.post(path, {**task, "status": "accepted"}))[0]["code"] == "forbidden"


def test_it_says_what_the_write_then_says(speech: System, task: Json) -> None:
    for changes in ({"status": "completed"}, {"status": "rejected"}, {"owner": task["for"]}):
        changed = {**task, **changes}
        said = speech.post(f"/Task/{task['id']}/$validate", changed)
        written = speech.changes(task, **changes)
        assert written.status_code == 422
        assert errors(said) == [one for one in issues_of(written) if one["severity"] == "error"]


def test_nothing_is_kept(nursery: System, speech: System, task: Json, at: Workplace) -> None:
    before = row_counts(at.records)
    nursery.post("/Patient/$validate", the_patient())
    nursery.post("/Flag/$validate", a_flag(task["for"]["reference"]))
    request = nursery.get(f"/{task['focus']['reference']}").json()
    again = {key: value for key, value in request.items() if key not in ("id", "meta")}
    nursery.post("/ServiceRequest/$validate", again)
    speech.post(f"/Task/{task['id']}/$validate", {**task, "status": "accepted"})
    assert row_counts(at.records) == before
    assert speech.get(f"/Task/{task['id']}").json() == task


def test_the_mode_says_what_would_be_done(nursery: System, task: Json) -> None:
    child = task["for"]["reference"]
    patient = nursery.get(f"/{child}").json()
    assert errors(nursery.post("/Patient/$validate?mode=update", patient)) == []
    other = {**patient, "id": "other"}
    assert places_of(nursery.post(f"/{child}/$validate", other)) == ["Patient.id"]
    assert errors(nursery.post(f"/{child}/$validate", wrapped(mode="delete")))
    assert errors(nursery.post("/Patient/$validate", wrapped(the_patient(), mode="profile"))) == []
    assert nursery.post("/Patient/$validate?mode=what", patient).status_code == 422
    assert nursery.post("/Patient/$validate?mode=delete", "").status_code == 422
    assert nursery.post("/Patient/$validate", "").status_code == 422


def test_a_profile_that_is_not_known_is_a_warning(nursery: System) -> None:
    answer = nursery.post("/Patient/$validate?profile=https://example.org/p", the_patient())
    assert errors(answer) == []
    assert any("https://example.org/p" in one["details"]["text"] for one in issues_of(answer))


def test_what_is_not_there_for_the_caller_cannot_be_tried(http: TestClient, task: Json) -> None:
    camhs = System(http, "demo-camhs")
    assert camhs.post(f"/Task/{task['id']}/$validate", task).status_code == 404
    assert camhs.post("/Task/$validate?mode=update", task).status_code == 404


def test_a_token_must_allow_what_is_tried(http: TestClient) -> None:
    form = {"grant_type": "client_credentials", "scope": "system/*.rs"}
    answer = http.post("/oauth/token", data=form, auth=("demo-nursery", "demo-only"))
    token = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    refused = http.post("/fhir/Patient/$validate", json=the_patient(), headers=token)
    assert refused.status_code == 403


def test_the_audit_says_that_it_was_tried(speech: System, task: Json, at: Workplace) -> None:
    speech.post(f"/Task/{task['id']}/$validate", {**task, "status": "accepted"})
    line = audits(at.records)[-1]
    assert (line.action, line.resource_id, line.detail) == ("validate", task["id"], "update")

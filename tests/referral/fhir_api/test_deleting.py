"""What may go is left out from then on, and what it said can still be read."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from services.referral.use_cases.delete_resource import MAY_GO, STAYS
from shared.fhir.types import STORED_TYPES
from tests.referral.fhir_api.systems import System, issues_of


def an_observation(**changes: Any) -> dict[str, Any]:
    code = {"text": "Words used"}
    return {
        "resourceType": "Observation", "status": "preliminary", "code": code, **changes
    }  # fmt: skip


@pytest.fixture
def kept(nursery: System) -> dict[str, Any]:
    answer = nursery.post("/Observation", an_observation())
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def address_of(resource: dict[str, Any]) -> str:
    return f"/{resource['resourceType']}/{resource['id']}"


def delete(system: System, path: str, **headers: str) -> Any:
    return system.http.delete(f"/fhir{path}", headers={**system.headers, **headers})


def test_what_is_deleted_is_gone_and_its_versions_stay(
    nursery: System, kept: dict[str, Any]
) -> None:
    where = address_of(kept)
    answer = delete(nursery, where)
    assert (answer.status_code, answer.headers["etag"], answer.content) == (204, 'W/"2"', b"")
    assert nursery.get(where).status_code == 410
    assert issues_of(nursery.get(where))[0]["code"] == "deleted"
    assert "entry" not in nursery.get(f"/Observation?_id={kept['id']}").json()
    assert nursery.get(f"{where}/_history/1").json() == kept
    assert nursery.get(f"{where}/_history/2").status_code == 410
    assert nursery.get(f"{where}/_history").status_code == 200
    assert nursery.send("PUT", where, kept).status_code == 410


def test_deleting_once_more_changes_nothing(nursery: System, kept: dict[str, Any]) -> None:
    assert delete(nursery, address_of(kept)).headers["etag"] == 'W/"2"'
    assert delete(nursery, address_of(kept)).headers["etag"] == 'W/"2"'


def test_somebody_who_saw_another_version_deletes_nothing(
    nursery: System, kept: dict[str, Any]
) -> None:
    assert delete(nursery, address_of(kept), **{"If-Match": 'W/"7"'}).status_code == 412
    assert nursery.get(address_of(kept)).status_code == 200


def test_another_organisation_does_not_learn_that_it_is_there(
    nursery2: System, kept: dict[str, Any]
) -> None:
    assert delete(nursery2, address_of(kept)).status_code == 404


def test_what_counts_is_first_said_to_be_wrong(nursery: System) -> None:
    kept = nursery.post("/Observation", an_observation(status="final")).json()
    answer = delete(nursery, address_of(kept))
    assert answer.status_code == 409
    assert "entered-in-error" in issues_of(answer)[0]["diagnostics"]
    wrong = {**kept, "status": "entered-in-error"}
    assert nursery.send("PUT", address_of(kept), wrong).status_code == 200
    assert delete(nursery, address_of(kept)).status_code == 204


def test_of_a_concern_what_was_not_finished_stays(
    nursery: System, speech: System, task: dict[str, Any]
) -> None:
    about = an_observation(subject=task["for"], focus=[task["focus"]])
    kept = nursery.post("/Observation", about).json()
    assert delete(nursery, address_of(kept)).status_code == 409
    assert delete(speech, address_of(kept)).status_code == 403


def test_each_kept_type_may_go_or_stays_for_a_reason() -> None:
    assert MAY_GO.keys() | STAYS.keys() == STORED_TYPES
    assert not MAY_GO.keys() & STAYS.keys()


@pytest.mark.parametrize("type", sorted(STAYS))
def test_what_must_stay_is_refused_with_the_reason(nursery: System, type: str) -> None:
    answer = delete(nursery, f"/{type}/any")
    assert answer.status_code == 405
    assert "DELETE" not in answer.headers["allow"]
    assert STAYS[type] in issues_of(answer)[0]["diagnostics"]


def test_nothing_is_deleted_by_a_query(nursery: System, kept: dict[str, Any]) -> None:
    answer = delete(nursery, "/Observation?status=preliminary")
    assert answer.status_code == 405
    assert "query" in issues_of(answer)[0]["diagnostics"]
    assert nursery.get(address_of(kept)).status_code == 200


def test_a_reference_to_what_was_deleted_leads_nowhere(
    nursery: System, kept: dict[str, Any]
) -> None:
    later = an_observation(hasMember=[{"reference": address_of(kept)[1:]}])
    other = nursery.post("/Observation", later).json()
    delete(nursery, address_of(kept))
    assert nursery.post("/Observation", later).status_code == 422
    changed = nursery.send("PUT", address_of(other), {**other, "status": "final"})
    assert changed.status_code == 200, changed.text


def test_who_may_not_delete_is_told_the_scope(http: TestClient, kept: dict[str, Any]) -> None:
    form = {"grant_type": "client_credentials", "scope": "system/*.crus"}
    answer = http.post("/oauth/token", data=form, auth=("demo-nursery", "demo-only"))
    token = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    refused = http.delete(f"/fhir{address_of(kept)}", headers=token)
    assert refused.status_code == 403
    assert "system/Observation.d" in issues_of(refused)[0]["diagnostics"]

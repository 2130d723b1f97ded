"""A concern raised by another system."""

from typing import Any

from shared.fhir.codes import CONCERN
from tests.referral.anyshire import Anyshire
from tests.referral.fhir_api.systems import System, issues_of, resource_in, the_bundle


def test_the_example_is_taken_as_it_is_and_comes_back_as_it_went_in(nursery: System) -> None:
    sent = the_bundle()
    answer = nursery.raises()
    assert answer.status_code == 200
    body = answer.json()
    assert body["type"] == "transaction-response"
    links = {
        entry["fullUrl"]: _address(response)
        for entry, response in zip(sent["entry"], body["entry"], strict=False)
    }
    for entry, response in zip(sent["entry"], body["entry"], strict=False):
        kept = nursery.get(f"/{_address(response)}").json()
        assert _as_sent(kept) == _as_sent(_with_links(entry["resource"], links))


def test_the_answer_tells_which_tasks_were_made_and_why(nursery: System) -> None:
    entries = nursery.raises().json()["entry"]
    tasks = [one["resource"] for one in entries if one.get("resource", {}).get("resourceType")]
    assert len(tasks) == 2
    assert all(task["reasonCode"]["text"].startswith("because ") for task in tasks)
    assert all(task["status"] == "requested" for task in tasks)
    told = entries[5]["response"]["outcome"]["issue"]
    assert any(tasks[0]["id"] in issue["details"]["text"] for issue in told)


def test_the_same_key_and_body_get_the_same_answer_and_make_nothing_new(
    nursery: System, anyshire: Anyshire
) -> None:
    first = nursery.raises(**{"Idempotency-Key": "concern-147"})
    counts = anyshire.counts()
    second = nursery.raises(**{"Idempotency-Key": "concern-147"})
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.content == second.content
    assert anyshire.counts() == counts


def test_the_same_key_with_another_body_is_refused(nursery: System) -> None:
    nursery.raises(**{"Idempotency-Key": "concern-147"})
    other = the_bundle()
    resource_in(other, "ServiceRequest")["priority"] = "urgent"
    assert nursery.raises(other, **{"Idempotency-Key": "concern-147"}).status_code == 409


def test_another_client_may_use_the_same_key(nursery: System, nursery2: System) -> None:
    nursery.raises(**{"Idempotency-Key": "1"})
    other = the_bundle()
    resource_in(other, "Patient")["identifier"][0]["value"] = "9990000026"
    assert nursery2.raises(other, **{"Idempotency-Key": "1"}).status_code == 200


def test_the_same_concern_again_is_pointed_out(nursery: System, task: dict[str, Any]) -> None:
    again = nursery.raises()
    assert again.status_code == 409
    assert task["id"] in again.headers["location"] or task["id"] in again.text


def test_it_is_taken_when_the_sender_says_that_it_is_new(
    nursery: System, task: dict[str, Any], speech: System
) -> None:
    new = the_bundle()
    resource_in(new, "ServiceRequest")["extension"].append(
        {"url": "https://sooner.example/fhir/StructureDefinition/new-concern", "valueBoolean": True}
    )
    answer = nursery.raises(new)
    assert answer.status_code == 200
    assert answer.json()["entry"][0]["response"]["status"].startswith("200")
    assert len(nursery.get("/Patient?family=Rahimi-Okafor").json()["entry"]) == 1


def test_danger_now_is_for_the_telephone_and_nothing_is_kept(
    nursery: System, anyshire: Anyshire
) -> None:
    assert nursery.tasks() == []  # signed in before the rows are counted
    counts = anyshire.counts()
    danger = the_bundle()
    concept = resource_in(danger, "ServiceRequest")["reasonCode"][0]
    concept["coding"][0]["code"] = "immediate-danger"
    answer = nursery.raises(danger)
    assert answer.status_code == 422
    assert "999" in issues_of(answer)[0]["details"]["text"]
    assert anyshire.counts() == counts


def test_a_draft_asks_nobody_until_it_is_submitted(nursery: System, speech: System) -> None:
    draft = the_bundle()
    resource_in(draft, "ServiceRequest")["status"] = "draft"
    answer = nursery.raises(draft).json()
    assert speech.tasks() == []
    request = nursery.get(f"/{_address(answer['entry'][5])}")
    submitted = nursery.send(
        "PUT",
        f"/{_address(answer['entry'][5])}",
        {**request.json(), "status": "active"},
        **{"If-Match": request.headers["etag"]},
    )
    assert submitted.status_code == 200, submitted.text
    assert submitted.json()["status"] == "active"
    assert speech.own_task()["status"] == "requested"


def test_a_concern_is_taken_back_by_revoking_its_request(
    nursery: System, task: dict[str, Any]
) -> None:
    path = f"/{task['focus']['reference']}"
    request = nursery.get(path)
    body = {**request.json(), "status": "revoked", "note": [{"text": "The family has moved."}]}
    answer = nursery.send("PUT", path, body, **{"If-Match": request.headers["etag"]})
    assert answer.status_code == 200, answer.text
    assert answer.json()["status"] == "revoked"
    assert {one["status"] for one in nursery.tasks()} == {"cancelled"}


def test_a_status_that_follows_from_the_tasks_cannot_be_set(
    nursery: System, task: dict[str, Any]
) -> None:
    path = f"/{task['focus']['reference']}"
    body = {**nursery.get(path).json(), "status": "completed"}
    assert nursery.send("PUT", path, body).status_code == 422


def test_a_request_about_a_known_child_is_a_concern_when_it_comes_alone(
    nursery: System, task: dict[str, Any], speech: System
) -> None:
    alone = {
        "resourceType": "ServiceRequest",
        "status": "active",
        "intent": "order",
        "subject": task["for"],
        "reasonCode": [{"coding": [{"system": CONCERN, "code": "stammer"}]}],
    }
    made = nursery.post("/ServiceRequest", alone)
    assert made.status_code == 201, made.text
    focus = f"ServiceRequest/{made.json()['id']}"
    assert [one["status"] for one in nursery.tasks(f"focus={focus}")] == ["requested"]
    nobody = {**alone, "subject": {"reference": "Patient/nobody"}}
    assert nursery.post("/ServiceRequest", nobody).status_code == 422


def test_an_unknown_place_goes_to_the_coordinators_desk(
    nursery: System, coordinator: System
) -> None:
    elsewhere = the_bundle()
    patient = resource_in(elsewhere, "Patient")
    patient["address"] = [{"city": "Nowhere", "postalCode": "ZZ99 9ZZ"}]
    del patient["generalPractitioner"]
    assert nursery.raises(elsewhere).status_code == 200
    (task,) = [one for one in coordinator.tasks() if "coordination" in str(one["code"])]
    assert any("assigned-to" in one["url"] for one in task["extension"])


def _address(response: Any) -> str:
    location: str = response["response"]["location"]
    return location.partition("/_history")[0]


def _as_sent(resource: Any) -> Any:
    meta = {k: v for k, v in resource.get("meta", {}).items() if k == "profile"}
    rest = {k: v for k, v in resource.items() if k not in ("id", "meta")}
    return {**rest, **({"meta": meta} if meta else {})}


def _with_links(resource: Any, links: dict[str, str]) -> Any:
    if isinstance(resource, dict):
        return {key: _with_links(value, links) for key, value in resource.items()}
    if isinstance(resource, list):
        return [_with_links(value, links) for value in resource]
    return links.get(resource, resource) if isinstance(resource, str) else resource

"""A message raises a concern, changes it or takes it back, once; and is answered by a message."""

import copy
from typing import Any

import pytest
from starlette.testclient import TestClient

from services.referral.use_cases.workplace import Workplace
from shared.fhir.codes import CONCERN
from shared.fhir.identifiers import NHS_NUMBER
from tests.referral.anyshire import row_counts
from tests.referral.fhir_api.operations.messages import (
    CALLER,
    a_message,
    code,
    header,
    send,
    told,
)
from tests.referral.fhir_api.systems import System, places_of, resource_in
from tests.shared.fhir.examples import issues

Json = dict[str, Any]


def raised(nursery: System) -> Json:
    """The ServiceRequest that a first message made."""
    answer = send(nursery, a_message())
    assert answer.status_code == 200, answer.text
    request: Json = resource_in(answer.json(), "ServiceRequest")
    return request


def test_it_raises_a_concern_as_a_transaction_does(nursery: System, speech: System) -> None:
    answer = send(nursery, a_message())
    assert answer.status_code == 200, answer.text
    assert code(answer) == "ok"
    tasks = [one["resource"] for one in answer.json()["entry"]
             if one["resource"]["resourceType"] == "Task"]  # fmt: skip
    assert {one["id"] for one in tasks} == {one["id"] for one in nursery.tasks()}
    assert speech.own_task()["id"] in {one["id"] for one in tasks}
    assert any("because" in one["details"]["text"] for one in told(answer))


def test_the_answer_is_a_message_about_that_message(nursery: System) -> None:
    body = send(nursery, a_message("m-7")).json()
    assert (body["resourceType"], body["type"]) == ("Bundle", "message")
    assert body["entry"][0]["resource"]["resourceType"] == "MessageHeader"
    answered = header(body)
    assert answered["response"]["identifier"] == "m-7"
    assert answered["destination"] == [{"endpoint": CALLER}]
    assert answered["focus"][0]["reference"] in [one["fullUrl"] for one in body["entry"]]
    kept = [one["resource"] for one in body["entry"][1:-1]]
    assert [one for resource in kept for one in issues(resource) if one.severity == "error"] == []


def test_the_same_message_again_gets_the_same_answer_and_makes_nothing(
    nursery: System, at: Workplace
) -> None:
    first = send(nursery, a_message())
    before = row_counts(at.records)
    again = a_message()
    again["timestamp"] = "2026-11-20T10:05:00Z"
    assert send(nursery, again).text == first.text
    assert row_counts(at.records) == before


def test_the_same_identifier_of_the_bundle_is_the_same_message(nursery: System) -> None:
    message = {**a_message(), "identifier": {"system": CALLER, "value": "b-1"}}
    first = send(nursery, message)
    assert send(nursery, {**message, "id": "other"}).text == first.text


def test_another_message_under_the_same_id_is_refused_and_not_lost(nursery: System) -> None:
    send(nursery, a_message())
    other = a_message()
    resource_in(other, "ServiceRequest")["note"] = [{"text": "And she has stopped eating."}]
    answer = send(nursery, other)
    assert answer.status_code == 409
    assert code(answer) == "fatal-error"


def test_two_senders_may_use_one_id(nursery: System, nursery2: System) -> None:
    send(nursery, a_message())
    other = a_message()
    patient = resource_in(other, "Patient")
    patient["identifier"] = [{"system": NHS_NUMBER, "value": "9990000034"}]
    patient["name"] = [{"family": "Other", "given": ["One"]}]
    for element in ("requester",):
        resource_in(other, "ServiceRequest").pop(element, None)
    assert send(nursery2, other).status_code == 200


def test_a_message_without_ids_of_its_own_is_told_by_its_full_url(nursery: System) -> None:
    message = a_message()
    del header(message)["id"]
    message["entry"][0]["fullUrl"] = "urn:uuid:1cbdfb97-5859-48a4-8301-d54eab818d68"
    answer = send(nursery, message)
    assert header(answer.json())["response"]["identifier"] == (
        "1cbdfb97-5859-48a4-8301-d54eab818d68"
    )
    assert send(nursery, message).text == answer.text


def test_an_update_changes_the_request_and_adds_what_is_new(
    nursery: System, speech: System
) -> None:
    request = raised(nursery)
    update = a_message("m-2", "update")
    resource_in(update, "ServiceRequest")["note"] = [{"text": "She says ten words now."}]
    child = next(
        one["fullUrl"] for one in update["entry"] if one["resource"]["resourceType"] == "Patient"
    )
    flag = {"resourceType": "Flag", "status": "active", "code": {"text": "Has an interpreter"},
            "subject": {"reference": child}}  # fmt: skip
    update["entry"].append({"fullUrl": "urn:uuid:4d1def34-68a7-4a37-8152-65f0e90329ee",
                            "resource": flag})  # fmt: skip
    answer = send(nursery, update)
    assert answer.status_code == 200, answer.text
    now = speech.get(f"/ServiceRequest/{request['id']}").json()
    assert now["note"] == [{"text": "She says ten words now."}]
    assert now["meta"]["versionId"] == "2"
    assert now["subject"] == request["subject"]
    flags = speech.get(f"/Flag?patient={request['subject']['reference']}").json()["entry"]
    assert any(one["resource"]["code"] == {"text": "Has an interpreter"} for one in flags)
    again = send(nursery, {**copy.deepcopy(update), "entry": renamed(update, "m-3")})
    assert again.status_code == 200
    assert speech.get(f"/ServiceRequest/{request['id']}").json() == now, "nothing was new"
    after = speech.get(f"/Flag?patient={request['subject']['reference']}").json()["entry"]
    assert len(after) == len(flags), "and nothing is made twice"


def renamed(message: Json, id: str) -> list[Json]:
    entries: list[Json] = copy.deepcopy(message["entry"])
    entries[0]["resource"]["id"] = id
    return entries


def test_an_update_of_what_got_more_urgent_is_taken_as_by_rest(
    nursery: System, speech: System
) -> None:
    raised(nursery)
    update = a_message("m-2", "update")
    request = resource_in(update, "ServiceRequest")
    request["priority"] = "urgent"
    request["reasonCode"].append({"coding": [{"system": CONCERN, "code": "lost-skills"}]})
    assert send(nursery, update).status_code == 200
    assert speech.own_task()["priority"] == "urgent"


def test_the_child_is_put_right_as_long_as_nobody_else_did(nursery: System, speech: System) -> None:
    request = raised(nursery)
    child = f"/{request['subject']['reference']}"
    update = a_message("m-2", "update")
    resource_in(update, "Patient")["gender"] = "other"
    assert send(nursery, update).status_code == 200
    patient = speech.get(child).json()
    assert patient["gender"] == "other"
    put = {**patient, "active": True}
    assert speech.send("PUT", child, put, **{"If-Match": '"2"'}).status_code == 200
    late = a_message("m-3", "update")
    resource_in(late, "Patient")["gender"] = "unknown"
    answer = send(nursery, late)
    assert answer.status_code == 200
    assert [one["severity"] for one in told(answer) if "somebody else" in str(one)] == ["warning"]
    assert speech.get(child).json()["gender"] == "other"


def test_an_update_about_another_child_is_refused(nursery: System) -> None:
    raised(nursery)
    update = a_message("m-2", "update")
    patient = resource_in(update, "Patient")
    patient["identifier"] = [{"system": NHS_NUMBER, "value": "9990000034"}]
    answer = send(nursery, update)
    assert answer.status_code == 422
    assert code(answer) == "fatal-error"
    assert told(answer)[0]["expression"] == ["Bundle.entry[1].resource"]


@pytest.mark.parametrize("how", ["reason", "status"])
def test_a_cancellation_takes_the_concern_back(nursery: System, speech: System, how: str) -> None:
    request = raised(nursery)
    off = a_message("m-2", "cancelled" if how == "reason" else "update")
    sent = resource_in(off, "ServiceRequest")
    sent["note"] = [{"text": "The family has moved away."}]
    if how == "status":
        sent["status"] = "revoked"
    answer = send(nursery, off)
    assert answer.status_code == 200, answer.text
    assert nursery.get(f"/ServiceRequest/{request['id']}").json()["status"] == "revoked"
    assert speech.own_task()["status"] == "cancelled"
    assert speech.own_task()["statusReason"]["text"] == "The family has moved away."
    twice = a_message("m-3", "cancelled")
    resource_in(twice, "ServiceRequest")["note"] = [{"text": "Again."}]
    late = a_message("m-4", "update")
    assert (send(nursery, late).status_code, code(send(nursery, late))) == (409, "fatal-error")


def test_a_cancellation_says_why(nursery: System) -> None:
    raised(nursery)
    off = a_message("m-2", "cancelled")
    resource_in(off, "ServiceRequest").pop("note", None)
    answer = send(nursery, off)
    assert answer.status_code == 422
    assert told(answer)[0]["expression"] == ["ServiceRequest.note"]
    header(off)["reason"]["text"] = "The family has moved away."
    assert send(nursery, off).status_code == 200


@pytest.mark.parametrize("reason", ["update", "cancelled"])
def test_what_was_never_sent_is_not_changed(nursery: System, reason: str) -> None:
    answer = send(nursery, a_message("m-1", reason))
    assert answer.status_code == 422
    assert told(answer)[0]["code"] == "not-found"


def test_nobody_changes_or_takes_back_what_another_brought(
    nursery: System, nursery2: System, speech: System
) -> None:
    request = raised(nursery)
    for system in (nursery2, speech):
        for reason in ("update", "cancelled"):
            message = a_message("m-9", reason)
            sent = resource_in(message, "ServiceRequest")
            sent.update(id=request["id"], note=[{"text": "Not mine."}])
            sent.pop("requester", None)
            answer = send(system, message)
            assert answer.status_code in (403, 422), (system.id, reason, answer.text)
            assert code(answer) == "fatal-error"
    now = nursery.get(f"/ServiceRequest/{request['id']}").json()
    assert now == request


def test_it_is_known_by_an_identifier_as_well(nursery: System) -> None:
    number = [{"system": CALLER, "value": "r-1"}]
    message = a_message()
    resource_in(message, "ServiceRequest")["identifier"] = number
    request = resource_in(send(nursery, message).json(), "ServiceRequest")
    off = a_message("m-2", "cancelled")
    sent = resource_in(off, "ServiceRequest")
    sent.update(identifier=number, note=[{"text": "Moved away."}])
    for entry in off["entry"]:
        if entry["resource"]["resourceType"] == "ServiceRequest":
            entry["fullUrl"] = f"{CALLER}/ServiceRequest/other"
    header(off)["focus"] = [{"reference": "ServiceRequest/other"}]
    assert send(nursery, off).status_code == 200
    assert nursery.get(f"/ServiceRequest/{request['id']}").json()["status"] == "revoked"


def test_danger_is_answered_with_telephone_numbers_and_keeps_nothing(
    nursery: System, at: Workplace
) -> None:
    assert nursery.headers
    before = row_counts(at.records)
    message = a_message()
    danger = [{"coding": [{"system": CONCERN, "code": "immediate-danger"}]}]
    resource_in(message, "ServiceRequest")["reasonCode"] = danger
    answer = send(nursery, message)
    assert (answer.status_code, code(answer)) == (422, "fatal-error")
    assert "999" in told(answer)[0]["details"]["text"]
    assert row_counts(at.records) == before


def without_header(message: Json) -> None:
    del message["entry"][0]


def with_event(message: Json) -> None:
    header(message)["eventCoding"]["code"] = "referral-please"


def with_reason(message: Json) -> None:
    header(message)["reason"]["coding"][0]["code"] = "why-not"


def with_other_focus(message: Json) -> None:
    header(message)["focus"] = [{"reference": message["entry"][1]["fullUrl"]}]


def with_bad_birth(message: Json) -> None:
    resource_in(message, "Patient")["birthDate"] = "soon"


def with_task(message: Json) -> None:
    task = {"resourceType": "Task", "status": "requested", "intent": "order"}
    message["entry"].append({"fullUrl": "urn:uuid:10397afd-479c-42ea-9d5d-e4024481e0f8",
                             "resource": task})  # fmt: skip


def with_odd_type(message: Json) -> None:
    message["entry"][1]["resource"]["resourceType"] = ["Patient"]


def with_bad_encounter(message: Json) -> None:
    odd = {"resourceType": "Encounter", "status": "thinking"}
    message["entry"].append({"resource": odd})


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (without_header, "Bundle.entry[0].resource"),
        (with_event, "Bundle.entry[0].resource.eventCoding"),
        (with_reason, "Bundle.entry[0].resource.reason"),
        (with_other_focus, "Bundle.entry[0].resource.focus"),
        (with_bad_birth, "Bundle.entry[1].resource.birthDate"),
        (with_task, "Bundle.entry[7].resource"),
        (with_odd_type, "Bundle.entry[1].resource.resourceType"),
        (with_bad_encounter, "Bundle.entry[7].resource.class"),
    ],
)
def test_what_cannot_be_understood_is_refused_where_it_is_wrong(
    nursery: System, change: Any, place: str
) -> None:
    message = a_message()
    change(message)
    answer = send(nursery, message)
    assert 400 <= answer.status_code < 500, answer.text
    assert place in places_of(answer)


def test_the_event_that_is_taken_is_named(nursery: System) -> None:
    message = a_message()
    with_event(message)
    assert "servicerequest-request" in send(nursery, message).text


def test_the_token_must_allow_what_it_does(http: TestClient) -> None:
    form = {"grant_type": "client_credentials", "scope": "system/*.rs"}
    answer = http.post("/oauth/token", data=form, auth=("demo-nursery", "demo-only"))
    token = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    for reason in ("new", "update", "cancelled"):
        refused = http.post("/fhir/$process-message", json=a_message("m", reason), headers=token)
        assert refused.status_code == 403
        assert code(refused) == "fatal-error"


def test_it_may_be_sent_inside_parameters(nursery: System) -> None:
    body = {"resourceType": "Parameters",
            "parameter": [{"name": "content", "resource": a_message()}]}  # fmt: skip
    assert nursery.post("/$process-message", body).status_code == 200

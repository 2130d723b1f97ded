"""Requests that belong together are done in FHIR's order, all of them or none."""

import base64
import json
from typing import Any
from urllib.parse import urlencode

import pytest

from services.referral.use_cases.workplace import Workplace
from tests.referral.anyshire import Anyshire
from tests.referral.fhir_api.bundles import (
    a_child,
    an_observation,
    entry,
    statuses,
    transacts,
    where,
)
from tests.referral.fhir_api.systems import System, issues_of, places_of, the_bundle
from tests.referral.use_cases.reading import audits

A = "urn:uuid:0b8d2c1e-5f4e-4f2e-9d7e-000000000001"
B = "urn:uuid:0b8d2c1e-5f4e-4f2e-9d7e-000000000002"
WHICH = urlencode({"identifier": "https://nursery.example.org/patients|A-1"})


@pytest.fixture
def kept(nursery: System) -> dict[str, Any]:
    answer = nursery.post("/Observation", an_observation())
    found: dict[str, Any] = answer.json()
    return found


def test_every_method_in_one_and_the_reading_last(nursery: System, kept: dict[str, Any]) -> None:
    old = f"Observation/{kept['id']}"
    other = nursery.post("/Observation", an_observation()).json()
    answer = transacts(
        nursery,
        entry("GET", f"Observation/{other['id']}"),
        entry("PUT", f"Observation/{other['id']}", {**other, "status": "final"}, ifMatch='W/"1"'),
        entry("POST", "Patient", a_child(), full_url=A),
        entry("POST", "Observation", an_observation(subject={"reference": A}), full_url=B),
        entry("DELETE", old),
        entry("GET", "Observation?status=final"),
    )
    assert statuses(answer) == ["200", "200", "201", "201", "204", "200"]
    read, _, _, _, _, found = answer.json()["entry"]
    assert (read["resource"]["status"], read["response"]["etag"]) == ("final", 'W/"2"')
    assert [one["resource"]["id"] for one in found["resource"]["entry"]] == [other["id"]]
    subject = nursery.get(f"/{where(answer, 3)}").json()["subject"]
    assert subject == {"reference": where(answer, 2)}
    assert nursery.get(f"/{old}").status_code == 410


def test_links_are_followed_wherever_they_stand(nursery: System) -> None:
    div = f'<div xmlns="http://www.w3.org/1999/xhtml"><a href="{A}">her</a></div>'
    linked = an_observation(
        subject={"reference": A},
        text={"status": "additional", "div": div},
        contained=[{"resourceType": "Observation", "id": "in", "status": "final",
                    "code": {"text": "x"}, "subject": {"reference": A}}],
        hasMember=[{"reference": "#in"}],
        extension=[{"url": "https://nursery.example.org/about", "extension": [
            {"url": "who", "valueReference": {"reference": A}}, {"url": "uri", "valueUri": A}]}],
    )  # fmt: skip
    answer = transacts(
        nursery,
        entry("POST", "Observation", linked),
        entry("POST", "Patient", a_child(), full_url=A),
    )
    text = nursery.get(f"/{where(answer, 0)}").text
    assert A not in text
    assert text.count(where(answer, 1)) == 5


def test_two_that_point_at_each_other(nursery: System) -> None:
    answer = transacts(
        nursery,
        entry("POST", "Observation", an_observation(hasMember=[{"reference": B}]), full_url=A),
        entry("POST", "Observation", an_observation(hasMember=[{"reference": A}]), full_url=B),
    )
    one, other = (nursery.get(f"/{where(answer, index)}").json() for index in (0, 1))
    assert one["hasMember"] == [{"reference": f"Observation/{other['id']}"}]
    assert other["hasMember"] == [{"reference": f"Observation/{one['id']}"}]


def test_an_update_leads_to_what_is_made_beside_it(nursery: System, kept: dict[str, Any]) -> None:
    changed = {**kept, "subject": {"reference": A}}
    answer = transacts(
        nursery,
        entry("PUT", f"Observation/{kept['id']}", changed),
        entry("POST", "Patient", a_child(), full_url=A),
    )
    subject = nursery.get(f"/Observation/{kept['id']}").json()["subject"]
    assert subject == {"reference": where(answer, 1)}


def test_made_only_if_there_is_none(nursery: System) -> None:
    about = an_observation(subject={"reference": A})
    both = (
        entry("POST", "Patient", a_child(), full_url=A, ifNoneExist=WHICH),
        entry("POST", "Observation", about),
    )
    first, second = transacts(nursery, *both), transacts(nursery, *both)
    assert (statuses(first), statuses(second)) == (["201", "201"], ["200", "201"])
    assert where(second, 0) == where(first, 0)
    subject = nursery.get(f"/{where(second, 1)}").json()["subject"]
    assert subject == {"reference": where(first, 0)}


def test_a_concern_about_a_child_who_is_known_by_a_query(nursery: System, speech: System) -> None:
    assert nursery.raises().status_code == 200
    (known,) = nursery.get("/Patient").json()["entry"]
    alone = {
        "resourceType": "ServiceRequest", "status": "active", "intent": "order",
        "subject": {"reference": f"Patient?_id={known['resource']['id']}"},
        "reasonCode": [{"coding": [
            {"system": "https://sooner.example/fhir/CodeSystem/concern", "code": "stammer"}]}],
    }  # fmt: skip
    answer = transacts(nursery, entry("POST", "ServiceRequest", alone))
    assert statuses(answer)[0] == "201"
    assert answer.json()["entry"][1]["resource"]["resourceType"] == "Task"
    kept = nursery.get(f"/{where(answer, 0)}").json()
    assert kept["subject"] == {"reference": f"Patient/{known['resource']['id']}"}


def test_a_reference_by_a_query_needs_exactly_one(nursery: System) -> None:
    about = an_observation(subject={"reference": f"Patient?{WHICH}"})
    none = transacts(nursery, entry("POST", "Observation", about))
    assert (none.status_code, places_of(none)) == (422, ["Bundle.entry[0].resource.subject"])
    made = nursery.post("/Patient", a_child()).json()
    one = transacts(nursery, entry("POST", "Observation", about))
    assert nursery.get(f"/{where(one, 0)}").json()["subject"]["reference"].endswith(made["id"])
    nursery.post("/Patient", a_child())
    several = transacts(nursery, entry("POST", "Observation", about))
    assert (several.status_code, places_of(several)) == (412, ["Bundle.entry[0]"])


def test_updated_by_a_query(nursery: System) -> None:
    about = entry("POST", "Observation", an_observation(subject={"reference": A}))
    first, second = (
        transacts(nursery, entry("PUT", f"Patient?{WHICH}", child, full_url=A), about)
        for child in (a_child(), a_child(gender="female"))
    )
    assert (statuses(first), statuses(second)) == (["201", "201"], ["200", "201"])
    subject = nursery.get(f"/{where(second, 1)}").json()["subject"]
    assert subject == {"reference": where(first, 0)}
    assert second.json()["entry"][0]["response"]["etag"] == 'W/"2"'


def test_patched_by_a_binary(nursery: System, kept: dict[str, Any]) -> None:
    patch = [{"op": "replace", "path": "/status", "value": "final"}]
    binary = {
        "resourceType": "Binary",
        "contentType": "application/json-patch+json",
        "data": base64.b64encode(json.dumps(patch).encode()).decode(),
    }
    answer = transacts(nursery, entry("PATCH", f"Observation/{kept['id']}", binary))
    assert statuses(answer) == ["200"]
    assert nursery.get(f"/Observation/{kept['id']}").json()["status"] == "final"


def test_what_comes_back_is_what_is_preferred(nursery: System) -> None:
    one = entry("POST", "Patient", a_child())
    whole = transacts(nursery, one, Prefer="return=representation").json()["entry"][0]
    plain = transacts(nursery, one).json()["entry"][0]
    told = transacts(nursery, one, Prefer="return=OperationOutcome").json()["entry"][0]
    assert whole["resource"]["resourceType"] == "Patient"
    assert "resource" not in plain
    assert told["response"]["outcome"]["resourceType"] == "OperationOutcome"
    bare = nursery.raises(the_bundle(), Prefer="return=minimal").json()["entry"]
    assert not any("resource" in one for one in bare)


def test_a_known_version_does_not_come_again(nursery: System, kept: dict[str, Any]) -> None:
    asked = entry("GET", f"Observation/{kept['id']}", ifNoneMatch='W/"1"')
    (answer,) = transacts(nursery, asked).json()["entry"]
    assert answer["response"]["status"] == "304 Not Modified"
    assert "resource" not in answer


def test_whatever_is_wrong_is_told_at_once_and_nothing_is_kept(
    nursery: System, speech: System, task: dict[str, Any], kept: dict[str, Any], anyshire: Anyshire
) -> None:
    before = anyshire.counts()
    answer = transacts(
        nursery,
        entry("POST", "Patient", a_child()),
        entry("PUT", f"Observation/{kept['id']}", {**kept, "status": "final"}, ifMatch='W/"9"'),
        entry("DELETE", "Observation/none"),
        entry("PUT", f"Task/{task['id']}", {**task, "status": "accepted"}, ifMatch='W/"1"'),
        entry("POST", "Observation", an_observation(subject={"reference": "Patient/none"})),
        entry("GET", "Flag/none"),
    )
    assert answer.status_code == 404  # of the first that fails, in FHIR's order
    assert places_of(answer) == [
        "Bundle.entry[2]",
        "Bundle.entry[4].resource.subject",
        "Bundle.entry[1]",
        "Bundle.entry[3]",
        "Bundle.entry[5]",
    ]
    assert anyshire.counts() == before


def test_a_stale_version_alone(nursery: System, kept: dict[str, Any]) -> None:
    body = {**kept, "status": "final"}
    answer = transacts(nursery, entry("PUT", f"Observation/{kept['id']}", body, ifMatch='W/"9"'))
    assert (answer.status_code, places_of(answer)) == (412, ["Bundle.entry[0]"])


@pytest.mark.parametrize(
    ("one", "place"),
    [
        (entry("HEAD", "Patient/1"), "request.method"),
        (entry("POST", "Patient/1", a_child()), "request.url"),
        (entry("PUT", "Patient", a_child(id="1")), "request.url"),
        (entry("PUT", "Patient/2", a_child(id="1")), "resource.id"),
        (entry("DELETE", "Patient?name=a"), "request.url"),
        (entry("GET", "Condition/1"), "request.url"),
        (entry("GET", "../oauth/token"), "request.url"),
        (entry("GET", "https://elsewhere.example/fhir/Patient/1"), "request.url"),
        (entry("PUT", "Patient/1", a_child(id="1"), ifMatch="newest"), "request.ifMatch"),
        (entry("PUT", "Patient/1", a_child(id="1"), ifNoneExist="a=b"), "request.ifNoneExist"),
        (entry("POST", "Task", {"resourceType": "Task", "status": "draft", "intent": "order"}),
         "resource"),
        (entry("PUT", "Patient/1", {"resourceType": "Patient", "id": "1", "gender": "x"}),
         "resource.gender"),
    ],
    ids=str,
)  # fmt: skip
def test_an_entry_that_is_no_request_names_its_place(
    nursery: System, one: dict[str, Any], place: str
) -> None:
    answer = transacts(nursery, entry("POST", "Patient", a_child()), one)
    assert answer.status_code in (400, 422), answer.text
    assert f"Bundle.entry[1].{place}" in places_of(answer)
    assert "entry" not in nursery.get("/Patient").json()


def test_one_resource_is_named_once(nursery: System, kept: dict[str, Any]) -> None:
    name = f"Observation/{kept['id']}"
    twice = transacts(nursery, entry("PUT", name, kept), entry("PUT", name, kept))
    assert (twice.status_code, places_of(twice)) == (422, ["Bundle.entry[1].request.url"])
    assert "Bundle.entry[0]" in issues_of(twice)[0]["diagnostics"]
    once = entry("POST", "Patient", a_child(), ifNoneExist=WHICH)
    assert transacts(nursery, once, once).status_code == 422


def test_a_link_to_no_entry_is_refused(nursery: System) -> None:
    about = an_observation(subject={"reference": A})
    answer = transacts(nursery, entry("POST", "Observation", about))
    assert (answer.status_code, places_of(answer)) == (422, ["Bundle.entry[0].resource.subject"])


def test_two_moves_of_one_concern_are_made_one_after_the_other(
    nursery: System, speech: System, task: dict[str, Any]
) -> None:
    """The second sees what the first has done."""
    received = {**task, "status": "received"}
    answer = transacts(
        speech,
        entry("PUT", f"Task/{task['id']}", received, ifMatch='W/"1"'),
        entry("GET", f"Task/{task['id']}"),
    )
    assert answer.json()["entry"][1]["resource"]["status"] == "received"
    other = next(one for one in nursery.tasks() if one["id"] != task["id"])
    both = [
        entry("PUT", f"Task/{one['id']}", {**one, "status": "cancelled",
              "statusReason": {"text": "The family has moved."}},
              ifMatch=f'W/"{one["meta"]["versionId"]}"')
        for one in (other, speech.own_task())
    ]  # fmt: skip
    assert statuses(transacts(nursery, *both)) == ["200", "200"]
    assert {one["status"] for one in nursery.tasks()} == {"cancelled"}


def test_each_entry_needs_its_scope(nursery: System, kept: dict[str, Any]) -> None:
    form = {"grant_type": "client_credentials", "scope": "system/Patient.c system/Observation.r"}
    answer = nursery.http.post("/oauth/token", data=form, auth=("demo-nursery", "demo-only"))
    narrow = System(nursery.http, "demo-nursery")
    narrow._token = answer.json()["access_token"]
    refused = transacts(
        narrow,
        entry("POST", "Patient", a_child()),
        entry("PUT", f"Patient?{WHICH}", a_child()),
        entry("PUT", f"Observation/{kept['id']}", kept),
        entry("GET", f"Observation/{kept['id']}"),
        entry("GET", "Observation?status=final"),
        entry("DELETE", f"Observation/{kept['id']}"),
    )
    assert refused.status_code == 403
    assert places_of(refused) == [f"Bundle.entry[{index}]" for index in (1, 2, 4, 5)]
    assert "entry" not in nursery.get("/Patient").json()


def test_each_entry_that_is_refused_stands_in_the_audit(
    nursery2: System, task: dict[str, Any], kept: dict[str, Any], at: Workplace
) -> None:
    answer = transacts(
        nursery2,
        entry("GET", f"Task/{task['id']}"),
        entry("DELETE", f"Observation/{kept['id']}"),
        entry("POST", "Patient", a_child()),
    )
    assert answer.status_code == 404
    refused = [(one.type, one.resource_id) for one in audits(at.records) if one.action == "refuse"]
    assert sorted(refused) == [("Observation", kept["id"]), ("Task", task["id"])]


def test_each_look_of_a_transaction_stands_in_the_audit(
    nursery: System, kept: dict[str, Any], at: Workplace
) -> None:
    transacts(
        nursery,
        entry("GET", f"Observation/{kept['id']}"),
        entry("GET", "Observation?status=final"),
        entry("PUT", f"Observation/{kept['id']}", {**kept, "status": "final"}),
    )
    told = [one.action for one in audits(at.records)]
    assert [one for one in told if one in ("read", "search", "update")] == [
        "update", "read", "search"
    ]  # fmt: skip


def test_messages_are_asked_for_as_they_are_by_themselves(
    nursery: System, task: dict[str, Any]
) -> None:
    """Its use case takes it, and not only the shelf."""
    nonsense = {
        "resourceType": "CommunicationRequest",
        "status": "active",
        "about": [{"reference": f"Task/{task['id']}"}],
        "payload": [{"contentString": "Any words"}],
    }
    alone = nursery.post("/CommunicationRequest", nonsense)
    together = transacts(nursery, entry("POST", "CommunicationRequest", nonsense))
    assert alone.status_code == together.status_code == 422
    assert [one["details"] for one in issues_of(together)] == [
        one["details"] for one in issues_of(alone)
    ]


def test_a_concern_asks_for_no_message_before_there_is_a_task(
    nursery: System, anyshire: Anyshire
) -> None:
    assert nursery.tasks() == []  # signed in before the rows are counted
    before = anyshire.counts()
    asked = {"resourceType": "CommunicationRequest", "status": "active"}
    concern = the_bundle()
    concern["entry"].append(entry("POST", "CommunicationRequest", asked))
    answer = nursery.raises(concern)
    place = f"Bundle.entry[{len(concern['entry']) - 1}].resource"
    assert (answer.status_code, places_of(answer)) == (422, [place])
    assert anyshire.counts() == before

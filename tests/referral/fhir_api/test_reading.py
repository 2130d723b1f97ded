"""Records read and searched by other systems."""

import json
from typing import Any
from uuid import uuid4

import pytest

from tests.referral.fhir_api.systems import SPEECH, System, the_bundle


def test_the_statement_says_what_the_server_is(nursery: System) -> None:
    stated = nursery.http.get("/fhir/metadata").json()
    assert stated["fhirVersion"] == "4.0.1"
    (rest,) = stated["rest"]
    assert {"Task", "ServiceRequest", "Patient"} <= {one["type"] for one in rest["resource"]}


def test_our_code_systems_are_served(nursery: System) -> None:
    served = nursery.http.get("/fhir/CodeSystem/concern").json()
    assert "lost-skills" in {one["code"] for one in served["concept"]}
    assert nursery.http.get("/fhir/CodeSystem/none").status_code == 404
    assert nursery.http.get("/fhir/CodeSystem").json()["total"] >= 8


def test_every_version_can_be_read(speech: System, task: dict[str, Any]) -> None:
    speech.moves(task, status="received")
    path = f"/Task/{task['id']}"
    assert speech.get(f"{path}/_history/1").json()["status"] == "requested"
    assert speech.get(path).headers["etag"] == 'W/"2"'
    history = speech.get(f"{path}/_history").json()
    assert [one["resource"]["status"] for one in history["entry"]] == ["received", "requested"]
    assert speech.get(f"{path}/_history/3").status_code == 404


def test_what_is_unchanged_is_not_sent_again(speech: System, task: dict[str, Any]) -> None:
    answer = speech.get(f"/Task/{task['id']}", **{"If-None-Match": 'W/"1"'})
    assert (answer.status_code, answer.content) == (304, b"")


@pytest.mark.parametrize(
    "query",
    [
        f"owner={SPEECH}",
        "status=requested,received",
        "status:not=completed",
        "priority=routine",
        "business-status=awaiting-receipt",
        "level=0",
        "due=gt2026-11-20",
        "concern=speech-language",
        "code=fulfill",
    ],
)
def test_a_worklist_is_found_by(speech: System, task: dict[str, Any], query: str) -> None:
    assert task["id"] in {one["id"] for one in speech.tasks(query)}


@pytest.mark.parametrize(
    "query",
    [
        "owner=HealthcareService/none",
        "status=completed",
        "priority=urgent",
        "level=ge1",
        "due=lt2026-11-20",
        "concern=hearing",
    ],
)
def test_a_worklist_leaves_out(speech: System, task: dict[str, Any], query: str) -> None:
    assert speech.tasks(query) == []


@pytest.mark.parametrize(
    "query",
    [
        "identifier=https://fhir.nhs.uk/Id/nhs-number|9990000018",
        "identifier=9990000018",
        "family=rahimi",
        "given:exact=Zoya",
        "name:contains=okafor",
        "birthdate=2023-07-19",
        "birthdate=2023",
        "address-postalcode=ZZ99 3CZ",
        "gender=female,male",
    ],
)
def test_a_child_is_found_by(nursery: System, task: dict[str, Any], query: str) -> None:
    found = nursery.get(f"/Patient?{query}").json()["entry"]
    assert [f"Patient/{one['resource']['id']}" for one in found] == [task["for"]["reference"]]


def test_a_page_leads_to_the_next_until_all_were_seen(nursery: System) -> None:
    every = nursery.get("/Organization?_count=200").json()["entry"]
    seen, link = [], "/Organization?_count=4&_total=accurate"
    while link:
        page = nursery.get(link).json()
        assert page["total"] == len(every)
        seen += [one["resource"]["id"] for one in page["entry"]]
        links = {one["relation"]: one["url"] for one in page["link"]}
        link = links.get("next", "").partition("/fhir")[2]
    assert seen == [one["resource"]["id"] for one in every]


def test_another_nursery_sees_nothing_of_it(nursery2: System, task: dict[str, Any]) -> None:
    for reference in (f"Task/{task['id']}", task["for"]["reference"], task["focus"]["reference"]):
        assert nursery2.get(f"/{reference}").status_code == 404
        assert nursery2.get(f"/{reference}/_history").status_code == 404
        assert nursery2.get(f"/{reference}/_history/1").status_code == 404
    assert nursery2.tasks() == []


def test_a_resource_of_ones_own_is_changed_with_its_version(nursery: System) -> None:
    location = {"resourceType": "Location", "name": "Garden room", "status": "active"}
    made = nursery.post("/Location", location)
    assert made.status_code == 201
    path = made.headers["location"].removeprefix("/fhir").partition("/_history")[0]
    changed = {**made.json(), "name": "Garden room, upstairs"}
    assert nursery.send("PUT", path, changed, **{"If-Match": 'W/"1"'}).status_code == 200
    assert nursery.send("PUT", path, changed, **{"If-Match": 'W/"1"'}).status_code == 412
    patch = {"name": "Attic"}
    kind = {"Content-Type": "application/merge-patch+json"}
    assert nursery.send("PATCH", path, patch, **kind).json()["name"] == "Attic"


def test_resources_that_point_at_each_other_are_kept_together(nursery: System) -> None:
    child, place = (f"urn:uuid:{uuid4()}" for _ in range(2))
    bundle = {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [
            {
                "fullUrl": place,
                "resource": {"resourceType": "Location", "partOf": {"reference": child}},
                "request": {"method": "POST", "url": "Location"},
            },
            {
                "fullUrl": child,
                "resource": {"resourceType": "Location", "name": "House"},
                "request": {"method": "POST", "url": "Location"},
            },
        ],
    }
    answer = nursery.raises(bundle)
    assert answer.status_code == 200, answer.text
    first, second = (one["response"]["location"] for one in answer.json()["entry"])
    read = nursery.get(f"/{first}").json()
    assert second.startswith(read["partOf"]["reference"])


def test_decimals_and_foreign_extensions_come_back_to_the_digit(nursery: System) -> None:
    bundle = the_bundle()
    observation = bundle["entry"][4]["resource"]
    observation["valueQuantity"] = {"value": "@@", "unit": "score"}
    text = json.dumps(bundle).replace('"@@"', "15.10")
    answer = nursery.raises(text)
    location = answer.json()["entry"][4]["response"]["location"]
    assert b'"value":15.10,' in nursery.get(f"/{location}").content

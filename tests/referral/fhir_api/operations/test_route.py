"""Where a concern would go is said with reasons, and nothing of it is kept."""

import copy
from typing import Any

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from services.referral.use_cases.workplace import Workplace
from shared.fhir.codes import CONCERN
from tests.referral.anyshire import Anyshire, row_counts
from tests.referral.fhir_api.systems import System, places_of, resource_in, the_bundle
from tests.referral.use_cases.reading import audits

Json = dict[str, Any]


def said(answer: Response) -> Json:
    """The values by name, in lists; of a suggestion its parts."""
    assert answer.status_code == 200, answer.text
    assert answer.json()["resourceType"] == "Parameters"
    return _named(answer.json()["parameter"])


def _named(parameters: list[Json]) -> Json:
    found: Json = {}
    for one in parameters:
        value = _named(one["part"]) if "part" in one else next(
            what for key, what in one.items() if key.startswith("value")
        )  # fmt: skip
        found.setdefault(one["name"], []).append(value)
    return found


def worried(*codes: str) -> Json:
    bundle: Json = the_bundle()
    request = resource_in(bundle, "ServiceRequest")
    coded: list[Json] = [{"coding": [{"system": CONCERN, "code": one}]} for one in codes]
    request["reasonCode"] = coded or [{"text": "Something is not right."}]
    return bundle


def asked_services(suggestions: list[Json]) -> set[str]:
    return {one["service"][0]["reference"] for one in suggestions if one["strength"] == ["first"]}


def test_it_says_who_would_be_asked_and_then_they_are(nursery: System, coordinator: System) -> None:
    found = said(nursery.post("/ServiceRequest/$route", the_bundle()))
    assert nursery.raises().status_code == 200
    tasks = nursery.tasks("status=requested")
    assert asked_services(found["suggestion"]) == {one["owner"]["reference"] for one in tasks}
    by_owner = {one["owner"]["reference"]: one for one in tasks}
    for one in found["suggestion"]:
        task = by_owner.get(one["service"][0]["reference"])
        if task:
            assert one["because"] == [task["reasonCode"]["text"]]
            assert one["due"] == [task["restriction"]["period"]["end"]]
            assert found["priority"] == [task["priority"]]


def test_it_writes_nothing_and_tells_nobody(nursery: System, at: Workplace) -> None:
    assert nursery.headers
    before = row_counts(at.records)
    for bundle in (the_bundle(), worried("immediate-danger"), worried()):
        nursery.post("/ServiceRequest/$route", bundle)
    assert row_counts(at.records) == before


def test_every_suggestion_has_its_reason_rule_clocks_and_capacity(nursery: System) -> None:
    for one in said(nursery.post("/ServiceRequest/$route", the_bundle()))["suggestion"]:
        assert one["because"][0].startswith("because ")
        assert one["rule"]
        assert one["clock"]
        assert one["accepting"] == [True]


def test_what_is_for_the_telephone_stops_and_suggests_nobody(nursery: System) -> None:
    found = said(nursery.post("/ServiceRequest/$route", worried("immediate-danger")))
    assert "suggestion" not in found
    assert any("999" in words for words in found["stop"])


def test_it_says_what_would_let_the_rules_say_more(nursery: System) -> None:
    bundle = worried("speech-language")
    patient = resource_in(bundle, "Patient")
    for element in ("birthDate", "address", "generalPractitioner"):
        patient.pop(element, None)
    found = said(nursery.post("/ServiceRequest/$route", bundle))
    for words in ("birth", "postcode", "practice"):
        assert any(words in one for one in found["missing"])


def test_what_no_rule_covers_goes_to_the_desk_with_the_reason(nursery: System) -> None:
    found = said(nursery.post("/ServiceRequest/$route", worried()))
    assert found["notPossible"]
    assert asked_services(found["suggestion"])


def test_the_resources_may_be_sent_one_by_one(nursery: System) -> None:
    bundle = the_bundle()
    patient = copy.deepcopy(resource_in(bundle, "Patient")) | {"id": "a"}
    request = copy.deepcopy(resource_in(bundle, "ServiceRequest"))
    request["subject"] = {"reference": "Patient/a"}
    for element in ("requester", "supportingInfo", "performer"):
        request.pop(element, None)
    body = {
        "resourceType": "Parameters",
        "parameter": [{"name": "resource", "resource": patient},
                      {"name": "resource", "resource": request}],
    }  # fmt: skip
    whole = said(nursery.post("/ServiceRequest/$route", bundle))
    alone = said(nursery.post("/ServiceRequest/$route", body))
    assert asked_services(alone["suggestion"]) == asked_services(whole["suggestion"])


def test_a_concern_that_is_kept_is_routed_again(
    nursery: System, speech: System, http: TestClient, at: Workplace
) -> None:
    nursery.raises()
    (request,) = [one["resource"] for one in nursery.get("/ServiceRequest").json()["entry"]]
    path = f"/ServiceRequest/{request['id']}/$route"
    found = said(nursery.get(path))
    owners = {one["owner"]["reference"] for one in nursery.tasks("status=requested")}
    assert asked_services(found["suggestion"]) == owners
    assert asked_services(said(speech.get(path))["suggestion"]) == owners, "whoever asks"
    assert System(http, "demo-nursery2").get(path).status_code == 404
    assert [one.action for one in audits(at.records)].count("route") == 2


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"resourceType": "Parameters"}, "Parameters.parameter"),
        ({"resourceType": "Bundle", "type": "searchset", "entry": []}, "Bundle.type"),
    ],
)
def test_what_is_wrong_is_named(nursery: System, body: Json, place: str) -> None:
    answer = nursery.post("/ServiceRequest/$route", body)
    assert 400 <= answer.status_code < 500
    assert place in places_of(answer)


def test_what_raising_would_refuse_is_refused(nursery: System, anyshire: Anyshire) -> None:
    bundle = the_bundle()
    resource_in(bundle, "Patient")["birthDate"] = "2099-01-01"
    resource_in(bundle, "ServiceRequest")["subject"] = {"reference": "Patient/none"}
    answer = nursery.post("/ServiceRequest/$route", bundle)
    assert 400 <= answer.status_code < 500
    assert any(place.endswith("birthDate") for place in places_of(answer))

"""Who could be a child that another system describes: only among those whom it may see."""

from typing import Any

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from services.referral.domain.minimum import PRIVATE_ADDRESS
from services.referral.use_cases.workplace import Workplace
from shared.fhir.identifiers import NHS_NUMBER
from tests.referral.anyshire import Anyshire
from tests.referral.builders import a_child, a_concern
from tests.referral.fhir_api.systems import System, places_of
from tests.referral.use_cases.reading import audits, child_of

Json = dict[str, Any]
GRADE = "http://hl7.org/fhir/StructureDefinition/match-grade"
PLAIN = a_child(identifier=None)


@pytest.fixture
def tobi(anyshire: Anyshire) -> str:
    return child_of(anyshire.raise_(a_concern(child=PLAIN)))


def asked(resource: Json, **more: Any) -> Json:
    given: list[Json] = [{"name": "resource", "resource": resource}]
    for name, value in more.items():
        kind = "valueBoolean" if isinstance(value, bool) else "valueInteger"
        given.append({"name": name, kind: value})
    return {"resourceType": "Parameters", "parameter": given}


def grades(answer: Response) -> list[tuple[str, str]]:
    assert answer.status_code == 200, answer.text
    return [
        (entry["resource"]["id"], entry["search"]["extension"][0]["valueCode"])
        for entry in answer.json().get("entry", [])
    ]


def match(system: System, resource: Json, **more: Any) -> list[tuple[str, str]]:
    return grades(system.post("/Patient/$match", asked(resource, **more)))


def test_a_child_is_found_with_a_score_and_a_grade(speech: System, tobi: str) -> None:
    answer = speech.post("/Patient/$match", asked(PLAIN))
    assert grades(answer) == [(tobi, "certain")]
    (entry,) = answer.json()["entry"]
    assert entry["search"]["extension"][0]["url"] == GRADE
    assert 0.99 < entry["search"]["score"] <= 1


@pytest.mark.parametrize(
    ("changes", "grade"),
    [
        ({"birthDate": "2023-01-06"}, "probable"),
        ({"name": [{"family": "Okoro", "given": ["Tobias"]}]}, "probable"),
        ({"name": [{"family": "Tobi", "given": ["Okoro"]}]}, "probable"),
        ({"name": [{"family": "Okoro", "given": ["Kemi"]}]}, "possible"),
        ({"address": None}, "probable"),
    ],
)
def test_what_is_written_otherwise_is_less_certain(
    speech: System, tobi: str, changes: Json, grade: str
) -> None:
    described = {key: value for key, value in {**PLAIN, **changes}.items() if value}
    assert match(speech, described) == [(tobi, grade)]


def test_the_likeliest_comes_first_and_count_keeps_the_first(
    anyshire: Anyshire, speech: System, tobi: str
) -> None:
    kemi = {**PLAIN, "name": [{"family": "Okoro", "given": ["Kemi"]}]}
    twin = child_of(anyshire.raise_(a_concern(child=kemi)))
    assert match(speech, PLAIN) == [(tobi, "certain"), (twin, "possible")]
    assert match(speech, kemi) == [(twin, "certain"), (tobi, "possible")]
    assert match(speech, PLAIN, count=1) == [(tobi, "certain")]
    assert match(speech, PLAIN, onlyCertainMatches=True) == [(tobi, "certain")]


def test_who_is_certain_is_who_raising_a_concern_finds(
    anyshire: Anyshire, speech: System, tobi: str
) -> None:
    for described in (PLAIN, {**PLAIN, "birthDate": "2023-01-06"}):
        certain = match(speech, described, onlyCertainMatches=True)
        found = anyshire.raise_(a_concern(child=described, is_new=True))
        assert found.child_was_known is bool(certain)


def test_nobody_is_found_whom_the_caller_may_not_see(http: TestClient, tobi: str) -> None:
    assert match(System(http, "demo-camhs"), PLAIN) == []
    assert match(System(http, "demo-nursery2"), PLAIN) == []


def test_an_address_that_is_kept_close_cannot_be_guessed(
    anyshire: Anyshire, speech: System, nursery: System
) -> None:
    (address,) = PLAIN["address"]
    close = {**address, "extension": [{"url": PRIVATE_ADDRESS, "valueBoolean": True}]}
    anyshire.raise_(a_concern(child={**PLAIN, "address": [close]}))
    right = speech.post("/Patient/$match", asked(PLAIN)).json()["entry"]
    elsewhere = {**PLAIN, "address": [{**address, "postalCode": "ZZ99 9ZZ"}]}
    wrong = speech.post("/Patient/$match", asked(elsewhere)).json()["entry"]
    assert right == wrong
    assert match(nursery, PLAIN)[0][1] == "certain", "who brought it knows it"


def test_the_patient_may_be_sent_as_it_is(speech: System, tobi: str) -> None:
    assert grades(speech.post("/Patient/$match", PLAIN)) == [(tobi, "certain")]


@pytest.mark.parametrize(
    ("resource", "place"),
    [
        ({"resourceType": "Patient", "gender": "male"}, "Parameters.parameter[0].resource"),
        ({"resourceType": "Flag", "status": "active", "code": {"text": "x"},
          "subject": {"reference": "Patient/1"}}, "Parameters.parameter[0].resource"),
        ({"resourceType": "Patient", "birthDate": "soon"},
         "Parameters.parameter[0].resource.birthDate"),
    ],
)  # fmt: skip
def test_what_cannot_be_matched_is_named(speech: System, resource: Json, place: str) -> None:
    answer = speech.post("/Patient/$match", asked(resource))
    assert 400 <= answer.status_code < 500
    assert place in places_of(answer)


def test_the_audit_has_who_was_found_and_not_what_was_asked_by(
    speech: System, tobi: str, at: Workplace
) -> None:
    number = {"identifier": [{"system": NHS_NUMBER, "value": "9990000034"}]}
    match(speech, {**PLAIN, **number})
    line = audits(at.records)[-1]
    assert (line.action, line.child_id, line.detail) == ("match", tobi, "1 found")
    assert "9990000034" not in str(line)

"""What is wrong with a resource is said at once, each with its place."""

import time
from typing import Any

import pytest

from shared.fhir.check import check, is_refused
from shared.fhir.codes import CODE_SYSTEMS, CONCERN, OWN_CODE_SYSTEMS
from shared.fhir.types import RESOURCE_TYPES, STORED_TYPES
from tests.shared.fhir.examples import NOW, a_patient, a_service_request, issues, said, the_concern

ERROR, WARNING = "error", "warning"
NHS_NUMBER = "https://fhir.nhs.uk/Id/nhs-number"


def numbered(value: str, system: str = NHS_NUMBER) -> dict[str, Any]:
    return a_patient(identifier=[{"system": system, "value": value}])


def contained(*inside: Any, **changes: Any) -> dict[str, Any]:
    return a_service_request(contained=list(inside), **changes)


def reason(system: str, code: str) -> dict[str, Any]:
    return a_service_request(reasonCode=[{"coding": [{"system": system, "code": code}]}])


NOTED: dict[str, tuple[Any, str, str, str]] = {
    "an unknown code": (a_patient(gender="boy"), ERROR, "code-invalid", "Patient.gender"),
    "an unknown code in a part": (
        a_patient(contact=[{"gender": "x"}]), ERROR, "code-invalid", "Patient.contact[0].gender",
    ),
    "an unknown code in a data type": (
        a_patient(name=[{"use": "pet", "text": "A"}]), ERROR, "code-invalid", "Patient.name[0].use",
    ),
    "a code of R5": (
        a_service_request(status="ended"), ERROR, "code-invalid", "ServiceRequest.status",
    ),
    "a quoted boolean": (a_patient(active="yes"), ERROR, "value", "Patient.active"),
    "a number for a boolean": (a_patient(active=1), ERROR, "structure", "Patient.active"),
    "a quoted number": (
        a_patient(multipleBirthInteger="2"), ERROR, "value", "Patient.multipleBirthInteger",
    ),
    "a boolean for a number": (
        a_patient(multipleBirthInteger=True), ERROR, "structure", "Patient.multipleBirthInteger",
    ),
    "a number beyond 32 bits": (
        a_patient(multipleBirthInteger=2**31), ERROR, "structure", "Patient.multipleBirthInteger",
    ),
    "a number for a date": (
        a_patient(birthDate=1700000000), ERROR, "structure", "Patient.birthDate",
    ),
    "a day that is not": (a_patient(birthDate="2023-02-30"), ERROR, "value", "Patient.birthDate"),
    "an English date": (a_patient(birthDate="19/07/2023"), ERROR, "value", "Patient.birthDate"),
    "a birth tomorrow": (a_patient(birthDate="2026-11-21"), ERROR, "value", "Patient.birthDate"),
    "a birth next year": (a_patient(birthDate="2027"), ERROR, "value", "Patient.birthDate"),
    "a time without its zone": (
        a_service_request(authoredOn="2026-11-19T09:10:00"),
        ERROR, "value", "ServiceRequest.authoredOn",
    ),
    "null": (a_patient(gender=None), ERROR, "structure", "Patient.gender"),
    "an empty list": (a_patient(name=[]), ERROR, "structure", "Patient.name"),
    "an empty object": (a_patient(name=[{}]), ERROR, "structure", "Patient.name[0]"),
    "an empty text": (
        a_patient(name=[{"family": ""}]), ERROR, "structure", "Patient.name[0].family",
    ),
    "a null in a list": (
        a_patient(name=[{"given": ["A", None]}]), ERROR, "structure", "Patient.name[0].given[1]",
    ),
    "one where a list stands": (a_patient(name={"text": "A"}), ERROR, "structure", "Patient.name"),
    "a list where one stands": (a_patient(gender=["male"]), ERROR, "structure", "Patient.gender"),
    "an unknown element": (a_patient(age=3), ERROR, "structure", "Patient.age"),
    "a name of Python's": (
        a_patient(active__ext={"id": "a"}), ERROR, "structure", "Patient.active__ext",
    ),
    "a comment": (a_patient(fhir_comments="x"), ERROR, "structure", "Patient.fhir_comments"),
    "an id of 65 letters": (a_patient(id="a" * 65), ERROR, "value", "Patient.id"),
    "an id with a path": (a_patient(id="../7"), ERROR, "value", "Patient.id"),
    "no subject": (
        {"resourceType": "ServiceRequest", "status": "active", "intent": "order"},
        ERROR, "required", "ServiceRequest.subject",
    ),
    "two of one choice": (
        a_patient(deceasedBoolean=False, deceasedDateTime="2026"),
        ERROR, "structure", "Patient.deceased",
    ),
    "none of a choice that must be made": (
        {"resourceType": "Communication", "status": "completed", "payload": [{"id": "a"}]},
        ERROR, "required", "Communication.payload[0].content",
    ),
    "a script for a reference": (
        a_service_request(subject={"reference": "javascript:alert(1)"}),
        ERROR, "value", "ServiceRequest.subject.reference",
    ),
    "a reference to the wrong type": (
        a_service_request(subject={"reference": "Practitioner/7"}),
        ERROR, "value", "ServiceRequest.subject.reference",
    ),
    "a reference to the wrong type elsewhere": (
        a_service_request(subject={"reference": "https://a.example/fhir/Practitioner/7"}),
        ERROR, "value", "ServiceRequest.subject.reference",
    ),
    "a reference to no type of FHIR": (
        a_service_request(supportingInfo=[{"reference": "Child/7"}]),
        ERROR, "value", "ServiceRequest.supportingInfo[0].reference",
    ),
    "a reference to nothing contained": (
        a_service_request(subject={"reference": "#child"}),
        ERROR, "value", "ServiceRequest.subject.reference",
    ),
    "a reference to the wrong thing contained": (
        contained({"resourceType": "Flag", "id": "f"}, subject={"reference": "#f"}),
        ERROR, "value", "ServiceRequest.subject.reference",
    ),
    "a reference without a type": (
        a_service_request(subject={"reference": "d5ffd0cd-ec7e-48a1-84f1-91f4c0eb8fc5"}),
        WARNING, "incomplete", "ServiceRequest.subject.reference",
    ),
    "a period that ends first": (
        a_service_request(occurrencePeriod={"start": "2026-11-20", "end": "2026-11-19T23:00:00Z"}),
        ERROR, "invariant", "ServiceRequest.occurrencePeriod.end",
    ),
    "a period that ends an hour first": (
        a_service_request(
            occurrencePeriod={"start": "2026-11-20T10:30:00+01:00", "end": "2026-11-20T09:00:00Z"}
        ),
        ERROR, "invariant", "ServiceRequest.occurrencePeriod.end",
    ),
    "a telephone number of two lines": (
        a_patient(telecom=[{"system": "email", "value": "a@example.org\r\nBcc: b@example.org"}]),
        ERROR, "value", "Patient.telecom[0].value",
    ),
    "a script in the text": (
        a_patient(text={"status": "generated", "div": "<div><script>x()</script></div>"}),
        ERROR, "value", "Patient.text.div",
    ),
    "a handler in the text": (
        a_patient(text={"status": "generated", "div": '<div><img src="a" onerror="x()"/></div>'}),
        ERROR, "value", "Patient.text.div",
    ),
    "a link to a script": (
        a_patient(photo=[{"url": "JavaScript:x()"}]), ERROR, "value", "Patient.photo[0].url",
    ),
    "bad base64": (
        {"resourceType": "Binary", "contentType": "a/b", "data": "!!!"},
        ERROR, "value", "Binary.data",
    ),
    "no MIME type": (
        {"resourceType": "Binary", "contentType": "picture"}, ERROR, "value", "Binary.contentType",
    ),
    "contained in contained": (
        contained({"resourceType": "Flag", "id": "a", "contained": [{"resourceType": "Flag"}]}),
        ERROR, "invariant", "ServiceRequest.contained[0].contained",
    ),
    "contained without an id": (
        contained({"resourceType": "Group"}), ERROR, "required", "ServiceRequest.contained[0].id",
    ),
    "two contained with one id": (
        contained({"resourceType": "Group", "id": "a"}, {"resourceType": "Group", "id": "a"}),
        ERROR, "duplicate", "ServiceRequest.contained[1].id",
    ),
    "something unknown contained": (
        contained({"resourceType": "Foo", "id": "a"}),
        ERROR, "structure", "ServiceRequest.contained[0]",
    ),
    "a concern that is not one": (
        reason(CONCERN, "naughty"),
        ERROR, "code-invalid", "ServiceRequest.reasonCode[0].coding[0].code",
    ),
    "a code system of ours that is not": (
        reason(f"{OWN_CODE_SYSTEMS}mood", "sad"),
        ERROR, "code-invalid", "ServiceRequest.reasonCode[0].coding[0]",
    ),
    "a check digit that is wrong": (
        numbered("9990000019"), WARNING, "value", "Patient.identifier[0].value",
    ),
    "the same in the wrong case": (
        numbered("9990000019", "https://fhir.nhs.uk/id/nhs-number"),
        WARNING, "value", "Patient.identifier[0].value",
    ),
    "a thousand and one names": (
        a_patient(name=[{"text": "A"}] * 1001), ERROR, "too-costly", "Patient",
    ),
    "six thousand objects": (
        a_patient(name=[{"extension": [{"url": "a"}] * 300}] * 20), ERROR, "too-costly", "Patient",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("resource", "severity", "code", "place"), NOTED.values(), ids=NOTED)
def test_it_is_noted_with_its_place(resource: Any, severity: str, code: str, place: str) -> None:
    assert (severity, code, place) in said(resource)


GOOD: dict[str, Any] = {
    "a plain child": a_patient(),
    "a child born today": a_patient(birthDate="2026-11-20"),
    "a child of whom the year is known": a_patient(birthDate="2026"),
    "a good NHS number": numbered("9990000018"),
    "a number in a system of the sender's": numbered("12", "https://nursery.example/children"),
    "an unknown name with its reason": a_patient(
        name=[{"_family": {"extension": [{"url": "https://a.example/why", "valueCode": "x"}]}}]
    ),
    "a status that is not known, and why": {
        "resourceType": "Flag",
        "_status": {"extension": [{"url": "https://a.example/why", "valueCode": "x"}]},
        "code": {"text": "A"},
        "subject": {"reference": "Patient/7"},
    },
    "a middle name without a value": a_patient(
        name=[{"given": ["A", None], "_given": [None, {"id": "b"}]}]
    ),
    "extensions and profiles of others": a_patient(
        meta={"profile": ["https://nursery.example/fhir/StructureDefinition/Child"]},
        extension=[{"url": "https://nursery.example/room", "valueString": "Caterpillars"}],
    ),
    "codes in the systems of others": reason("https://nursery.example/worries", "naughty"),
    "something contained": contained(
        {"resourceType": "Patient", "id": "child"}, subject={"reference": "#child"}
    ),
    "a subject in another system": a_service_request(
        subject={"reference": "https://a.example/fhir/Patient/7/_history/2"}
    ),
    "a subject by its identifier": a_service_request(
        subject={"identifier": {"system": NHS_NUMBER, "value": "9990000018"}}
    ),
    "a subject to be looked up": a_service_request(
        subject={"reference": f"Patient?identifier={NHS_NUMBER}|9990000018"}
    ),
    "an end less precise than the start": a_service_request(
        occurrencePeriod={"start": "2026-11-19T09:00:00Z", "end": "2026-11"}
    ),
    "a text with its parts": a_patient(
        text={
            "status": "generated",
            "div": '<div xmlns="http://www.w3.org/1999/xhtml"><p>On time</p></div>',
        }
    ),
    "answers within answers": {
        "resourceType": "QuestionnaireResponse",
        "status": "completed",
        "item": [{"linkId": "a", "answer": [{"valueBoolean": True, "item": [{"linkId": "b"}]}]}],
    },
}


@pytest.mark.parametrize("resource", GOOD.values(), ids=GOOD)
def test_nothing_is_said_of_what_is_good(resource: Any) -> None:
    assert issues(resource) == []


def test_nothing_is_said_of_the_example_concern() -> None:
    assert [issues(resource) for resource in the_concern()] == [[]] * 6


def test_all_is_said_at_once() -> None:
    child = a_patient(gender="boy", birthDate="2099-01-01", active="yes", age=3)
    assert {place for _, _, place in said(child)} == {
        "Patient.gender", "Patient.birthDate", "Patient.active", "Patient.age",
    }  # fmt: skip


def test_all_that_is_missing_is_said_at_once() -> None:
    assert {place for _, _, place in said({"resourceType": "ServiceRequest"})} == {
        "ServiceRequest.status", "ServiceRequest.intent", "ServiceRequest.subject",
    }  # fmt: skip


def test_the_place_begins_with_the_place_in_the_bundle() -> None:
    request = a_service_request(subject={"reference": "Flag/7"})
    [issue] = check(request, now=NOW, prefix="Bundle.entry[2].resource")
    assert issue.expression == "Bundle.entry[2].resource.subject.reference"


def test_whoever_sends_an_unknown_concern_is_told_the_known_ones() -> None:
    [issue] = issues(reason(CONCERN, "naughty"))
    assert all(code in issue.text for code in CODE_SYSTEMS[CONCERN])


def test_a_day_ends_at_midnight_in_london() -> None:
    summer_night = NOW.replace(month=7, day=19, hour=23, minute=30)
    born = a_patient(birthDate="2026-07-20")
    assert not is_refused(check(born, now=summer_night))
    assert is_refused(check(born, now=summer_night.replace(hour=22)))


@pytest.mark.parametrize("kind", sorted(RESOURCE_TYPES - STORED_TYPES))
def test_types_that_nobody_keeps_here_are_not_supported(kind: str) -> None:
    assert said({"resourceType": kind}) == {("error", "not-supported", "resourceType")}


@pytest.mark.parametrize("what", [None, [], "Patient", 3, {}, {"resourceType": ["Patient"]}])
def test_what_is_no_resource_is_refused(what: Any) -> None:
    assert [issue.severity for issue in issues(what)] == ["error"]


def test_an_unknown_type_is_refused() -> None:
    assert said({"resourceType": "Child"}) == {("error", "structure", "resourceType")}


def test_nesting_beyond_the_stack_is_refused() -> None:
    extension: dict[str, Any] = {"url": "https://a.example", "valueString": "a"}
    for _ in range(3_000):
        extension = {"url": "https://a.example", "extension": [extension]}
    assert said(a_patient(extension=[extension])) == {("error", "too-costly", "Patient")}


def test_a_hostile_text_costs_no_more_than_its_length() -> None:
    begun = time.perf_counter()
    issues(a_patient(text={"status": "generated", "div": "<div><" + " " * 1_000_000}))
    assert time.perf_counter() - begun < 1

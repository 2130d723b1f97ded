"""What does not go together in one object, though each part of it is right."""

from typing import Any

import pytest

from shared.fhir.invariants import NEEDS, NOT_BOTH, ONE_OF
from tests.shared.fhir.every_shape import shapes
from tests.shared.fhir.examples import a_patient, a_service_request, said

WITH_TIMES = {"start": "2026-12-01T09:00:00Z", "end": "2026-12-01T09:30:00Z"}


def an_appointment(**changes: Any) -> dict[str, Any]:
    return {
        "resourceType": "Appointment",
        "status": "booked",
        "participant": [{"actor": {"reference": "Patient/7"}, "status": "accepted"}],
        **WITH_TIMES,
        **changes,
    }


def an_observation(**changes: Any) -> dict[str, Any]:
    return {"resourceType": "Observation", "status": "final", "code": {"text": "A"}, **changes}


def a_task(**changes: Any) -> dict[str, Any]:
    return {"resourceType": "Task", "status": "requested", "intent": "order", **changes}


def an_item(**changes: Any) -> dict[str, Any]:
    item = {"linkId": "a", **changes}
    return {"resourceType": "QuestionnaireResponse", "status": "completed", "item": [item]}


def asked(item: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": "Questionnaire", "status": "active", "item": [item]}


def repeated(**repeat: Any) -> dict[str, Any]:
    return a_service_request(occurrenceTiming={"repeat": repeat})


CONSENT = {
    "resourceType": "Consent", "status": "active", "scope": {"text": "A"},
    "category": [{"text": "B"}],
}  # fmt: skip
WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "a telephone number of no kind": (
        a_patient(telecom=[{"value": "07700 900461"}]), "Patient.telecom[0].system",
    ),
    "details of an order of nothing": (
        a_service_request(orderDetail=[{"text": "A"}]), "ServiceRequest.code",
    ),
    "data of no type": (a_patient(photo=[{"data": "aGk="}]), "Patient.photo[0].contentType"),
    "a unit's code without its system": (
        an_observation(valueQuantity={"value": 1, "code": "kg"}),
        "Observation.valueQuantity.system",
    ),
    "a contact who is nobody": (a_patient(contact=[{"gender": "male"}]), "Patient.contact[0]"),
    "an organisation that is nobody": (
        {"resourceType": "Organization", "active": True}, "Organization",
    ),
    "an organisation at home": (
        {"resourceType": "Organization", "name": "A", "telecom": [{"use": "home", "id": "a"}]},
        "Organization.telecom[0].use",
    ),
    "a consent to no policy": (CONSENT, "Consent"),
    "an extension without anything": (
        a_patient(extension=[{"url": "https://a.example"}]), "Patient.extension[0]",
    ),
    "an extension with both": (
        a_patient(
            extension=[
                {
                    "url": "https://a.example",
                    "valueString": "a",
                    "extension": [{"url": "b", "valueString": "c"}],
                }
            ]
        ),
        "Patient.extension[0]",
    ),
    "an extension of a value with neither": (
        a_patient(_gender={"extension": [{"url": "https://a.example"}]}),
        "Patient._gender.extension[0]",
    ),
    "a value, and why there is none": (
        an_observation(valueBoolean=True, dataAbsentReason={"text": "A"}), "Observation",
    ),
    "an answer beside items": (
        an_item(answer=[{"valueBoolean": True}], item=[{"linkId": "b"}]),
        "QuestionnaireResponse.item[0]",
    ),
    "choices listed twice": (
        asked(
            {
                "linkId": "a",
                "type": "choice",
                "answerOption": [{"valueString": "A"}],
                "answerValueSet": "https://a.example/set",
            }
        ),
        "Questionnaire.item[0]",
    ),
    "a duration of no unit": (
        repeated(duration=2), "ServiceRequest.occurrenceTiming.repeat.durationUnit",
    ),
    "a participant who is nobody": (
        an_appointment(participant=[{"status": "accepted"}]), "Appointment.participant[0]",
    ),
    "an appointment without an end": (
        {key: value for key, value in an_appointment().items() if key != "end"}, "Appointment.end",
    ),
    "a booked appointment without a time": (
        {key: value for key, value in an_appointment().items() if key not in WITH_TIMES},
        "Appointment.start",
    ),
    "a reason to cancel what is booked": (
        an_appointment(cancelationReason={"text": "A"}), "Appointment.cancelationReason",
    ),
    "changed before it was asked for": (
        a_task(authoredOn="2026-11-19T10:00:00Z", lastModified="2026-11-19T09:00:00Z"),
        "Task.lastModified",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("resource", "place"), WRONG.values(), ids=WRONG)
def test_what_does_not_go_together_is_refused_with_its_place(
    resource: dict[str, Any], place: str
) -> None:
    assert said(resource) == {("error", "invariant", place)}


RIGHT: dict[str, dict[str, Any]] = {
    "an appointment": an_appointment(),
    "one that is only proposed": an_appointment(status="proposed"),
    "an observation of nothing, and why": an_observation(dataAbsentReason={"text": "A"}),
    "a part of an observation without its value": an_observation(valueBoolean=False),
    "a Task due on the day it was asked for": a_task(
        authoredOn="2026-11-19T10:00:00Z", restriction={"period": {"end": "2026-11-19"}}
    ),
    "a consent to a policy": CONSENT | {"policyRule": {"text": "A"}},
    "a number whose kind is said to be unknown": a_patient(
        telecom=[
            {
                "value": "07700 900461",
                "_system": {"extension": [{"url": "https://a.example", "valueCode": "x"}]},
            }
        ]
    ),
}


@pytest.mark.parametrize("resource", RIGHT.values(), ids=RIGHT)
def test_nothing_is_said_of_what_goes_together(resource: dict[str, Any]) -> None:
    assert said(resource) == set()


def test_a_reference_points_to_what_it_says() -> None:
    lies = a_service_request(subject={"reference": "Patient/7", "type": "Group"})
    assert said(lies) == {("error", "value", "ServiceRequest.subject.type")}
    assert said(a_service_request(subject={"reference": "Patient/7", "type": "Patient"})) == set()


def test_what_is_asked_for_in_the_future_is_doubted_and_kept() -> None:
    tomorrow = a_service_request(authoredOn="2026-11-21")
    assert said(tomorrow) == {("warning", "value", "ServiceRequest.authoredOn")}


def test_what_is_due_before_it_was_asked_for_is_doubted_and_kept() -> None:
    due = a_task(authoredOn="2026-11-19", restriction={"period": {"end": "2026-11-18"}})
    assert said(due) == {("warning", "invariant", "Task.restriction.period.end")}


def test_the_tables_speak_of_elements_that_there_are() -> None:
    known = shapes()
    named = {
        (name, element)
        for table in (NEEDS, NOT_BOTH)
        for name, rules in table.items()
        for _, *elements in rules
        for element in elements
    } | {(name, element) for name, (_, elements) in ONE_OF.items() for element in elements}
    unknown = {(name, one) for name, one in named if one not in known[name].elements}
    assert unknown == {("Extension", "value"), ("Observation", "value")}

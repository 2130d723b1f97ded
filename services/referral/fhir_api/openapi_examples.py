"""What is sent and what is answered, as examples in the description of the API."""

from services.referral.records.resource import Json
from shared.errors import Issue
from shared.fhir.codes import AREA_OF_NEED, CONCERN
from shared.fhir.outcome import outcome

FAILURE = outcome(
    [Issue("'done' is not one of: active, draft.", "ServiceRequest.status", "code-invalid")]
)

_CHILD = "urn:uuid:6f1c1d0e-8a52-4c86-9d43-3a1f0a6f7b01"
_PATIENT: Json = {
    "resourceType": "Patient",
    "identifier": [{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9990000018"}],
    "name": [{"use": "official", "family": "Rahimi-Okafor", "given": ["Zoya"]}],
    "gender": "female",
    "birthDate": "2023-07-19",
    "address": [{"line": ["14 Quarry Rise"], "city": "Millbrook", "postalCode": "ZZ99 3CZ"}],
}
_REQUEST: Json = {
    "resourceType": "ServiceRequest",
    "status": "active",
    "intent": "order",
    "category": [{"coding": [{"system": AREA_OF_NEED, "code": "communication-interaction"}]}],
    "priority": "routine",
    "subject": {"reference": _CHILD},
    "authoredOn": "2026-11-19T09:10:00+00:00",
    "reasonCode": [{"coding": [{"system": CONCERN, "code": "speech-language"}]}],
}
_CONCERN: Json = {
    "resourceType": "Bundle",
    "type": "transaction",
    "entry": [
        {
            "fullUrl": _CHILD,
            "resource": _PATIENT,
            "request": {"method": "POST", "url": "Patient"},
        },
        {"resource": _REQUEST, "request": {"method": "POST", "url": "ServiceRequest"}},
    ],
}
_OBSERVATION: Json = {
    "resourceType": "Observation",
    "status": "final",
    "code": {"text": "Words that the child uses"},
    "subject": {"reference": "Patient/7"},
    "effectiveDateTime": "2026-11-19",
    "valueInteger": 12,
}
_TASK: Json = {
    "resourceType": "Task",
    "id": "019a9f60-0000-7000-8000-000000000001",
    "meta": {"versionId": "2", "lastUpdated": "2026-11-19T09:20:00.000Z"},
    "status": "requested",
    "intent": "order",
    "focus": {"reference": "ServiceRequest/7"},
    "for": {"reference": "Patient/7"},
    "owner": {"reference": "HealthcareService/7"},
}
_FOUND: Json = {
    "resourceType": "Bundle",
    "type": "searchset",
    "entry": [
        {
            "fullUrl": f"https://sooner.example/fhir/Task/{_TASK['id']}",
            "resource": _TASK,
            "search": {"mode": "match"},
        }
    ],
}
_KEPT: Json = {
    "resourceType": "Bundle",
    "type": "transaction-response",
    "entry": [{"response": {"status": "201 Created", "location": "Patient/7/_history/1"}}],
}

#: By path and method, or for a patch its content type.
SENT: dict[tuple[str, str], Json | list[Json]] = {
    ("/fhir", "post"): _CONCERN,
    ("/fhir/{type}", "post"): _OBSERVATION,
    ("/fhir/{type}/{id}", "put"): _TASK | {"status": "accepted"},
    ("/fhir/{type}/{id}", "application/json-patch+json"): [
        {"op": "replace", "path": "/status", "value": "accepted"}
    ],
    ("/fhir/{type}/{id}", "application/merge-patch+json"): {"status": "accepted"},
    ("/fhir/{type}/{id}", "application/fhir+json"): {
        "resourceType": "Parameters",
        "parameter": [
            {
                "name": "operation",
                "part": [
                    {"name": "type", "valueCode": "replace"},
                    {"name": "path", "valueString": "Task.status"},
                    {"name": "value", "valueCode": "accepted"},
                ],
            }
        ],
    },
}
_ANSWERED: dict[tuple[str, str], Json] = {
    ("/fhir", "post"): _KEPT,
    ("/fhir/{type}", "get"): _FOUND,
    ("/fhir/{type}", "post"): _OBSERVATION | {"id": "7", "meta": {"versionId": "1"}},
    ("/fhir/{type}/{id}", "get"): _TASK,
    ("/fhir/{type}/{id}", "put"): _TASK | {"status": "accepted"},
    ("/fhir/{type}/{id}", "patch"): _TASK | {"status": "accepted"},
}


def body_example(path: str, kind: str) -> Json | list[Json] | None:
    """What may be sent there; `kind` is the method, or for a patch its content type."""
    return SENT.get((path, kind))


def example_answer(path: str, method: str) -> Json | None:
    """What is answered there when all is well."""
    return _ANSWERED.get((path, method))

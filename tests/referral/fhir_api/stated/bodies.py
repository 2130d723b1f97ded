"""For each type that other systems may send, the least that is taken."""

import base64
from collections.abc import Mapping
from typing import Any

from services.referral.use_cases.sent_concern import NEW_CONCERN
from tests.shared.documents.made import TEXT

Json = dict[str, Any]


def a_body(type: str, ways: Mapping[str, str]) -> Json:
    """`ways` are references to what is kept, one of each type."""
    child = {"reference": ways["Patient"]}
    text = {"text": "filled"}
    words = base64.b64encode(b"Ten words.").decode()
    bodies: dict[str, Json] = {
        "Patient": {"name": [{"family": "Other", "given": ["Ada"]}], "birthDate": "2022-05-05"},
        "RelatedPerson": {"patient": child},
        "Practitioner": {"name": [{"family": "Other"}]},
        "PractitionerRole": {"active": True},
        "Organization": {"name": "Filled"},
        "HealthcareService": {"name": "Filled"},
        "Location": {"name": "Filled"},
        "Questionnaire": {"status": "active"},
        "QuestionnaireResponse": {"status": "completed", "subject": child},
        "Observation": {"status": "final", "code": text, "subject": child},
        "CareTeam": {"subject": child},
        "Communication": {"status": "completed", "subject": child},
        "Appointment": {
            "status": "proposed", "participant": [{"actor": child, "status": "needs-action"}],
        },
        "DocumentReference": {
            "status": "current", "subject": child,
            "content": [{"attachment": {"contentType": TEXT, "data": words}}],
        },
        "Binary": {"contentType": TEXT, "data": words},
        "Flag": {"status": "active", "code": text, "subject": child},
        "Provenance": {
            "target": [child], "recorded": "2026-11-20T10:00:00Z", "agent": [{"who": child}],
        },
        "AuditEvent": {
            "type": {"code": "rest"}, "recorded": "2026-11-20T10:00:00Z",
            "agent": [{"requestor": True}], "source": {"observer": child},
        },
        "Consent": {
            "status": "active", "scope": text, "category": [text], "patient": child,
            "policyRule": text, "provision": {"type": "permit"},
        },
        "CommunicationRequest": {
            "status": "active", "subject": child, "about": [{"reference": ways["Task"]}],
            "recipient": [{"reference": ways["Practitioner"]}],
            "payload": [{"contentString": "Ten words."}],
        },
        "ServiceRequest": {
            "status": "active", "intent": "order", "subject": child, "authoredOn": "2026-11-20",
            "extension": [{"url": NEW_CONCERN, "valueBoolean": True}],
            "reasonCode": [{"coding": [{
                "system": "https://sooner.example/fhir/CodeSystem/concern", "code": "hearing"}]}],
        },
        "Task": {"status": "requested", "intent": "order", "for": child},
    }  # fmt: skip
    return {"resourceType": type, **bodies[type]}

"""Messages as another system sends them: a concern, what became of it, and that it is off."""

from typing import Any

from httpx2 import Response

from tests.referral.fhir_api.systems import System, resource_in, the_bundle

Json = dict[str, Any]
EVENTS = "https://fhir.nhs.uk/CodeSystem/message-events-bars"
REASONS = "https://fhir.nhs.uk/CodeSystem/message-reason-bars"
CALLER = "https://nursery.example/fhir"


def a_message(id: str = "m-1", reason: str = "new", bundle: Json | None = None) -> Json:
    """The example concern, as a message."""
    sent = bundle or the_bundle()
    entries = [{key: one[key] for key in ("fullUrl", "resource")} for one in sent["entry"]]
    request = next(one for one in entries if one["resource"]["resourceType"] == "ServiceRequest")
    header = {
        "resourceType": "MessageHeader",
        "id": id,
        "eventCoding": {"system": EVENTS, "code": "servicerequest-request"},
        "source": {"endpoint": CALLER},
        "reason": {"coding": [{"system": REASONS, "code": reason}]},
        "focus": [{"reference": request["fullUrl"]}],
    }
    return {
        "resourceType": "Bundle",
        "type": "message",
        "timestamp": "2026-11-20T10:00:00Z",
        "entry": [{"fullUrl": f"{CALLER}/MessageHeader/{id}", "resource": header}, *entries],
    }


def send(system: System, message: Json) -> Response:
    return system.post("/$process-message", message)


def header(message: Json) -> Json:
    found: Json = resource_in(message, "MessageHeader")
    return found


def told(answer: Response) -> list[Json]:
    """The issues of the OperationOutcome inside the answer, to which its header leads."""
    body = answer.json()
    details = header(body)["response"]["details"]["reference"]
    (outcome,) = [one["resource"] for one in body["entry"] if one["fullUrl"] == details]
    issues: list[Json] = outcome["issue"]
    return issues


def code(answer: Response) -> str:
    said: str = header(answer.json())["response"]["code"]
    return said

"""Letters and appointments as FHIR resources."""

from datetime import datetime, timedelta

from services.referral.domain.concern import Concern
from services.referral.domain.referral import Referral
from services.referral.records.resource import Json, Resource, instant
from shared.contract import Channel, Fate, MessageEvent
from shared.fhir.codes import EXTENSION_BASE
from shared.identity import Principal

USUAL_LENGTH = timedelta(minutes=45)
WORDS_HASH = f"{EXTENSION_BASE}/words-hash"
_MEDIUM = "https://sooner.example/fhir/CodeSystem/channel"
#: Each fate as FHIR's event-status; one that is certain of nothing says so.
_STATUS = {Fate.FAILED: "stopped", Fate.UNCERTAIN: "unknown", Fate.NOT_SENT: "not-done"}


def appointment(
    concern: Concern,
    referral: Referral,
    starts_at: datetime | None,
    lasts: timedelta | None,
    text: str | None,
) -> Json:
    """An offered time; without one, `text` says how a time will be agreed."""
    made: Json = {
        "resourceType": "Appointment",
        "status": "booked" if starts_at else "proposed",
        "basedOn": [{"reference": f"ServiceRequest/{concern.id}"}],
        "participant": [
            {"actor": {"reference": f"Patient/{concern.child}"}, "status": "needs-action"},
            {
                "actor": {"reference": f"HealthcareService/{referral.service}"},
                "status": "accepted",
            },
        ],
    }
    if starts_at:
        made["start"] = instant(starts_at)
        made["end"] = instant(starts_at + (lasts or USUAL_LENGTH))
    if text:
        made["patientInstruction"] = text
    return made


def communication(task: Resource, sender: Principal, text: str, now: datetime) -> Json:
    """What one person wrote to another about a referral."""
    return {
        "resourceType": "Communication",
        "basedOn": [task.json["focus"]],
        "partOf": [{"reference": task.reference}],
        "status": "completed",
        "subject": task.json["for"],
        "sent": instant(now),
        "sender": {"reference": sender.reference, "display": sender.name},
        "payload": [{"contentString": text}],
    }


def told(event: MessageEvent, asked: str | None = None) -> Json:
    """Who was told by notify, by which channel, and what became of it; never the words, but which
    version of them, and their hash. `asked` is the CommunicationRequest that it fulfils."""
    made = _told(event)
    if asked:
        made["basedOn"].append({"reference": asked})
    if event.version:
        made["category"][0]["coding"][0]["version"] = event.version
    if event.hash:
        made["extension"] = [{"url": WORDS_HASH, "valueString": event.hash}]
    if event.fate is Fate.DELIVERED and event.channel is not Channel.IN_APP:
        made["received"] = instant(event.at)  # in the app it is received once it is read
    return made


def told_again(known: Json, event: MessageEvent, asked: str | None = None) -> Json | None:
    """What is known of a message by now; None where the event is older than what is known."""
    if "received" in known and event.fate is Fate.ACCEPTED:
        return None
    return {**known, **told(event, asked), "sent": known["sent"]}


def _told(event: MessageEvent) -> Json:
    return {
        "resourceType": "Communication",
        "identifier": [{"system": "https://tools.ietf.org/html/rfc4122", "value": event.message}],
        "partOf": [{"reference": f"Task/{event.task}"}],
        "basedOn": [{"reference": f"ServiceRequest/{event.concern}"}],
        "status": _STATUS.get(event.fate, "completed"),
        "category": [{"coding": [{"code": event.template}]}],
        "medium": [{"coding": [{"system": _MEDIUM, "code": event.channel}]}],
        "subject": {"reference": f"Patient/{event.child}"},
        "sent": instant(event.at),
        "recipient": [{"reference": event.recipient}],
    }

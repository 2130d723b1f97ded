"""Who brought, changed or moved what, and who the key contact is, as FHIR resources."""

from collections.abc import Sequence
from datetime import datetime

from services.referral.records.resource import Json, Resource, instant
from shared.fhir.codes import MOVE
from shared.identity import Principal

_AUTHOR = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"


def provenance(
    move: str, targets: Sequence[Resource], who: Principal, now: datetime, text: str | None = None
) -> Json:
    """What was done with these versions, by whom and for which organisation.

    `text` is what was said with it; the timeline is read from these.
    """
    agent: Json = {
        "type": {"coding": [{"system": _AUTHOR, "code": "author"}]},
        "who": {"reference": who.reference, "display": who.name},
    }
    if who.organisation:
        agent["onBehalfOf"] = {"reference": f"Organization/{who.organisation}"}
    built: Json = {
        "resourceType": "Provenance",
        "target": [{"reference": f"{one.reference}/_history/{one.version}"} for one in targets],
        "recorded": instant(now),
        "activity": {"coding": [{"system": MOVE, "code": move}]},
        "agent": [agent],
    }
    if text:
        built["activity"]["text"] = text
    return built


def key_contact(child: str, who: Principal) -> Json:
    """The one person or desk that knows the case: at first, whoever raised the concern."""
    return {
        "resourceType": "CareTeam",
        "status": "active",
        "name": "Key contact",
        "subject": {"reference": f"Patient/{child}"},
        "participant": [{"member": {"reference": who.reference, "display": who.name}}],
    }

"""What was told of one referral, message by message, as the record has it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from services.referral.records.resource import Json
from services.referral.use_cases.read_referral import OpenedReferral
from shared.identity import Role


@dataclass(frozen=True, kw_only=True)
class Told:
    """One message to one person. `message` is the id that both services know it by; `template` and
    `version` name its words; `status` is that of the Communication
    (https://hl7.org/fhir/R4/valueset-event-status.html)."""

    message: str
    to: str
    channel: str
    template: str
    version: str
    status: str
    sent: datetime
    received: datetime | None


def may_follow(opened: OpenedReferral) -> bool:
    """Coordinators answer for it that people are told; who looks in an emergency does not."""
    is_here = opened.concern.child not in opened.who.opened
    return opened.who.role is Role.COORDINATOR and is_here


def messages_told(opened: OpenedReferral) -> list[Told]:
    """Those of this referral, the newest first."""
    return sorted(_told(opened), key=lambda one: one.sent, reverse=True)


def _told(opened: OpenedReferral) -> Iterator[Told]:
    """What notify sent has a template; what one person wrote to another has none."""
    part_of = {"reference": f"Task/{opened.referral.id}"}
    for part in opened.of_type("Communication"):
        json = part.json
        if "category" in json and part_of in json["partOf"]:
            yield _one(json, opened)


def _one(json: Json, opened: OpenedReferral) -> Told:
    words = json["category"][0]["coding"][0]
    recipient = json["recipient"][0]["reference"]
    return Told(
        message=json["identifier"][0]["value"],
        to=opened.people.name(recipient, otherwise="somebody"),
        channel=json["medium"][0]["coding"][0]["code"],
        template=words["code"],
        version=words.get("version", ""),
        status=json["status"],
        sent=datetime.fromisoformat(json["sent"]),
        received=datetime.fromisoformat(json["received"]) if "received" in json else None,
    )

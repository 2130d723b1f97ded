"""Notifications of subscriptions in R4, by the backport of R5's.

https://hl7.org/fhir/uv/subscriptions-backport/STU1.1/notifications.html
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid5

from shared.subscribing import Content, Numbered, Status
from shared.topics import Topic

BACKPORT = "http://hl7.org/fhir/uv/subscriptions-backport"
PROFILE = f"{BACKPORT}/StructureDefinition/"
_NAMESPACE = UUID("0d7f6e0a-41a5-5f0c-93a1-6a3f64f0c1b7")
_ERRORS = "https://sooner.example/fhir/CodeSystem/subscription-error"


class Kind(StrEnum):
    """http://hl7.org/fhir/ValueSet/subscription-notification-type"""

    HANDSHAKE = "handshake"
    HEARTBEAT = "heartbeat"
    EVENT = "event-notification"
    QUERY_STATUS = "query-status"
    QUERY_EVENT = "query-event"


def status_of(
    base: str,
    *,
    id: str,
    topic: Topic,
    status: Status,
    kind: Kind,
    events: int,
    told: Sequence[Numbered] = (),
    error: str = "",
) -> dict[str, Any]:
    """The status of a subscription as Parameters; `base` is the address of the FHIR API."""
    parameters: list[dict[str, Any]] = [
        {"name": "subscription", "valueReference": {"reference": f"{base}/Subscription/{id}"}},
        {"name": "topic", "valueCanonical": topic.url},
        {"name": "status", "valueCode": status},
        {"name": "type", "valueCode": kind},
        {"name": "events-since-subscription-start", "valueString": str(events)},
        *({"name": "notification-event", "part": _event(base, one)} for one in told),
    ]
    if error:
        concept = {"coding": [{"system": _ERRORS, "code": error}]}
        parameters.append({"name": "error", "valueCodeableConcept": concept})
    said = f"{id}|{kind}|{events}|{[one.number for one in told]}"
    return {
        "resourceType": "Parameters",
        "id": str(uuid5(_NAMESPACE, said)),
        "meta": {"profile": [f"{PROFILE}backport-subscription-status-r4"]},
        "parameter": parameters,
    }


def notification(
    base: str,
    status: dict[str, Any],
    *,
    at: datetime,
    told: Sequence[Numbered] = (),
    content: Content = Content.EMPTY,
) -> dict[str, Any]:
    """The Bundle that carries a status; with ids it names what the events are about."""
    subscription = status["parameter"][0]["valueReference"]["reference"]
    first = {
        "fullUrl": f"urn:uuid:{status['id']}",
        "resource": status,
        "request": {"method": "GET", "url": f"{subscription}/$status"},
        "response": {"status": "200"},
    }
    tasks = dict.fromkeys(one.task for one in told if one.task)
    named = tasks if content is Content.ID_ONLY else ()
    return {
        "resourceType": "Bundle",
        "meta": {"profile": [f"{PROFILE}backport-subscription-notification-r4"]},
        "type": "history",
        "timestamp": _instant(at),
        "entry": [first, *(_focus(base, task) for task in named)],
    }


def without_names(told: Sequence[Numbered]) -> list[Numbered]:
    """The same events, and not what they are about."""
    return [Numbered(number=one.number, at=one.at, task="") for one in told]


def _event(base: str, one: Numbered) -> list[dict[str, Any]]:
    parts: list[dict[str, Any]] = [
        {"name": "event-number", "valueString": str(one.number)},
        {"name": "timestamp", "valueInstant": _instant(one.at)},
    ]
    if one.task:
        focus = {"reference": f"{base}/Task/{one.task}"}
        parts.append({"name": "focus", "valueReference": focus})
    return parts


def _focus(base: str, task: str) -> dict[str, Any]:
    return {
        "fullUrl": f"{base}/Task/{task}",
        "request": {"method": "PUT", "url": f"Task/{task}"},
        "response": {"status": "200"},
    }


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

"""A message as it came: what it asks for, by whom and with what. https://hl7.org/fhir/R4/messaging.html

Shaped as the NHS Booking and Referral Standard has it: https://simplifier.net/nhsbookingandreferrals
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from services.referral.fhir_api.code_systems import OWN
from services.referral.records.resource import Json
from services.referral.use_cases.keep_resource import NOT_SENT
from services.referral.use_cases.sent_concern import Part
from shared.errors import Invalid, Issue
from shared.fhir.bundle import check_bundle
from shared.fhir.check import check, is_refused, walk_issues
from shared.fhir.codes import CODE_SYSTEMS
from shared.fhir.json import write_json
from shared.fhir.rules import Around
from shared.fhir.types import RESOURCE_TYPES, STORED_TYPES
from shared.fhir.walk import Walk

EVENT = "servicerequest-request"
_HEADER = "Bundle.entry[0].resource"


class Reason(StrEnum):
    """Why a message is sent, as BaRS has it; without one it is new."""

    NEW = "new"
    UPDATE = "update"
    CANCELLED = "cancelled"


@dataclass(frozen=True, kw_only=True)
class Message:
    """`parts` are the resources that can be kept; `besides` are the others, by their places, with
    the `fullUrl` of each. `id` is what an answer calls it by."""

    header: Json
    id: str
    identifier: str | None
    reason: Reason
    request: Part
    parts: tuple[Part, ...]
    besides: tuple[tuple[str, str | None], ...]
    warnings: tuple[Issue, ...]
    digest: str


def read_message(sent: Any, *, now: datetime) -> Message:
    """Raises Invalid with everything that keeps it from being understood, each with its place."""
    issues = check_bundle(sent, types={"message"}, now=now)
    if is_refused(issues):
        raise Invalid(*issues)
    entries: list[Json] = sent["entry"]
    for index, entry in enumerate(entries):
        issues += _resource_issues(entry["resource"], f"Bundle.entry[{index}].resource", now)
    header = entries[0]["resource"]
    if header.get("resourceType") != "MessageHeader":
        issues.append(Issue("A message begins with its MessageHeader.", _HEADER, "structure"))
    if is_refused(issues):
        raise Invalid(*issues)
    issues += _header_issues(header, entries)
    if is_refused(issues):
        raise Invalid(*issues)
    return _message(sent, entries, tuple(issues))


def _resource_issues(resource: Any, place: str, now: datetime) -> list[Issue]:
    """What is not kept is looked at as well, for its structure alone."""
    kind = resource.get("resourceType") if isinstance(resource, dict) else None
    if not isinstance(kind, str):
        return check(resource, now=now, prefix=place)
    if kind in NOT_SENT:
        return [Issue(NOT_SENT[kind], place, "business-rule")]
    if kind in RESOURCE_TYPES - STORED_TYPES:
        return walk_issues(resource, place, Walk(Around(now.date(), {}, CODE_SYSTEMS)))
    return check(resource, now=now, prefix=place, code_systems=OWN)


def _header_issues(header: Json, entries: list[Json]) -> Iterator[Issue]:
    code = header.get("eventCoding", {}).get("code")
    if code != EVENT:
        said = f"“{str(code)[:64]}”" if code else "This event"
        text = f"{said} is not taken here; {EVENT} is."
        yield Issue(text, f"{_HEADER}.eventCoding", "not-supported")
    reason = _reason(header)
    if reason not in set(Reason):
        text = f"“{reason[:64]}” is no reason that is known here: {', '.join(Reason)}."
        yield Issue(text, f"{_HEADER}.reason", "code-invalid")
    if not _id(header, entries[0]):
        text = "A message is told by the id of its header, or by its fullUrl."
        yield Issue(text, f"{_HEADER}.id", "required")
    requests = [one for one in entries if one["resource"]["resourceType"] == "ServiceRequest"]
    if len(requests) != 1:
        text = f"This event is about exactly one ServiceRequest; here are {len(requests)}."
        yield Issue(text, "Bundle.entry", "required")
    elif not _is_focus(header, requests[0].get("fullUrl", "")):
        text = "The focus of this event is the ServiceRequest of the message."
        yield Issue(text, f"{_HEADER}.focus", "value")


def _is_focus(header: Json, full_url: str) -> bool:
    """A relative reference is one to the server of the `fullUrl`."""
    named = (one.get("reference") for one in header.get("focus", []))
    return any(one and (full_url == one or full_url.endswith(f"/{one}")) for one in named)


def _reason(header: Json) -> str:
    codings = header.get("reason", {}).get("coding", [])
    return str(next((one["code"] for one in codings if "code" in one), Reason.NEW))


def _id(header: Json, entry: Json) -> str:
    named = header.get("id") or str(entry.get("fullUrl", "")).rpartition(":")[2]
    return str(named).rpartition("/")[2]


def _message(sent: Json, entries: list[Json], warnings: tuple[Issue, ...]) -> Message:
    header = entries[0]["resource"]
    parts, besides = [], []
    for index, entry in list(enumerate(entries))[1:]:
        place, resource = f"Bundle.entry[{index}].resource", entry["resource"]
        if resource["resourceType"] in STORED_TYPES:
            parts.append(Part(place=place, resource=resource, full_url=entry.get("fullUrl")))
        else:
            besides.append((place, entry.get("fullUrl")))
    return Message(
        header=header,
        id=_id(header, entries[0]),
        identifier=_identifier(sent.get("identifier")),
        reason=Reason(_reason(header)),
        request=next(part for part in parts if part.type == "ServiceRequest"),
        parts=tuple(parts),
        besides=tuple(besides),
        warnings=warnings,
        digest=hashlib.sha256(write_json(entries)).hexdigest(),
    )


def _identifier(identifier: Json | None) -> str | None:
    if not identifier or "value" not in identifier:
        return None
    return f"{identifier.get('system', '')}|{identifier['value']}"


def words_of(header: Json) -> str | None:
    """Why, as the header says it in words."""
    reason = header.get("reason", {})
    shown = (one["display"] for one in reason.get("coding", []) if "display" in one)
    words: str | None = reason.get("text") or next(shown, None)
    return words

"""The search parameters that work, by resource type, each with its kind and where it looks.

The index, the search and the CapabilityStatement run on this table. Paths are element names joined
by dots; lists are looked through. Source: the search parameters of FHIR R4.
"""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    TOKEN = "token"  # noqa: S105 - a kind of search parameter, no secret
    REFERENCE = "reference"
    STRING = "string"
    DATE = "date"
    NUMBER = "number"


@dataclass(frozen=True)
class Param:
    name: str
    kind: Kind
    paths: tuple[str, ...]
    target: str | None = None


def _token(name: str, *paths: str) -> Param:
    return Param(name, Kind.TOKEN, paths)


def _string(name: str, *paths: str) -> Param:
    return Param(name, Kind.STRING, paths)


def _date(name: str, *paths: str) -> Param:
    return Param(name, Kind.DATE, paths)


def _reference(name: str, *paths: str, target: str | None = None) -> Param:
    return Param(name, Kind.REFERENCE, paths, target)


_IDENTIFIER = _token("identifier", "identifier")
_SUBJECT = (
    _reference("subject", "subject"),
    _reference("patient", "subject", target="Patient"),
)
_PERSON = (
    _IDENTIFIER,
    _string("name", "name"),
    _token("telecom", "telecom"),
    _token("phone", "telecom[phone]"),
    _token("email", "telecom[email]"),
    _token("gender", "gender"),
    _string("address", "address"),
    _string("address-city", "address.city"),
    _string("address-postalcode", "address.postalCode"),
)
_STATUS = _token("status", "status")

#: Parameters of Task that the queue table answers from its own typed columns.
QUEUE_PARAMS: tuple[Param, ...] = (
    _reference("owner", "owner"),
    _reference("requester", "requester"),
    _reference("focus", "focus"),
    _reference("part-of", "partOf"),
    _reference("patient", "for", target="Patient"),
    _reference("subject", "for"),
    _token("status", "status"),
    _token("business-status", "businessStatus"),
    _token("priority", "priority"),
    _date("due", "restriction.period.end"),
    _date("authored-on", "authoredOn"),
    Param("next-escalation", Kind.DATE, ()),
    Param("level", Kind.NUMBER, ()),
    _token("concern", "concern"),
)

PARAMS: dict[str, tuple[Param, ...]] = {
    "Patient": (
        *_PERSON,
        _string("family", "name.family"),
        _string("given", "name.given"),
        _date("birthdate", "birthDate"),
        _token("active", "active"),
        _reference("general-practitioner", "generalPractitioner"),
        _reference("organization", "managingOrganization"),
    ),
    "RelatedPerson": (
        *_PERSON,
        _reference("patient", "patient", target="Patient"),
        _token("relationship", "relationship"),
        _token("active", "active"),
        _date("birthdate", "birthDate"),
    ),
    "Practitioner": (*_PERSON, _string("family", "name.family"), _string("given", "name.given")),
    "PractitionerRole": (
        _IDENTIFIER,
        _token("active", "active"),
        _token("role", "code"),
        _token("specialty", "specialty"),
        _reference("practitioner", "practitioner", target="Practitioner"),
        _reference("organization", "organization", target="Organization"),
        _reference("service", "healthcareService", target="HealthcareService"),
    ),
    "Organization": (
        _IDENTIFIER,
        _token("active", "active"),
        _token("type", "type"),
        _string("name", "name", "alias"),
        _reference("partof", "partOf", target="Organization"),
    ),
    "HealthcareService": (
        _IDENTIFIER,
        _token("active", "active"),
        _string("name", "name"),
        _token("service-category", "category"),
        _token("service-type", "type"),
        _token("specialty", "specialty"),
        _reference("organization", "providedBy", target="Organization"),
        _reference("location", "location", target="Location"),
        _reference("coverage-area", "coverageArea", target="Location"),
    ),
    "Location": (
        _IDENTIFIER,
        _STATUS,
        _string("name", "name", "alias"),
        _token("type", "type"),
        _reference("partof", "partOf", target="Location"),
        _reference("organization", "managingOrganization", target="Organization"),
    ),
    "ServiceRequest": (
        _IDENTIFIER,
        _STATUS,
        _token("intent", "intent"),
        _token("priority", "priority"),
        _token("category", "category"),
        _token("code", "code"),
        _token("concern", "reasonCode"),
        _date("authored", "authoredOn"),
        _reference("requester", "requester"),
        _reference("performer", "performer"),
        *_SUBJECT,
    ),
    "Task": (
        _IDENTIFIER,
        _token("code", "code"),
        _token("intent", "intent"),
        _date("modified", "lastModified"),
        _date("period", "executionPeriod"),
    ),
    "Questionnaire": (
        _IDENTIFIER,
        _STATUS,
        _token("url", "url"),
        _string("title", "title"),
        _string("name", "name"),
    ),
    "QuestionnaireResponse": (
        _IDENTIFIER,
        _STATUS,
        _date("authored", "authored"),
        _reference("author", "author"),
        _reference("source", "source"),
        *_SUBJECT,
    ),
    "Observation": (
        _IDENTIFIER,
        _STATUS,
        _token("code", "code"),
        _token("category", "category"),
        _date("date", "effectiveDateTime", "effectivePeriod", "effectiveInstant"),
        _reference("performer", "performer"),
        *_SUBJECT,
    ),
    "Consent": (
        _IDENTIFIER,
        _STATUS,
        _token("scope", "scope"),
        _token("category", "category"),
        _date("date", "dateTime"),
        _reference("patient", "patient", target="Patient"),
        _reference("consentor", "performer"),
    ),
    "CareTeam": (
        _IDENTIFIER,
        _STATUS,
        _reference("participant", "participant.member"),
        *_SUBJECT,
    ),
    "Communication": (
        _IDENTIFIER,
        _STATUS,
        _token("category", "category"),
        _token("medium", "medium"),
        _date("sent", "sent"),
        _date("received", "received"),
        _reference("part-of", "partOf"),
        _reference("based-on", "basedOn"),
        _reference("sender", "sender"),
        _reference("recipient", "recipient"),
        *_SUBJECT,
    ),
    "CommunicationRequest": (
        _IDENTIFIER,
        _STATUS,
        _token("priority", "priority"),
        _token("medium", "medium"),
        _date("authored", "authoredOn"),
        _reference("recipient", "recipient"),
        *_SUBJECT,
    ),
    "Appointment": (
        _IDENTIFIER,
        _STATUS,
        _date("date", "start"),
        _reference("based-on", "basedOn", target="ServiceRequest"),
        _reference("actor", "participant.actor"),
        _reference("patient", "participant.actor", target="Patient"),
    ),
    "DocumentReference": (
        _IDENTIFIER,
        _STATUS,
        _token("type", "type"),
        _token("category", "category"),
        _date("date", "date"),
        _reference("author", "author"),
        *_SUBJECT,
    ),
    "Binary": (),
    "Flag": (
        _IDENTIFIER,
        _date("date", "period"),
        *_SUBJECT,
    ),
    "Provenance": (
        _date("recorded", "recorded"),
        _reference("target", "target"),
        _reference("agent", "agent.who"),
        _reference("patient", "target", target="Patient"),
    ),
    "AuditEvent": (
        _date("date", "recorded"),
        _reference("agent", "agent.who"),
        _reference("patient", "entity.what", target="Patient"),
    ),
}

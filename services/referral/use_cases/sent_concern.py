"""A concern as it arrives: resources that point at each other, and what must be so of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from services.referral.records.reading import Reading
from services.referral.records.resource import Json
from services.referral.use_cases.facts import Story
from shared.errors import Invalid, Issue
from shared.fhir.identifiers import ODS_CODE, is_system
from shared.fhir.references import reference_parts, references
from shared.fhir.types import STORED_TYPES
from shared.identity import Principal

#: A sender says with this extension on the ServiceRequest that it is not the concern already open.
NEW_CONCERN = "https://sooner.example/fhir/StructureDefinition/new-concern"


@dataclass(frozen=True, kw_only=True)
class Part:
    """One resource that was sent, and where it stood (`Bundle.entry[2].resource`)."""

    place: str
    resource: Json
    full_url: str | None = None

    @property
    def type(self) -> str:
        type: str = self.resource["resourceType"]
        return type


@dataclass(frozen=True, kw_only=True)
class SentConcern:
    """The parts of one concern; `services` are those a person chose, None for the suggestion.
    `besides` are the `fullUrl`s of what was sent along and is of a type that is not kept here."""

    parts: tuple[Part, ...]
    services: frozenset[str] | None = None
    besides: frozenset[str] = frozenset()

    @property
    def request(self) -> Part:
        """The one ServiceRequest; Invalid when there is none or more than one."""
        found = [part for part in self.parts if part.type == "ServiceRequest"]
        if len(found) != 1:
            text = f"A concern has exactly one ServiceRequest; this has {len(found)}."
            raise Invalid(Issue(text, "Bundle.entry", "required"))
        return found[0]

    @property
    def patient(self) -> Part | None:
        """The child, when they are sent along; else the request's subject is known already."""
        found = [part for part in self.parts if part.type == "Patient"]
        if len(found) > 1:
            raise Invalid(Issue("A concern is about one child.", found[1].place, "business-rule"))
        return found[0] if found else None

    @property
    def is_draft(self) -> bool:
        return bool(self.request.resource["status"] == "draft")

    @property
    def is_said_to_be_new(self) -> bool:
        extensions = self.request.resource.get("extension", [])
        return any(
            one.get("url") == NEW_CONCERN and one.get("valueBoolean") is True for one in extensions
        )

    def story(self, patient: Json) -> Story:
        responses = [p.resource for p in self.parts if p.type == "QuestionnaireResponse"]
        return Story(patient=patient, request=self.request.resource, responses=tuple(responses))


def reference_issues(record: Reading, sent: SentConcern) -> Iterator[Issue]:
    """Every reference leads to something sent along, or kept here and visible to the sender."""
    sent_along = {part.full_url for part in sent.parts if part.full_url} | sent.besides
    for part in sent.parts:
        for path, reference in references(part.resource):
            if not _leads_somewhere(record, reference, sent_along):
                text = "This reference leads to nothing that was sent along or that you may see."
                yield Issue(text, f"{part.place}.{path}", "not-found")


def _leads_somewhere(record: Reading, reference: str, sent_along: set[str]) -> bool:
    if reference in sent_along or reference.startswith("#"):
        return True
    if reference.startswith(("urn:", "http://", "https://")):
        return not reference.startswith("urn:uuid:")
    parts = reference_parts(reference)
    if parts is None or parts[0] not in STORED_TYPES:
        return True
    return record.find(*parts) is not None


def subject_issues(sent: SentConcern) -> Iterator[Issue]:
    """Everything that was sent is about the one child, or about a place that was sent along."""
    request = sent.request
    patient = sent.patient
    subject = request.resource.get("subject", {}).get("reference")
    places = {part.full_url for part in sent.parts if part.type == "Location"} - {None}
    for part in sent.parts:
        for element in ("subject", "patient"):
            about = part.resource.get(element, {})
            if about and about.get("reference") not in {subject, *places}:
                text = "This is about somebody else than the child of the ServiceRequest."
                yield Issue(text, f"{part.place}.{element}", "business-rule")
    if patient and subject != patient.full_url:
        text = "The child who was sent along is not the subject of the ServiceRequest."
        yield Issue(text, f"{request.place}.subject", "business-rule")


def requester_issues(record: Reading, sent: SentConcern, who: Principal) -> Iterator[Issue]:
    """Nobody raises a concern in another organisation's name."""
    request = sent.request
    requester = request.resource.get("requester")
    if requester and not _is_own(record, requester, sent, who):
        text = "The requester is not your organisation, and nobody works for it in your name."
        yield Issue(text, f"{request.place}.requester", "forbidden")


def _is_own(record: Reading, requester: Json, sent: SentConcern, who: Principal) -> bool:
    reference = requester.get("reference")
    if not reference:
        return _is_own_identifier(record, requester.get("identifier", {}), who)
    for part in sent.parts:
        if part.full_url == reference:
            return part.type != "Organization" or _names_own(record, part.resource, who)
    if reference in (f"Organization/{who.organisation}", f"Practitioner/{who.id}"):
        return True
    parts = reference_parts(reference)
    role = record.find(*parts) if parts and parts[0] == "PractitionerRole" else None
    employer = role.json.get("organization", {}) if role else {}
    return bool(employer.get("reference") == f"Organization/{who.organisation}")


def _names_own(record: Reading, organisation: Json, who: Principal) -> bool:
    return any(
        _is_own_identifier(record, identifier, who)
        for identifier in organisation.get("identifier", [])
    )


def _is_own_identifier(record: Reading, identifier: Mapping[str, str], who: Principal) -> bool:
    own = record.find("Organization", who.organisation or "")
    mine = own.json.get("identifier", []) if own else []
    return any(
        one.get("value") == identifier.get("value")
        and is_system(identifier.get("system"), one.get("system", ODS_CODE))
        for one in mine
    )

"""All that is kept of one child, in an order that stays as it is while more is added."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import col, select

from services.referral.records.instants import span
from services.referral.records.look_up import look_up
from services.referral.records.reading import Reading
from services.referral.records.resource import Json, Resource, to_resource
from services.referral.records.tables import ResourceRow, SearchRow
from shared.fhir.references import reference_parts, references

#: What belongs to no child, and is given along where something of the child points at it.
POINTED_AT = frozenset(
    {"Practitioner", "PractitionerRole", "Organization", "HealthcareService", "Location"}
)
#: From a role to a person or a service, from that to an organisation, and to the one above.
_STEPS = 3
#: When something was done, for the types that say so: `start` and `end` of `$everything`.
_DONE: dict[str, tuple[str, ...]] = {
    "Appointment": ("start",),
    "CareTeam": ("period",),
    "Communication": ("sent",),
    "CommunicationRequest": ("authoredOn",),
    "Consent": ("dateTime",),
    "DocumentReference": ("date",),
    "Flag": ("period",),
    "Observation": ("effectiveDateTime", "effectivePeriod", "effectiveInstant"),
    "Provenance": ("recorded",),
    "QuestionnaireResponse": ("authored",),
    "ServiceRequest": ("authoredOn",),
    "Task": ("authoredOn",),
}


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which of it: of these types, changed at or after `since`, and done between two days of FHIR;
    what says no day counts as between. None means that all do."""

    types: Collection[str]
    since: datetime | None = None
    start: str | None = None
    end: str | None = None
    fits_days: tuple[str, str] = field(init=False)

    def __post_init__(self) -> None:
        first = span(self.start)[0] if self.start else ""
        last = span(self.end)[1] if self.end else "9999-12-31T23:59:59.999999Z"
        object.__setattr__(self, "fits_days", (first, last))

    def fits(self, one: Resource) -> bool:
        is_new = self.since is None or one.last_updated >= self.since
        return one.type in self.types and is_new and self._is_between(one)

    def _is_between(self, one: Resource) -> bool:
        if not (self.start or self.end):
            return True
        first, last = self.fits_days
        return all(low <= last and high >= first for low, high in _done(one))


def of_child_after(record: Reading, child: str, wanted: Wanted, after: str) -> Iterator[Resource]:
    """What belongs to the child and fits, without the Patient, by id from after that one on."""
    rows = select(ResourceRow).where(
        ResourceRow.child_id == child,
        ResourceRow.type != "Patient",
        col(ResourceRow.type).in_(sorted(wanted.types)),
        col(ResourceRow.deleted).is_(False),
        col(ResourceRow.id) > after,
    )
    if wanted.since:
        rows = rows.where(col(ResourceRow.last_updated) >= wanted.since)
    found = record.session.exec(rows.order_by(col(ResourceRow.id)))
    return (one for one in map(to_resource, found) if wanted.fits(one))


def pointed_at(record: Reading, patient: Resource, wanted: Wanted) -> list[Resource]:
    """Whom and what the child's whole record names, each once, by `Type/id`."""
    record_of_child = [patient, *record.of_child(patient.id)]
    found: dict[str, Resource] = {one.reference: one for one in _forms(record, record_of_child)}
    new: Iterable[Resource] = record_of_child
    for _ in range(_STEPS):
        named = {one for resource in new for one in _named(resource)} - found.keys()
        looked_up = look_up(record, named)
        found |= looked_up
        new = list(looked_up.values())
    return [found[key] for key in sorted(found) if wanted.fits(found[key])]


def _named(resource: Resource) -> Iterator[str]:
    for _, reference in references(resource.json):
        parts = reference_parts(reference)
        if parts and parts[0] in POINTED_AT and reference.startswith(parts[0]):
            yield f"{parts[0]}/{parts[1]}"


def _forms(record: Reading, found: Iterable[Resource]) -> list[Resource]:
    """The questionnaires that were answered, as far as they are kept here."""
    urls = {
        one.json["questionnaire"].partition("|")[0]
        for one in found
        if one.type == "QuestionnaireResponse" and "questionnaire" in one.json
    }
    if not urls:
        return []
    known = select(SearchRow.id).where(
        SearchRow.type == "Questionnaire",
        SearchRow.param == "url",
        col(SearchRow.value).in_(sorted(urls)),
    )
    rows = select(ResourceRow).where(
        ResourceRow.type == "Questionnaire", col(ResourceRow.id).in_(known)
    )
    return [to_resource(row) for row in record.session.exec(rows)]


def _done(one: Resource) -> Iterator[tuple[str, str]]:
    for name in _DONE.get(one.type, ()):
        value: Any = one.json.get(name)
        if isinstance(value, str):
            yield span(value)
        elif value:
            yield _low(value), _high(value)


def _low(period: Json) -> str:
    return span(period["start"])[0] if "start" in period else ""


def _high(period: Json) -> str:
    return span(period["end"])[1] if "end" in period else "9999"

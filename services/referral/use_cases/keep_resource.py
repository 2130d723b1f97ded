"""Keep one resource that another system sent, or a new version of it."""

from services.referral.domain import access
from services.referral.domain.access import Compartments
from services.referral.records.reading import Reading
from services.referral.records.resource import Json, Place, Resource
from services.referral.records.writing import Writing
from services.referral.use_cases.check_resource import reference_issues
from services.referral.use_cases.circumstances import Rulebook
from services.referral.use_cases.concern_changes import refreshed_queue
from shared.errors import Invalid, Issue, Stale
from shared.fhir.references import reference_parts, references

#: What nobody sends, and why.
NOT_SENT = {
    "Task": "Tasks are made by routing: send a ServiceRequest, or a concern as a transaction.",
    "AuditEvent": "The audit is written by the server alone, and nobody can change it.",
}


def create_resource(sent: Json, *, record: Writing, rules: Rulebook) -> Resource:
    """Version 1 of a resource sent by itself. Raises Invalid when a reference leads nowhere."""
    type = sent["resourceType"]
    if type in NOT_SENT:
        raise Invalid(Issue(NOT_SENT[type], type, "business-rule"))
    _check_references(sent, record)
    made = record.create(sent, _place(sent, record, rules))
    record.note("create", made)
    return made


def update_resource(
    type: str, id: str, sent: Json, *, record: Writing, version: int | None
) -> Resource:
    """The next version. Stale when `version` is given and is not the newest."""
    old = record.resource(type, id)
    access.check_change(record.who, type, old.place.origin)
    if version is not None and version != old.version:
        raise Stale(f"This is at version {old.version} now, not at {version}.")
    _check_references(sent, record)
    made = record.update(old, sent)
    if type in ("Patient", "ServiceRequest"):
        refreshed_queue(record, made)
    record.note("update", made)
    return made


def _check_references(sent: Json, record: Reading) -> None:
    issues = list(reference_issues(sent, record=record, place=sent["resourceType"]))
    if issues:
        raise Invalid(*issues)


def _place(sent: Json, record: Reading, rules: Rulebook) -> Place:
    """Beside the concern or the child that it is about; else with the organisation alone."""
    who = record.who
    about = [parts for _, one in references(sent) if (parts := reference_parts(one))]
    for wanted in ("ServiceRequest", "Task", "Patient"):
        for type, id in about:
            found = record.find(type, id) if type == wanted else None
            if found:
                child = found.id if type == "Patient" else found.place.child
                return Place(
                    tags=found.place.tags,
                    child=child,
                    concern=found.place.concern,
                    origin=who.organisation,
                )
    where = Compartments(
        areas=frozenset({rules.policies.places.county}),
        organisations=frozenset({who.organisation} if who.organisation else ()),
        services=who.services,
    )
    return Place(tags=access.tags_of_record(where), origin=who.organisation)

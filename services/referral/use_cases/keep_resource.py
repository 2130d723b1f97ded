"""Keep one resource that another system sent, or a new version of it."""

import json
from decimal import Decimal

from services.referral.domain import access
from services.referral.domain.access import Compartments
from services.referral.records.marking import marked
from services.referral.records.reading import Reading
from services.referral.records.resource import Json, Place, Resource, with_server_parts
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


def create_resource(
    sent: Json,
    *,
    record: Writing,
    rules: Rulebook,
    id: str | None = None,
    sent_along: frozenset[str] = frozenset(),
) -> Resource:
    """Version 1 of a resource. Raises Invalid when a reference leads nowhere.

    `sent_along` are references to what the same transaction is about to keep.
    """
    type = sent["resourceType"]
    if type in NOT_SENT:
        raise Invalid(Issue(NOT_SENT[type], type, "business-rule"))
    _check_references(sent, record, sent_along)
    made = record.create(sent, _place(sent, record, rules), id=id)
    record.note("create", made)
    return made


def update_resource(
    type: str, id: str, sent: Json, *, record: Writing, version: int | None
) -> Resource:
    """The next version. Stale when `version` is given and is not the newest."""
    old = record.resource(type, id)
    check_update(old, record=record, version=version)
    before = frozenset(reference for _, reference in references(old.json))
    _check_references(sent, record, before)
    made = record.update(old, sent)
    if type == "Patient" or (type == "ServiceRequest" and made.place.concern):
        refreshed_queue(record, made)
    record.note("update", made)
    return made


def check_update(old: Resource, *, record: Writing, version: int | None) -> None:
    """NotAllowed, or Stale when `version` is given and is not the newest."""
    access.check_change(record.who, old.type, old.place.origin)
    if version is not None and version != old.version:
        raise Stale(f"This is at version {old.version} now, not at {version}.")


def is_as_kept(old: Resource, sent: Json) -> bool:
    """Whether what was sent says what is kept, to the digit of each decimal."""
    now = with_server_parts(marked(sent), id=old.id, version=old.version, now=old.last_updated)
    return _spelt(now) == _spelt(old.json)


def unchanged(old: Resource, *, record: Writing) -> Resource:
    """The version that there is: nothing was changed, so that sending it again does no harm."""
    record.note("update", old, "unchanged")
    return old


def _spelt(resource: Json) -> str:
    return json.dumps(resource, sort_keys=True, default=_digits)


def _digits(number: Decimal) -> list[str]:
    return ["decimal", str(number)]


def _check_references(sent: Json, record: Reading, known: frozenset[str]) -> None:
    """What the version before led to was looked at when it came, and may have been deleted."""
    place = sent["resourceType"]
    issues = list(reference_issues(sent, record=record, place=place, known=known))
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

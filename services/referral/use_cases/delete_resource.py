"""Delete what may go: it is left out from then on, and its versions are kept all the same."""

from collections.abc import Mapping

from services.referral.domain import access
from services.referral.records.resource import Resource
from services.referral.records.writing import Writing
from shared.errors import Conflict, Failure, Stale

IN_ERROR = "entered-in-error"
#: What may be deleted, and in which statuses: what was never said, and what was said in error.
MAY_GO: Mapping[str, frozenset[str]] = {
    "Appointment": frozenset({"proposed", "cancelled", IN_ERROR}),
    "DocumentReference": frozenset({IN_ERROR}),
    "Flag": frozenset({IN_ERROR}),
    "Observation": frozenset({"registered", "preliminary", "cancelled", IN_ERROR}),
    "Questionnaire": frozenset({"draft"}),
    "QuestionnaireResponse": frozenset({"in-progress", IN_ERROR}),
}
_DIRECTORY = "Records point to it. Say by update that it is not active any more."
_STORY = "It is part of a child's story."
#: Why all else stays.
STAYS: Mapping[str, str] = {
    "AuditEvent": "Who looked and who wrote is evidence.",
    "Binary": "A document stays as it was sent; mark its DocumentReference as entered-in-error.",
    "CareTeam": "Who looked after a child, and when, stays known.",
    "Communication": "What was said stays said.",
    "CommunicationRequest": "What was asked for may have been sent.",
    "Consent": "What a family agreed to, and when, is evidence; update it with the new decision.",
    "HealthcareService": _DIRECTORY,
    "Location": _DIRECTORY,
    "Organization": _DIRECTORY,
    "Patient": f"{_STORY} Put right by update what is wrong with it.",
    "Practitioner": _DIRECTORY,
    "PractitionerRole": _DIRECTORY,
    "Provenance": "Where a part of the record came from is evidence.",
    "RelatedPerson": f"{_STORY} Say by update that it is not active any more.",
    "ServiceRequest": f"{_STORY} Update it with the status revoked and a note that says why.",
    "Task": "A referral ends by a move: cancelled, rejected or entered-in-error.",
}


class Stays(Failure):
    """A type of which nothing is ever deleted."""


def check_may_go(type: str) -> None:
    """Stays, with the reason, unless something of this type can be deleted."""
    if type not in MAY_GO:
        raise Stays(f"A {type} is not deleted. {STAYS[type]}")


def delete_resource(type: str, id: str, *, record: Writing, version: int | None) -> Resource:
    """The version that says so; the newest one when it was deleted before.

    Raises Stays, NotFound, NotAllowed, Stale, and Conflict when its status says that it counts.
    """
    check_may_go(type)
    old = record.newest(type, id)
    if old is None or not old.deleted:
        old = record.resource(type, id)
    access.check_change(record.who, type, old.place.origin)
    if version is not None and version != old.version:
        raise Stale(f"This is at version {old.version} now, not at {version}.")
    if old.deleted:
        return old
    _check_status(old)
    made = record.delete(old)
    record.note("delete", made)
    return made


def _check_status(old: Resource) -> None:
    """Of a concern only what was wrong goes: what was not finished has been read all the same."""
    allowed = MAY_GO[old.type] & {IN_ERROR} if old.place.concern else MAY_GO[old.type]
    status = old.json.get("status")
    if status not in allowed:
        where = " that belongs to a concern" if old.place.concern else ""
        when = " or ".join(sorted(allowed)) or "never"
        text = f"A {old.type}{where} is deleted only when its status is {when}, not {status}."
        raise Conflict(text)

"""A line of the audit as an AuditEvent, in the manner of IHE's Basic Audit Log Patterns.

https://profiles.ihe.net/ITI/BALP/
"""

from services.referral.domain.moves import MOVES, Move
from services.referral.records.resource import Json, Place, Resource, instant, to_text
from services.referral.records.tables import AuditRow
from shared.fhir.codes import MOVE

_TYPES = "http://terminology.hl7.org/CodeSystem/audit-event-type"
_DICOM = "http://dicom.nema.org/resources/ontology/DCM"
_RESTFUL = "http://hl7.org/fhir/restful-interaction"
_ENTITY_TYPES = "http://terminology.hl7.org/CodeSystem/audit-entity-type"
_ENTITY_ROLES = "http://terminology.hl7.org/CodeSystem/object-role"
_PARTS = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"

Coded = tuple[str, str]

_REST: Coded = (_TYPES, "rest")
_SIGN_IN: Coded = (_DICOM, "110114")
#: DICOM: security alert, and user security attributes changed.
_SECURITY: tuple[Coded, Coded, str] = ((_DICOM, "110113"), (_DICOM, "110137"), "U")

#: What was done: its type, its subtype, and which of create, read, update, delete and execute.
KINDS: dict[str, tuple[Coded, Coded, str]] = {
    "read": (_REST, (_RESTFUL, "read"), "R"),
    "copy": (_REST, (_RESTFUL, "read"), "R"),
    "vread": (_REST, (_RESTFUL, "vread"), "R"),
    "history": (_REST, (_RESTFUL, "history-instance"), "R"),
    "everything": (_REST, (_RESTFUL, "operation"), "R"),
    "match": (_REST, (_RESTFUL, "operation"), "E"),
    "moves": (_REST, (_RESTFUL, "operation"), "R"),
    "route": (_REST, (_RESTFUL, "operation"), "E"),
    "validate": (_REST, (_RESTFUL, "operation"), "E"),
    "form": (_REST, (_RESTFUL, "read"), "R"),
    "looked": (_REST, (_RESTFUL, "search-type"), "R"),
    "search": (_REST, (_RESTFUL, "search-type"), "E"),
    "queue": (_REST, (_RESTFUL, "search-type"), "E"),
    "list": (_REST, (_RESTFUL, "search-type"), "E"),
    "messages": (_REST, (_RESTFUL, "search-type"), "E"),
    "refuse": (_REST, (_RESTFUL, "read"), "R"),
    "directory": (_REST, (_RESTFUL, "search-type"), "E"),
    "draft-read": (_REST, (_RESTFUL, "read"), "R"),
    "draft-start": (_REST, (_RESTFUL, "create"), "C"),
    "unusual": (_REST, (_RESTFUL, "search-type"), "E"),
    "verify": (_REST, (_RESTFUL, "search-type"), "E"),
    "client-list": (_REST, (_RESTFUL, "search-type"), "E"),
    "create": (_REST, (_RESTFUL, "create"), "C"),
    "raise": (_REST, (_RESTFUL, "create"), "C"),
    "draft": (_REST, (_RESTFUL, "create"), "C"),
    "message": (_REST, (_RESTFUL, "create"), "C"),
    "address": (_REST, (_RESTFUL, "read"), "R"),
    "no-address": (_REST, (_RESTFUL, "read"), "R"),
    "sign-in": (_SIGN_IN, (_DICOM, "110122"), "E"),
    "sign-in-refused": (_SIGN_IN, (_DICOM, "110122"), "E"),
    "sign-out": (_SIGN_IN, (_DICOM, "110123"), "E"),
    "session-ended": (_SIGN_IN, (_DICOM, "110123"), "E"),
    "password-changed": _SECURITY,
    "second-factor-added": _SECURITY,
    "second-factor-removed": _SECURITY,
    "recovery-codes": _SECURITY,
    "account-recovered": _SECURITY,
    "account-added": _SECURITY,
    "account-linked": _SECURITY,
    "account-changed": _SECURITY,
    "account-emptied": _SECURITY,
    "person-joined": _SECURITY,
    "person-changed": _SECURITY,
    "person-left": _SECURITY,
    "password-refused": (_SIGN_IN, (_DICOM, "110122"), "E"),
    "password-link-refused": (_SIGN_IN, (_DICOM, "110122"), "E"),
    "second-step-asked": (_SIGN_IN, (_DICOM, "110122"), "E"),
    "way-in-asked": (_SIGN_IN, (_DICOM, "110122"), "E"),
    "way-in-refused": (_SIGN_IN, (_DICOM, "110122"), "E"),
    "way-in-unasked": (_SIGN_IN, (_DICOM, "110122"), "E"),
    "people": (_REST, (_RESTFUL, "search-type"), "E"),
    "person": (_REST, (_RESTFUL, "read"), "R"),
    "absences": (_REST, (_RESTFUL, "search-type"), "E"),
    "carers": (_REST, (_RESTFUL, "search-type"), "E"),
    "sharing": (_REST, (_RESTFUL, "read"), "R"),
    "emergency-list": (_REST, (_RESTFUL, "search-type"), "E"),
    "emergency-read": (_REST, (_RESTFUL, "read"), "R"),
    "emergency-nobody": (_REST, (_RESTFUL, "search-type"), "E"),
    "emergency-refused": (_REST, (_RESTFUL, "search-type"), "E"),
    "admin-refused": (_REST, (_RESTFUL, "read"), "R"),
    "form-kept": (_REST, (_RESTFUL, "create"), "C"),
    "form-read": (_REST, (_RESTFUL, "read"), "R"),
    "form-dropped": (_REST, (_RESTFUL, "delete"), "D"),
    "token": (_SIGN_IN, (_DICOM, "110122"), "E"),
    "token-refused": (_SIGN_IN, (_DICOM, "110122"), "E"),
}
_OTHERWISE = (_REST, (_RESTFUL, "update"), "U")
REFUSED = frozenset(
    {
        "refuse",
        "sign-in-refused",
        "password-refused",
        "password-link-refused",
        "way-in-refused",
        "admin-refused",
        "emergency-refused",
        "emergency-nobody",
        "token-refused",
        "no-address",
        "events-refused",
        "recipients-refused",
    }
)


def to_audit_event(line: AuditRow) -> Resource:
    """The line as a resource of version 1: there is never another."""
    type, subtype, action = KINDS.get(line.action, _OTHERWISE)
    json: Json = {
        "resourceType": "AuditEvent",
        "id": line.id,
        "meta": {"versionId": "1", "lastUpdated": instant(line.at)},
        "type": _coding(type),
        "subtype": [_coding(subtype), *_move(line.action)],
        "action": action,
        "recorded": instant(line.at),
        "outcome": "4" if line.action in REFUSED else "0",
        "agent": list(_agents(line)),
        "source": {"observer": {"display": "Sooner"}},
    }
    if line.detail:
        json["outcomeDesc"] = line.detail
    if entities := _entities(line):
        json["entity"] = entities
    return Resource(
        type="AuditEvent",
        id=line.id,
        version=1,
        last_updated=line.at,
        body=to_text(json),
        place=Place(tags=frozenset(line.tags), child=line.child_id),
    )


def _coding(coded: Coded) -> Json:
    return {"system": coded[0], "code": coded[1]}


def _move(action: str) -> list[Json]:
    known = action in set(Move)
    return [{"system": MOVE, "code": action, "display": MOVES[Move(action)].label}] if known else []


def _agents(line: AuditRow) -> list[Json]:
    """Whoever asked, and the system that they asked by."""
    asker: Json = {
        "type": {"coding": [_coding((_PARTS, "IRCP"))]},
        "who": {"reference": line.who},
        "requestor": True,
    }
    if not line.client:
        return [asker]
    system = {
        "type": {"coding": [_coding((_DICOM, "110153"))]},
        "who": {"identifier": {"value": line.client}},
        "requestor": False,
    }
    return [asker, system]


def _entities(line: AuditRow) -> list[Json]:
    """The child, and the record itself where it is another."""
    entities = []
    if line.child_id:
        entities.append(_entity(f"Patient/{line.child_id}", kind="1", role="1"))
    if line.resource_id and line.type != "Patient":
        what = f"{line.type}/{line.resource_id}"
        version = f"/_history/{line.version}" if line.version else ""
        entities.append(_entity(f"{what}{version}", kind="2", role="4"))
    return entities


def _entity(reference: str, *, kind: str, role: str) -> Json:
    return {
        "what": {"reference": reference},
        "type": _coding((_ENTITY_TYPES, kind)),
        "role": _coding((_ENTITY_ROLES, role)),
    }

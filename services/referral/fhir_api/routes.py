"""The FHIR REST API: each route asks a use case and answers with the stored bytes."""

from typing import Any

from fastapi import APIRouter, Header, Request
from fastapi.responses import Response

from services.referral.fhir_api.answers import (
    json_answer,
    resource_answer,
)
from services.referral.fhir_api.asking import (
    At,
    Body,
    Changing,
    Creating,
    Id,
    IfMatch,
    Sent,
    Who,
)
from services.referral.fhir_api.changed import keep_changed, says_changed
from services.referral.fhir_api.code_systems import OWN
from services.referral.fhir_api.patching import patched
from services.referral.fhir_api.tasks import change_task
from services.referral.fhir_api.transactions import take_transaction
from services.referral.records.resource import Json, Resource
from services.referral.records.writing import Writing
from services.referral.use_cases.ask_for_message import ask_for_message
from services.referral.use_cases.change_consent import change_consent, create_consent
from services.referral.use_cases.change_request import change_request
from services.referral.use_cases.keep_resource import NOT_SENT, create_resource, update_resource
from services.referral.use_cases.leaving import as_changed, leaving
from services.referral.use_cases.new_risks import take_new_risks
from services.referral.use_cases.raise_concern import raise_concern
from services.referral.use_cases.sent_concern import Part, SentConcern
from services.referral.use_cases.sent_documents import check_documents
from services.referral.use_cases.workplace import Workplace
from shared.errors import Invalid, Issue
from shared.fhir.check import check, is_refused

#: Longer ones do not fit into an index of the database.
LONGEST_KEY = 255

router = APIRouter(prefix="/fhir")


@router.post("")
@router.post("/", include_in_schema=False)
def transaction(
    sent: Sent,
    body: Body,
    who: Who,
    at: At,
    idempotency_key: str | None = Header(None, max_length=LONGEST_KEY),
) -> Response:
    """A concern, or resources that belong together, as a transaction Bundle."""
    return json_answer(take_transaction(sent, body, key=idempotency_key, who=who, at=at))


@router.post("/{type}")
def create(type: str, sent: Sent, who: Creating, at: At) -> Response:
    now = at.clock()
    _check_body(type, None, sent, at)
    with at.records.writing(who, now=now) as record:
        made = leaving(_created(sent, record, at), record)
    return resource_answer(made, 201)


@router.put("/{type}/{id}")
def update(type: str, id: Id, sent: Sent, who: Changing, at: At, version: IfMatch) -> Response:
    _check_changes(type)
    now = at.clock()
    _check_body(type, id, sent, at)
    with at.records.writing(who, now=now) as record:
        old = record.resource(type, id)
        made = leaving(_changed(old, sent, version, record, at), record)
    return resource_answer(made)


@router.patch("/{type}/{id}")
def patch(
    type: str, id: Id, request: Request, sent: Sent, who: Changing, at: At, version: IfMatch
) -> Response:
    _check_changes(type)
    now = at.clock()
    with at.records.writing(who, now=now) as record:
        old = record.resource(type, id)
        changed = patched(leaving(old, record).json, sent, request.headers.get("content-type", ""))
        _check_body(type, id, changed, at, kept=old.json)
        made = leaving(_changed(old, changed, version, record, at), record)
    return resource_answer(made)


def _created(sent: Json, record: Writing, at: Workplace) -> Resource:
    """A ServiceRequest about a child who is kept here is a concern, however it comes in."""
    subject = sent.get("subject", {}).get("reference", "")
    if sent["resourceType"] == "ServiceRequest" and subject.startswith("Patient/"):
        alone = SentConcern(parts=(Part(place="ServiceRequest", resource=sent),))
        return raise_concern(alone, record=record, rules=at.rules).kept[0]
    if sent["resourceType"] == "Consent":
        return create_consent(sent, record=record, rules=at.rules)
    if sent["resourceType"] == "CommunicationRequest":
        return ask_for_message(sent, record=record, rules=at.rules)
    if says_changed(sent):
        return keep_changed(sent, record=record, rules=at.rules)
    made = create_resource(sent, record=record, rules=at.rules)
    take_new_risks([made], record=record, rules=at.rules)
    return made


def _changed(
    old: Resource, sent: Json, version: int | None, record: Writing, at: Workplace
) -> Resource:
    sent = as_changed(old, sent, record)
    if old.type == "Task":
        return change_task(old, sent, version, record=record, at=at)
    if old.type == "ServiceRequest" and sent["status"] != old.json["status"]:
        return change_request(old, sent, version, record=record, rules=at.rules)
    if old.type == "Consent":
        return change_consent(old, sent, version, record=record, rules=at.rules)
    made = update_resource(old.type, old.id, sent, record=record, version=version)
    take_new_risks([made], record=record, rules=at.rules)
    return made


def _check_changes(type: str) -> None:
    if type == "AuditEvent":
        raise Invalid(Issue(NOT_SENT[type], type, "business-rule"))


def _check_body(
    type: str, id: str | None, sent: Any, at: Workplace, *, kept: Json | None = None
) -> None:
    issues = check(sent, now=at.clock(), code_systems=OWN)
    if not is_refused(issues) and sent["resourceType"] != type:
        text = f"This is a {sent['resourceType']}, and {type} was addressed."
        issues.append(Issue(text, "resourceType", "value"))
    if not is_refused(issues) and id is not None and sent.get("id") != id:
        issues.append(
            Issue("The id of the body is not that of the address.", f"{type}.id", "value")
        )
    if is_refused(issues):
        raise Invalid(*issues)
    check_documents(sent, scan=at.scan, kept=kept)

"""The FHIR REST API: each route asks a use case and answers with the stored bytes."""

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
from services.referral.fhir_api.keeping import changed, checked_body, created
from services.referral.fhir_api.patching import patched
from services.referral.fhir_api.transactions import take_transaction
from services.referral.use_cases.keep_resource import NOT_SENT
from services.referral.use_cases.leaving import leaving
from shared.errors import Invalid, Issue

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
    checked_body(type, None, sent, at)
    with at.records.writing(who, now=now) as record:
        made = leaving(created(sent, record, at), record)
    return resource_answer(made, 201)


@router.put("/{type}/{id}")
def update(type: str, id: Id, sent: Sent, who: Changing, at: At, version: IfMatch) -> Response:
    _check_changes(type)
    now = at.clock()
    checked_body(type, id, sent, at)
    with at.records.writing(who, now=now) as record:
        old = record.resource(type, id)
        made = leaving(changed(old, sent, version, record, at), record)
    return resource_answer(made)


@router.patch("/{type}/{id}")
def patch(
    type: str, id: Id, request: Request, sent: Sent, who: Changing, at: At, version: IfMatch
) -> Response:
    _check_changes(type)
    now = at.clock()
    with at.records.writing(who, now=now) as record:
        old = record.resource(type, id)
        after = patched(leaving(old, record).json, sent, request.headers.get("content-type", ""))
        checked_body(type, id, after, at, kept=old.json)
        made = leaving(changed(old, after, version, record, at), record)
    return resource_answer(made)


def _check_changes(type: str) -> None:
    if type == "AuditEvent":
        raise Invalid(Issue(NOT_SENT[type], type, "business-rule"))

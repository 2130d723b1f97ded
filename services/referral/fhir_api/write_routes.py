"""Writing over the FHIR REST API: create, update, patch and delete, by id or by a query."""

from fastapi import APIRouter, Header, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from services.referral.domain.scopes import Interaction
from services.referral.fhir_api.answers import json_answer
from services.referral.fhir_api.asking import (
    At,
    Body,
    Changing,
    Creating,
    Deleting,
    Id,
    IfMatch,
    Sent,
    Who,
    check_scope,
)
from services.referral.fhir_api.batches import is_batch, take_batch
from services.referral.fhir_api.conditional import NoneExists, Which
from services.referral.fhir_api.keeping import (
    checked_body,
    create_unless,
    match_to_patch,
    patch_one,
    to_change,
    update_match,
    update_one,
)
from services.referral.fhir_api.prefer import Prefer, written_answer
from services.referral.fhir_api.transactions import take_transaction
from services.referral.use_cases.delete_resource import Stays, check_may_go, delete_resource
from services.referral.use_cases.leaving import leaving
from shared.errors import Invalid, Issue
from shared.identity import Principal

#: Longer ones do not fit into an index of the database.
LONGEST_KEY = 255

router = APIRouter(prefix="/fhir")


@router.post("")
@router.post("/", include_in_schema=False)
async def transaction(
    sent: Sent,
    body: Body,
    request: Request,
    who: Who,
    at: At,
    prefer: Prefer,
    idempotency_key: str | None = Header(None, max_length=LONGEST_KEY),
) -> Response:
    """A concern, or resources that belong together, as a transaction Bundle; or a batch of requests
    that do not."""
    base = f"{request.base_url}fhir/"
    if is_batch(sent):
        _check_no_key(idempotency_key)
        return json_answer(
            await take_batch(sent, request, base=base, wanted=prefer, now=at.clock())
        )
    answer = await run_in_threadpool(
        take_transaction, sent, body, key=idempotency_key, wanted=prefer, base=base, who=who, at=at
    )
    return json_answer(answer)


@router.post("/{type}")
def create(
    type: str, sent: Sent, who: Creating, at: At, unless: NoneExists, prefer: Prefer
) -> Response:
    """A new resource; with If-None-Exist only where none fits that query."""
    if unless:
        check_scope(who, type, Interaction.READ, Interaction.SEARCH)
    now = at.clock()
    warnings = checked_body(type, None, sent, at, who)
    with at.records.writing(who, now=now) as record:
        kept, is_new = create_unless(sent, unless, record, at)
        made = leaving(kept, record)
    return written_answer(made, 201 if is_new else 200, prefer, warnings)


@router.put("/{type}/{id}")
def update(
    type: str, id: Id, sent: Sent, who: Changing, at: At, version: IfMatch, prefer: Prefer
) -> Response:
    """The next version of a resource."""
    now = at.clock()
    warnings = checked_body(type, id, sent, at, who)
    with at.records.writing(who, now=now) as record:
        made = leaving(update_one(type, id, sent, version, record, at), record)
    return written_answer(made, 200, prefer, warnings)


@router.put("/{type}")
def update_by_query(
    type: str, which: Which, sent: Sent, who: Changing, at: At, version: IfMatch, prefer: Prefer
) -> Response:
    """The next version of the one resource that fits the query; a new one where none does."""
    _check_query_scope(who, type, Interaction.CREATE)
    now = at.clock()
    warnings = checked_body(type, None, sent, at, who)
    with at.records.writing(who, now=now) as record:
        kept, is_new = update_match(type, _said(which, type), sent, version, record, at)
        made = leaving(kept, record)
    return written_answer(made, 201 if is_new else 200, prefer, warnings)


@router.patch("/{type}/{id}")
def patch(
    type: str,
    id: Id,
    request: Request,
    sent: Sent,
    who: Changing,
    at: At,
    version: IfMatch,
    prefer: Prefer,
) -> Response:
    """The next version after a JSON Patch, a FHIRPath Patch or a merge patch."""
    now = at.clock()
    kind = request.headers.get("content-type", "")
    with at.records.writing(who, now=now) as record:
        old = to_change(type, id, record)
        kept, warnings = patch_one(old, sent, kind, version, record, at)
        made = leaving(kept, record)
    return written_answer(made, 200, prefer, warnings)


@router.patch("/{type}")
def patch_by_query(
    type: str,
    which: Which,
    request: Request,
    sent: Sent,
    who: Changing,
    at: At,
    version: IfMatch,
    prefer: Prefer,
) -> Response:
    """The same for the one resource that fits the query."""
    _check_query_scope(who, type)
    now = at.clock()
    kind = request.headers.get("content-type", "")
    with at.records.writing(who, now=now) as record:
        old = match_to_patch(type, _said(which, type), record)
        kept, warnings = patch_one(old, sent, kind, version, record, at)
        made = leaving(kept, record)
    return written_answer(made, 200, prefer, warnings)


@router.delete("/{type}/{id}", status_code=204)
def delete(type: str, id: Id, who: Deleting, at: At, version: IfMatch) -> Response:
    """A version that says it is deleted; refused for what must stay."""
    with at.records.writing(who, now=at.clock()) as record:
        made = delete_resource(type, id, record=record, version=version)
    return Response(status_code=204, headers={"ETag": f'W/"{made.version}"'})


@router.delete("/{type}", status_code=204)
def delete_by_query(type: str, who: Deleting) -> Response:
    """Not offered: a query that fits more than was meant would take them all."""
    check_may_go(type)
    raise Stays("Nothing is deleted by a query. Search first, then delete each by its id.")


def _check_no_key(key: str | None) -> None:
    if key is not None:
        text = "The entries of a batch are taken one by one: give each its own ifNoneExist."
        raise Invalid(Issue(text, code="not-supported"))


def _check_query_scope(who: Principal, type: str, *more: Interaction) -> None:
    """Whoever finds by a query searches; what comes back is read."""
    check_scope(who, type, Interaction.READ, Interaction.SEARCH, *more)


def _said(which: str | None, type: str) -> str:
    if which is None:
        raise Invalid(Issue(f"Say which: {type}/id, or {type}?identifier=….", code="value"))
    return which

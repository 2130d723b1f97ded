"""The audit over the API: searched and read, and written by nobody."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.referral.domain.scopes import Interaction
from services.referral.fhir_api.answers import json_answer, resource_answer
from services.referral.fhir_api.asking import At, Id, Who, check_scope
from services.referral.fhir_api.audit_event import to_audit_event
from services.referral.fhir_api.searching import query_of, searchset
from services.referral.records.search import Page
from services.referral.use_cases.read_audit import read_audit, search_audit
from shared.fhir.json import write_json

router = APIRouter(prefix="/fhir/AuditEvent")


@router.get("")
def search(request: Request, who: Who, at: At) -> Response:
    """By patient, date and agent, newest first."""
    check_scope(who, "AuditEvent", Interaction.SEARCH)
    asked = query_of(
        "AuditEvent", request.query_params.multi_items(), request.headers.get("prefer")
    )
    found = search_audit(asked.query, who=who, at=at)
    events = tuple(to_audit_event(line) for line in found.rows)
    page = Page(resources=events, next=(events[-1].id,) if found.has_more else None)
    return json_answer(write_json(searchset(page, asked, str(request.base_url).rstrip("/"))))


@router.get("/{id}")
def read(id: Id, who: Who, at: At) -> Response:
    check_scope(who, "AuditEvent", Interaction.READ)
    return resource_answer(to_audit_event(read_audit(id, who=who, at=at)))

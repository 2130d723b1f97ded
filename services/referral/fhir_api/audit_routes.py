"""One event of the audit over the API; searched like any other type, and written by nobody."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.referral.domain.scopes import Interaction
from services.referral.fhir_api.asking import At, Id, Who, check_scope
from services.referral.fhir_api.audit_event import to_audit_event
from services.referral.fhir_api.read_routes import part_wanted, read_answer
from services.referral.use_cases.read_audit import read_audit

router = APIRouter(prefix="/fhir/AuditEvent")


@router.get("/{id}")
def read(id: Id, request: Request, who: Who, at: At) -> Response:
    check_scope(who, "AuditEvent", Interaction.READ)
    shape = part_wanted("AuditEvent", request)
    return read_answer(to_audit_event(read_audit(id, who=who, at=at)), request, shape)

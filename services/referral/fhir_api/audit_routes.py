"""The audit over the API: searched and read, and written by nobody."""

from fastapi import APIRouter
from fastapi.responses import Response

from services.referral.domain.scopes import Interaction
from services.referral.fhir_api.answers import resource_answer
from services.referral.fhir_api.asking import At, Id, Who, check_scope
from services.referral.fhir_api.audit_event import to_audit_event
from services.referral.use_cases.read_audit import read_audit

router = APIRouter(prefix="/fhir/AuditEvent")


@router.get("/{id}")
def read(id: Id, who: Who, at: At) -> Response:
    check_scope(who, "AuditEvent", Interaction.READ)
    return resource_answer(to_audit_event(read_audit(id, who=who, at=at)))

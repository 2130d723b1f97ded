"""What the API can do and what its own codes mean, for everybody."""

from fastapi import APIRouter
from fastapi.responses import Response

from services.referral.fhir_api.answers import bundle, json_answer
from services.referral.fhir_api.capability import capability_statement
from services.referral.fhir_api.code_systems import OWN
from services.referral.fhir_api.oauth import WayIn
from shared.errors import NotFound
from shared.fhir.codes import OWN_CODE_SYSTEMS, code_system_resource, value_set_resource
from shared.fhir.json import write_json

router = APIRouter(prefix="/fhir")


@router.get("/metadata")
def metadata(gate: WayIn) -> Response:
    return json_answer(write_json(capability_statement(gate.base)))


@router.get("/CodeSystem")
def code_systems() -> Response:
    entries = [{"resource": code_system_resource(url, codes)} for url, codes in OWN.items()]
    return json_answer(write_json(bundle("searchset", entries, total=len(entries))))


@router.get("/CodeSystem/{name}")
def code_system(name: str) -> Response:
    url = f"{OWN_CODE_SYSTEMS}{name}"
    if url not in OWN:
        raise NotFound("There is no such code system here.")
    return json_answer(write_json(code_system_resource(url, OWN[url])))


@router.get("/ValueSet/{name}")
def value_set(name: str) -> Response:
    url = f"{OWN_CODE_SYSTEMS}{name}"
    if url not in OWN:
        raise NotFound("There is no such value set here.")
    return json_answer(write_json(value_set_resource(url)))

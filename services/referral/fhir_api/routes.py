"""Reading over the FHIR REST API: each route asks a use case and answers with the stored bytes."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.referral.fhir_api.answers import (
    bundle,
    json_answer,
    location,
    resource_answer,
)
from services.referral.fhir_api.asking import (
    At,
    Id,
    Looking,
    Searching,
    Version,
)
from services.referral.fhir_api.capability import capability_statement
from services.referral.fhir_api.code_systems import OWN
from services.referral.fhir_api.oauth import WayIn
from services.referral.fhir_api.searching import query_of, searchset
from services.referral.records.resource import Json, Resource, instant
from services.referral.use_cases.read_records import (
    read_history,
    read_resource,
    search_resources,
)
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


@router.get("/{type}")
def search(type: str, request: Request, who: Searching, at: At) -> Response:
    query = query_of(type, request.query_params.multi_items(), request.headers.get("prefer"))
    page = search_resources(query.query, who=who, at=at)
    return json_answer(write_json(searchset(page, query, str(request.base_url).rstrip("/"))))


@router.get("/{type}/{id}")
def read(type: str, id: Id, request: Request, who: Looking, at: At) -> Response:
    found = read_resource(type, id, who=who, at=at)
    seen = request.headers.get("if-none-match", "").removeprefix("W/").strip('"')
    if seen == str(found.version):
        return Response(status_code=304, headers={"ETag": f'W/"{found.version}"'})
    return resource_answer(found)


@router.get("/{type}/{id}/_history")
def history(type: str, id: Id, who: Looking, at: At) -> Response:
    versions = read_history(type, id, who=who, at=at)
    entries = [_history_entry(one) for one in versions]
    return json_answer(write_json(bundle("history", entries, total=len(entries))))


@router.get("/{type}/{id}/_history/{version}")
def read_version(type: str, id: Id, version: Version, who: Looking, at: At) -> Response:
    return resource_answer(read_resource(type, id, who=who, at=at, version=version))


def _history_entry(one: Resource) -> Json:
    made = one.version == 1
    return {
        "fullUrl": f"/fhir/{one.reference}",
        "resource": one.json,
        "request": {
            "method": "POST" if made else "PUT",
            "url": one.type if made else one.reference,
        },
        "response": {
            "status": "201" if made else "200",
            "location": location(one),
            "etag": f'W/"{one.version}"',
            "lastModified": instant(one.last_updated),
        },
    }

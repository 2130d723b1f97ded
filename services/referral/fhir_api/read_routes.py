"""One resource as it is now, or one of its versions."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.referral.fhir_api.answers import json_answer, resource_answer, version_headers
from services.referral.fhir_api.asking import At, Id, Looking, Version
from services.referral.fhir_api.result_shape import Shape, Summary, shape_of
from services.referral.fhir_api.unchanged import is_unchanged
from services.referral.records.resource import Resource
from services.referral.use_cases.read_records import read_resource
from shared.errors import Invalid, Issue
from shared.fhir.json import write_json

router = APIRouter(prefix="/fhir")
_PARTS = frozenset({"_summary", "_elements"})


@router.get("/{type}/{id}")
def read(type: str, id: Id, request: Request, who: Looking, at: At) -> Response:
    """With `_summary` or `_elements` a part of it; 304 for whoever has it already."""
    shape = part_wanted(type, request)
    return read_answer(read_resource(type, id, who=who, at=at), request, shape)


@router.get("/{type}/{id}/_history/{version}")
def read_version(
    type: str, id: Id, version: Version, request: Request, who: Looking, at: At
) -> Response:
    """As it was."""
    shape = part_wanted(type, request)
    return read_answer(read_resource(type, id, who=who, at=at, version=version), request, shape)


def part_wanted(type: str, request: Request) -> Shape:
    """How much of one resource is asked for; asked before anything is read."""
    given = [one for one in request.query_params.multi_items() if one[0] in _PARTS]
    shape = shape_of(type, given)
    if shape.summary is Summary.COUNT:
        raise Invalid(Issue("One resource is not counted.", "_summary", "value"))
    return shape


def read_answer(found: Resource, request: Request, shape: Shape) -> Response:
    """As much of it as was asked for; nothing for whoever has it already."""
    if is_unchanged(found, request.headers):
        return Response(status_code=304, headers=version_headers(found))
    if shape.is_whole:
        return resource_answer(found)
    return json_answer(write_json(shape.of_match(found.json)), headers=version_headers(found))

"""What the API can do and what its own words mean, for everybody and for an hour."""

from collections.abc import Callable, Iterable
from hashlib import sha256
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.referral.fhir_api.answers import bundle, json_answer
from services.referral.fhir_api.asking import Id
from services.referral.fhir_api.capability import capability_statement
from services.referral.fhir_api.oauth import WayIn
from services.referral.fhir_api.own_definitions import DEFINING, FOUND_BY, definitions
from services.referral.fhir_api.unchanged import is_known_tag
from services.referral.records.resource import Json
from shared.errors import Invalid, Issue, NotFound
from shared.fhir.json import write_json

router = APIRouter(prefix="/fhir")
#: Nothing here is about anybody.
LASTING = "public, max-age=3600"
_IGNORED = frozenset({"_format", "_pretty"})


@router.get("/metadata")
def metadata(request: Request, gate: WayIn) -> Response:
    """https://hl7.org/fhir/R4/http.html#capabilities"""
    return _lasting(request, capability_statement(gate.base))


def _search(type: str) -> Callable[[Request], Response]:
    def search(request: Request) -> Response:
        """By url, name and _id."""
        wanted = _wanted(type, request.query_params.multi_items())
        found = [one for one in definitions(type).values() if _fits(one, wanted)]
        base = str(request.base_url).rstrip("/")
        entries = [
            {
                "fullUrl": f"{base}/fhir/{type}/{one['id']}",
                "resource": one,
                "search": {"mode": "match"},
            }
            for one in found
        ]
        links = [{"relation": "self", "url": str(request.url)}]
        return _lasting(request, bundle("searchset", entries, link=links, total=len(entries)))

    return search


def _read(type: str) -> Callable[..., Response]:
    def read(id: Id, request: Request) -> Response:
        if id not in definitions(type):
            raise NotFound(f"There is no such {type} here.")
        return _lasting(request, definitions(type)[id])

    return read


for _type in DEFINING:
    router.add_api_route(f"/{_type}", _search(_type), methods=["GET"], name=f"search {_type}")
    router.add_api_route(f"/{_type}/{{id}}", _read(_type), methods=["GET"], name=f"read {_type}")


def _wanted(type: str, given: Iterable[tuple[str, str]]) -> list[tuple[str, list[str]]]:
    asked = [(name, value.split(",")) for name, value in given if name not in _IGNORED]
    unknown = [name for name, _ in asked if name not in FOUND_BY]
    if unknown:
        known = ", ".join(FOUND_BY)
        text = f"{type} is searched by: {known}."
        raise Invalid(*(Issue(text, name[:80], "value") for name in unknown))
    return asked


def _fits(one: Json, wanted: Iterable[tuple[str, list[str]]]) -> bool:
    return all(any(_is(one, name, value) for value in values) for name, values in wanted)


def _is(one: Json, name: str, value: str) -> bool:
    """An address and an id as they are; a name begins so, whatever the case of its letters."""
    held: str = one[name.removeprefix("_")]
    return held.casefold().startswith(value.casefold()) if name == "name" else held == value


def _lasting(request: Request, resource: Any) -> Response:
    body = write_json(resource)
    tag = sha256(body).hexdigest()[:16]
    headers = {"ETag": f'W/"{tag}"', "Cache-Control": LASTING}
    if is_known_tag(tag, request.headers):
        return Response(status_code=304, headers=headers)
    return json_answer(body, headers=headers)

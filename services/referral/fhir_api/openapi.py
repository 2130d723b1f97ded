"""The OpenAPI description: what each route takes and answers, its failures too, in one place.

Routes say what they do in a line; this adds what is the same for all of them, by path and method.
"""

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from services.referral.fhir_api.answers import MEDIA_TYPE
from services.referral.fhir_api.openapi_examples import FAILURE, body_example, example_answer
from services.referral.fhir_api.openapi_words import ABOUT, DEEDS, FAILURES
from services.referral.fhir_api.searching import MAX_SIZE
from services.referral.records.resource import Json
from shared.fhir.types import STORED_TYPES

_WHEN_READING = (400, 401, 403, 404, 405, 406, 408, 410, 413, 421, 422, 429, 431, 503)
_OPEN = ("/metadata", "/CodeSystem", "/ValueSet", "/.well-known", "Definition", "/SearchParameter")
#: https://hl7.org/fhir/R4/datatypes.html#id
_ID = {"type": "string", "pattern": "^[A-Za-z0-9.-]{1,64}$"}
_TYPE = {"type": "string", "enum": sorted(STORED_TYPES)}
_VERSION = {"type": "string", "pattern": "^[1-9][0-9]{0,8}$"}
_PATH_PARTS = {"type": _TYPE, "id": _ID, "version": _VERSION}
_IF_MATCH: Json = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "description": "The version that you have seen; a Task is not changed without one.",
    "schema": {"type": "string", "pattern": '^W/"[1-9][0-9]{0,8}"$'},
    "example": 'W/"3"',
}
_SEARCH: tuple[Json, ...] = (
    {
        "name": "_count",
        "in": "query",
        "required": False,
        "description": "How many on a page. Follow the link `next` for more.",
        "schema": {"type": "integer", "minimum": 0, "maximum": MAX_SIZE},
    },
    {
        "name": "_total",
        "in": "query",
        "required": False,
        "description": "Whether to count all that fit.",
        "schema": {"type": "string", "enum": ["accurate", "none"]},
    },
    {
        "name": "_lastUpdated",
        "in": "query",
        "required": False,
        "description": "As `ge2026-11-01`. /fhir/metadata lists what else finds each type.",
        "schema": {"type": "string", "format": "date"},
    },
)
_RESOURCE = {"$ref": "#/components/schemas/Resource"}
_PATCHES = ("application/json-patch+json", "application/merge-patch+json", MEDIA_TYPE)


def describe(app: FastAPI) -> None:
    """Let `/openapi.json` say all of it; made once, when it is first asked for."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _described(app)
        return app.openapi_schema

    setattr(app, "openapi", openapi)  # noqa: B010 - a method, which mypy lets nobody assign


def _described(app: FastAPI) -> Json:
    made = get_openapi(title="Sooner", version="1", description=ABOUT, routes=app.routes)
    made["components"] = {
        "securitySchemes": {
            "system": {
                "type": "oauth2",
                "flows": {"clientCredentials": {"tokenUrl": "/oauth/token", "scopes": {}}},
            }
        },
        "schemas": {
            "Resource": {
                "type": "object",
                "required": ["resourceType"],
                "properties": {"resourceType": {"type": "string"}},
            },
            "OperationOutcome": _OUTCOME,
        },
        "responses": {f"E{status}": _failure(words) for status, words in FAILURES.items()},
    }
    for path, method, operation in _operations(made):
        _complete(path, method, operation)
    return made


def _operations(made: Json) -> Iterator[tuple[str, str, Json]]:
    for path, methods in made["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def _complete(path: str, method: str, operation: Json) -> None:
    if deed := DEEDS.get((path, method)):
        operation["summary"], operation["description"] = deed
    if path.startswith("/fhir"):
        operation["tags"] = ["FHIR"]
        operation["parameters"] = list(_parameters(path, method, operation))
        operation["responses"] = _answers(path, method)
        if not any(part in path for part in _OPEN):
            operation["security"] = [{"system": []}]
        if method in ("post", "put", "patch"):
            operation["requestBody"] = _body(path, method)
    elif path.startswith("/oauth"):
        operation["tags"] = ["Signing in"]
        operation["responses"] = _TOKEN_ANSWERS
    else:
        operation["tags"] = ["People of a directory" if path.startswith("/scim") else "Signing in"]
        operation["responses"].pop("422", None)


def _parameters(path: str, method: str, operation: Json) -> Iterator[Json]:
    for one in operation.get("parameters", []):
        known = _PATH_PARTS.get(one["name"]) if one["in"] == "path" else None
        yield one | {"schema": known} if known else one
    if method in ("put", "patch"):
        yield _IF_MATCH
    if (path, method) == ("/fhir/{type}", "get"):
        yield from _SEARCH


def _answers(path: str, method: str) -> Json:
    failures = _WHEN_READING if method == "get" else FAILURES
    found: Json = {str(one): {"$ref": f"#/components/responses/E{one}"} for one in failures}
    for status in _successes(path, method):
        found[status] = _success(path, method, status)
    return dict(sorted(found.items()))


def _successes(path: str, method: str) -> tuple[str, ...]:
    if method == "get":
        return ("200", "304") if path.endswith("}") else ("200",)
    if method == "delete":
        return ("200", "204")
    makes = path not in ("/fhir", "/fhir/") and "$" not in path and "_search" not in path
    return ("200", "201") if makes and method != "patch" else ("200",)


def _success(path: str, method: str, status: str) -> Json:
    words = {"201": "Kept, with its Location.", "204": "Gone.", "304": "As you have it."}
    told: Json = {"description": words.get(status, "Done.")}
    if status in ("200", "201"):
        is_fhir = ".well-known" not in path
        media: Json = {"schema": _RESOURCE if is_fhir else {"type": "object"}}
        if example := example_answer(path, method):
            media["example"] = example
        told["content"] = {MEDIA_TYPE if is_fhir else "application/json": media}
    return told


def _body(path: str, method: str) -> Json:
    if method == "patch":
        schemas: Json = {kind: {"schema": {}} for kind in _PATCHES}
        for kind in _PATCHES:
            schemas[kind]["example"] = body_example(path, kind)
        return {"required": True, "content": schemas}
    media: Json = {"schema": _RESOURCE}
    if example := body_example(path, method):
        media["example"] = example
    return {"required": True, "content": {MEDIA_TYPE: media}}


def _failure(words: str) -> Json:
    media = {"schema": {"$ref": "#/components/schemas/OperationOutcome"}, "example": FAILURE}
    return {"description": words, "content": {MEDIA_TYPE: media}}


_OUTCOME: Json = {
    "type": "object",
    "required": ["resourceType", "issue"],
    "properties": {
        "resourceType": {"const": "OperationOutcome"},
        "issue": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["severity", "code", "diagnostics"],
                "properties": {
                    "severity": {"enum": ["fatal", "error", "warning", "information"]},
                    "code": {"type": "string"},
                    "diagnostics": {"type": "string"},
                    "expression": {"type": "array", "items": {"type": "string"}},
                },
            },
        },
    },
}
_TOKEN_ANSWERS: Json = {
    "200": {"description": "A token, or that it has ended."},
    "400": {"description": "RFC 6749, 5.2: what was asked for cannot be given."},
    "401": {"description": "RFC 6749, 5.2: whoever asks is not known."},
    "429": {"description": "Ten failures: wait as long as Retry-After says."},
}

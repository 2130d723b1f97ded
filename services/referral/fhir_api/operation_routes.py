"""The way to every operation of the table: of the server, of a type, of one resource."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from services.referral.fhir_api.asking import At, Body, Id, Who, check_scope, sent_json
from services.referral.fhir_api.operation_table import (
    OPERATIONS,
    Level,
    Operation,
    operations_of,
)
from services.referral.fhir_api.operations import (
    everything,
    match,
    moves,
    process_message,
    route,
    validate,
)
from services.referral.fhir_api.operations.called import Call, parameters_given
from shared.errors import NotFound
from shared.fhir.types import STORED_TYPES

router = APIRouter(prefix="/fhir")

#: What each operation of the table does.
HANDLERS: dict[str, Callable[[Call], Response]] = {
    "everything": everything.run,
    "match": match.run,
    "moves": moves.run,
    "process-message": process_message.run,
    "route": route.run,
    "validate": validate.run,
}
_WRITTEN = {
    Level.SYSTEM: "/fhir/${name}",
    Level.TYPE: "/fhir/{type}/${name}",
    Level.INSTANCE: "/fhir/{type}/[id]/${name}",
}


async def sent_to_operation(request: Request, body: Body) -> Any:
    """The JSON that was sent; None where there was none."""
    return await sent_json(request, body) if body else None


Given = Annotated[Any, Depends(sent_to_operation)]


@router.get("/${operation}")
@router.post("/${operation}")
def on_system(operation: str, request: Request, who: Who, at: At, body: Given) -> Response:
    found = _find(operation, Level.SYSTEM, None, request)
    return HANDLERS[found.name](_call(found, Level.SYSTEM, request, body, who, at))


@router.get("/{type}/${operation}")
@router.post("/{type}/${operation}")
def on_type(type: str, operation: str, request: Request, who: Who, at: At, body: Given) -> Response:
    found = _find(operation, Level.TYPE, type, request)
    return HANDLERS[found.name](_call(found, Level.TYPE, request, body, who, at))


@router.get("/{type}/{id}/${operation}")
@router.post("/{type}/{id}/${operation}")
def on_instance(
    type: str, id: Id, operation: str, request: Request, who: Who, at: At, body: Given
) -> Response:
    found = _find(operation, Level.INSTANCE, type, request)
    return HANDLERS[found.name](_call(found, Level.INSTANCE, request, body, who, at))


def _find(name: str, level: Level, type: str | None, request: Request) -> Operation:
    """NotFound that names the operations there are; 405 where this one changes something."""
    if type is not None and type not in STORED_TYPES:
        raise NotFound(f"{type[:64]} is not kept here.")
    found = next((one for one in operations_of(type, level) if one.name == name), None)
    if found is None:
        there = type or "the server"
        where = {Level.SYSTEM: there, Level.TYPE: there, Level.INSTANCE: f"one {there}"}[level]
        raise NotFound(f"There is no operation ${name[:64]} on {where}. There are: {_known()}.")
    if found.affects_state and request.method != "POST":
        text = f"${name} changes what is kept: send it by POST."
        raise HTTPException(405, text, headers={"Allow": "POST"})
    return found


def _known() -> str:
    return ", ".join(
        _WRITTEN[level].format(name=one.name, type=_type_of(one))
        for one in OPERATIONS
        for level in Level
        if level in one.levels
    )


def _type_of(operation: Operation) -> str:
    return next(iter(operation.types)) if len(operation.types) == 1 else "[type]"


def _call(
    operation: Operation,
    level: Level,
    request: Request,
    body: Any,
    who: Who,
    at: At,
) -> Call:
    path = request.path_params
    type = path.get("type")
    if type:
        check_scope(who, type, *operation.needs)
    query = tuple(request.query_params.multi_items())
    return Call(
        operation=operation,
        level=level,
        type=type,
        id=path.get("id"),
        given=parameters_given(operation, query, body, now=at.clock()),
        query=query,
        who=who,
        at=at,
        base=str(request.base_url).rstrip("/"),
    )

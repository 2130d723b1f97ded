"""`Task/[id]/$moves`: what the caller may do with a Task now, and what each move needs."""

from collections.abc import Iterator

from fastapi.responses import Response

from services.referral.domain.concern import Ask, AskKind
from services.referral.domain.moves import MOVES, Move
from services.referral.domain.referral import Referral
from services.referral.fhir_api.answers import json_answer
from services.referral.fhir_api.code_systems import OWN
from services.referral.fhir_api.move_fields import ANSWER_FIELDS, SEND_AGAIN, Field, fields_of
from services.referral.fhir_api.operations.called import Call
from services.referral.fhir_api.operations.parameters import group, parameters, value
from services.referral.records.resource import Json
from services.referral.records.tasks import CODES
from services.referral.use_cases.list_moves import Movable, list_moves
from shared.fhir.codes import BUSINESS_STATUS, MOVE, value_set_resource
from shared.fhir.json import write_json


def run(call: Call) -> Response:
    """A Parameters resource: the version for If-Match, and each move with its fields."""
    found = list_moves(call.id or "", who=call.who, at=call.at)
    version = value("version", "String", str(found.task.version))
    return json_answer(write_json(parameters(version, *_moves(found))))


def _moves(found: Movable) -> Iterator[Json]:
    if found.referral:
        yield from (_move(one, found.referral, found) for one in found.moves)
    if found.open_ask:
        yield _answer(found.open_ask)


def _move(move: Move, referral: Referral, found: Movable) -> Json:
    status, business = CODES[referral.end_of(move)]
    parts = [value("status", "Code", status)]
    if business:
        coding = {"system": BUSINESS_STATUS, "code": business}
        parts.append(value("businessStatus", "Coding", coding))
    fields = [_field(one, _codes(one, move, found)) for one in fields_of(move)]
    return _named(move, MOVES[move].label, parts, fields)


def _codes(field: Field, move: Move, found: Movable) -> tuple[str, ...]:
    """Where only some are possible now, those."""
    if move is Move.RECORD and found.referral and field.value_set:
        return tuple(found.referral.unrecorded)
    if move is Move.EXCEPTION and ".extension('clock')" in field.path:
        return tuple(found.excusable)
    if move is Move.EXCEPTION and ".extension('code')" in field.path:
        return tuple(sorted({code for codes in found.excusable.values() for code in codes}))
    return field.codes


def _answer(ask: Ask) -> Json:
    code = Move.ANSWER if ask.kind is AskKind.QUESTION else f"{ask.kind}-done"
    fields = [*ANSWER_FIELDS, *([SEND_AGAIN] if ask.kind is AskKind.NEXT_STEP else [])]
    status = value("status", "Code", "completed")
    return _named(code, OWN[MOVE][code], [status], [_field(one, one.codes) for one in fields])


def _named(code: str, label: str, parts: list[Json], fields: list[Json]) -> Json:
    coding = {"system": MOVE, "code": code}
    return group(
        "move", value("code", "Coding", coding), value("label", "String", label), *parts, *fields
    )


def _field(field: Field, codes: tuple[str, ...]) -> Json:
    parts = [
        value("path", "String", field.path),
        value("required", "Boolean", field.required),
        value("type", "Code", field.type),
        value("words", "String", field.words),
        *(value("allowed", "Code", code) for code in codes),
    ]
    if field.output:
        parts.append(value("output", "Code", field.output))
    if field.value_set:
        parts.append(value("valueSet", "Canonical", value_set_resource(field.value_set)["url"]))
    return group("field", *parts)

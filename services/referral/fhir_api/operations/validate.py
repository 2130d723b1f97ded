"""`[type]/$validate`: https://hl7.org/fhir/R4/resource-operation-validate.html

What would be refused is what is refused: the change is made, and taken back.
"""

import json
from enum import StrEnum
from typing import Any

from fastapi.responses import Response

from services.referral.domain.scopes import Interaction
from services.referral.fhir_api.answers import failure_answer, json_answer
from services.referral.fhir_api.asking import check_scope, known_id
from services.referral.fhir_api.keeping import changed, checked_body, created
from services.referral.fhir_api.operation_table import Level
from services.referral.fhir_api.operations.called import Call
from services.referral.records.resource import Json, Resource
from services.referral.records.writing import Writing
from services.referral.use_cases.delete_resource import delete_resource
from services.referral.use_cases.try_write import note_try, try_write
from shared.errors import Failure, Invalid, Issue, NotFound
from shared.fhir.json import write_json
from shared.fhir.outcome import outcome

_BASE = "http://hl7.org/fhir/StructureDefinition"


class Mode(StrEnum):
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    PROFILE = "profile"


#: What a token must allow to ask whether it may be done.
_NEEDS = {
    Mode.CREATE: Interaction.CREATE,
    Mode.UPDATE: Interaction.UPDATE,
    Mode.DELETE: Interaction.DELETE,
    Mode.PROFILE: Interaction.CREATE,
}


def run(call: Call) -> Response:
    """200 with everything that is wrong or doubtful, however much."""
    mode = _mode(call)
    type = call.type or ""
    check_scope(call.who, type, _NEEDS[mode])
    sent = None if mode is Mode.DELETE else call.resource("resource").value
    id = _id(call, mode, sent)
    note_try(type, id, mode, who=call.who, at=call.at)
    found, refused = _issues(type, id, sent, mode, call)
    issues = [*_about_profiles(type, call), *found]
    told = outcome(issues)["issue"] if issues or refused is None else []
    told += _issues_of(refused) if refused else []
    return json_answer(write_json({"resourceType": "OperationOutcome", "issue": told}))


def _mode(call: Call) -> Mode:
    written = call.text("mode") or (Mode.UPDATE if call.level is Level.INSTANCE else Mode.CREATE)
    if written not in set(Mode):
        text = f"mode is one of {', '.join(Mode)}."
        raise Invalid(Issue(text, "mode", "value"))
    if written == Mode.DELETE and call.level is not Level.INSTANCE:
        text = "Say of which one: [type]/[id]/$validate."
        raise Invalid(Issue(text, "mode", "value"))
    return Mode(written)


def _id(call: Call, mode: Mode, sent: Any) -> str | None:
    """Of the one that would be changed; one that is created gets its id then."""
    if call.id or mode is not Mode.UPDATE:
        return call.id
    named = sent.get("id") if isinstance(sent, dict) else None
    if not isinstance(named, str):
        raise NotFound("Say which one would be changed: its id is missing.")
    return known_id(named)


def _issues(
    type: str, id: str | None, sent: Any, mode: Mode, call: Call
) -> tuple[list[Issue], Failure | None]:
    """What the body alone shows; and where it shows nothing wrong, what would refuse it."""
    if mode is Mode.DELETE:
        return [], try_write(
            lambda record: delete_resource(type, id or "", record=record, version=None),
            who=call.who,
            at=call.at,
        )
    try:
        found = checked_body(type, id if mode is Mode.UPDATE else None, sent, call.at, call.who)
    except Invalid as wrong:
        return wrong.issues, None
    if mode is Mode.PROFILE:
        return found, None

    def write(record: Writing) -> Resource:
        if mode is Mode.CREATE:
            return created(sent, record, call.at)
        old = record.resource(type, id or "")
        return changed(old, sent, old.version, record, call.at)

    return found, try_write(write, who=call.who, at=call.at)


def _issues_of(refused: Failure) -> list[Json]:
    """As the write itself would answer it."""
    issues: list[Json] = json.loads(bytes(failure_answer(refused).body))["issue"]
    return issues


def _about_profiles(type: str, call: Call) -> list[Issue]:
    named = [one for one in call.texts("profile") if one != f"{_BASE}/{type}"]
    text = "{} is not known here; this was held to FHIR R4 and to what Sooner needs."
    return [Issue(text.format(one[:200]), type, "not-supported", "warning") for one in named]

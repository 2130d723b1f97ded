"""The answer to a message, which is a message: https://hl7.org/fhir/R4/messageheader.html"""

import json
from collections.abc import Sequence
from datetime import datetime

from fastapi.responses import Response

from services.referral.domain.scopes import Interaction, allows
from services.referral.fhir_api.answers import failure_answer, json_answer
from services.referral.fhir_api.operations.message import Message
from services.referral.fhir_api.operations.message_work import Done
from services.referral.records.ids import new_id
from services.referral.records.resource import Json, Resource, instant
from services.referral.records.writing import Writing
from services.referral.use_cases.leaving import leaving
from shared.errors import Failure, Issue
from shared.fhir.json import write_json
from shared.fhir.outcome import outcome

#: What may succeed when it is sent again as it is.
_TRANSIENT = frozenset({429, 503})


def answer_to(message: Message, done: Done, record: Writing, base: str) -> Json:
    """It was done: with the ServiceRequest and the Tasks, as far as the token may read them."""
    issues = [*message.warnings, *_not_kept(message), *done.told]
    found = [one for one in (done.request, *done.tasks) if _may_read(one, record)]
    entries = [
        {"fullUrl": f"{base}/fhir/{one.reference}", "resource": leaving(one, record).json}
        for one in found
    ]
    focus = f"{base}/fhir/{done.request.reference}"
    told = outcome(issues)
    return _bundle(message, "ok", told, entries, focus=focus, base=base, now=record.now)


def refusal_of(message: Message, refused: Failure, *, base: str, now: datetime) -> Response:
    """With the status that the same would have got that came otherwise."""
    plain = failure_answer(refused)
    code = "transient-error" if plain.status_code in _TRANSIENT else "fatal-error"
    said: Json = json.loads(bytes(plain.body))
    body = _bundle(message, code, said, [], focus=None, base=base, now=now)
    kept = ("retry-after", "location", "www-authenticate")
    headers = {name: plain.headers[name] for name in kept if name in plain.headers}
    return json_answer(write_json(body), plain.status_code, headers)


def _may_read(one: Resource, record: Writing) -> bool:
    return allows(record.who.scope or "", one.type, Interaction.READ)


def _not_kept(message: Message) -> Sequence[Issue]:
    text = "This is of a type that is not kept here: it was read, and is not stored."
    return [Issue(text, place, "not-supported", "warning") for place, _ in message.besides]


def _bundle(
    message: Message,
    code: str,
    told: Json,
    entries: list[Json],
    *,
    focus: str | None,
    base: str,
    now: datetime,
) -> Json:
    details, sender = f"urn:uuid:{new_id()}", message.header["source"].get("endpoint")
    header: Json = {
        "resourceType": "MessageHeader",
        "id": new_id(),
        "eventCoding": message.header["eventCoding"],
        **({"destination": [{"endpoint": sender}]} if sender else {}),
        "source": {"name": "Sooner", "endpoint": f"{base}/fhir/$process-message"},
        "response": {
            "identifier": message.id,
            "code": code,
            "details": {"reference": details},
        },
        **({"focus": [{"reference": focus}]} if focus else {}),
    }
    return {
        "resourceType": "Bundle",
        "id": new_id(),
        "type": "message",
        "timestamp": instant(now),
        "entry": [
            {"fullUrl": f"urn:uuid:{header['id']}", "resource": header},
            *entries,
            {"fullUrl": details, "resource": told},
        ],
    }

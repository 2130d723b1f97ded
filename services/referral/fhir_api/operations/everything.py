"""`Patient/[id]/$everything`: https://hl7.org/fhir/R4/patient-operation-everything.html"""

import base64
import binascii
import json
import re
from datetime import UTC, datetime
from urllib.parse import urlencode

from fastapi.responses import Response

from services.referral.domain.scopes import Interaction, allows
from services.referral.fhir_api.answers import bundle, json_answer
from services.referral.fhir_api.asking import check_scope
from services.referral.fhir_api.operations.called import Call
from services.referral.records.instants import span
from services.referral.records.of_a_child import Wanted
from services.referral.records.resource import Json
from services.referral.use_cases.read_everything import NOTHING, Part, Reached, read_everything
from shared.errors import Invalid, Issue
from shared.fhir.json import write_json
from shared.fhir.types import STORED_TYPES

LARGEST_PAGE = 200
_KEY = re.compile(r"([A-Z][A-Za-z]{1,63}/)?[A-Za-z0-9.-]{0,64}")
#: The audit has a search of its own.
_GIVEN = STORED_TYPES - {"AuditEvent"}


def run(call: Call) -> Response:
    """A searchset, with a link to the next page while there is more."""
    page = read_everything(
        call.id or "",
        _wanted(call),
        after=_reached(call.text("_after")),
        size=call.number("_count", most=LARGEST_PAGE),
        who=call.who,
        at=call.at,
    )
    return json_answer(write_json(_searchset(page, call)))


def _wanted(call: Call) -> Wanted:
    asked = call.texts("_type")
    unknown = [one for one in asked if one not in _GIVEN]
    if unknown:
        raise Invalid(
            *(Issue(f"{one[:64]} is not kept here.", "_type", "value") for one in unknown)
        )
    for type in asked:
        check_scope(call.who, type, Interaction.READ)
    readable = [one for one in _GIVEN if allows(call.who.scope or "", one, Interaction.READ)]
    since = _span(call, "_since")
    return Wanted(
        types=frozenset(asked or readable),
        since=datetime.fromisoformat(since[0]).astimezone(UTC) if since else None,
        start=call.text("start") if _span(call, "start") else None,
        end=call.text("end") if _span(call, "end") else None,
    )


def _span(call: Call, name: str) -> tuple[str, str] | None:
    written = call.text(name)
    try:
        return span(written) if written is not None else None
    except (ValueError, OverflowError):
        raise Invalid(Issue(f"{name} is no date of FHIR.", name, "value")) from None


def _reached(written: str | None) -> Reached:
    if written is None:
        return NOTHING
    try:
        part, key = json.loads(base64.urlsafe_b64decode(written))
        if not _KEY.fullmatch(key):
            raise ValueError("This is no id and no reference.")
        return Reached(int(part), key)
    except (binascii.Error, ValueError, TypeError):
        text = "This is no link that an earlier page gave."
        raise Invalid(Issue(text, "_after", "value")) from None


def _written(reached: Reached) -> str:
    return base64.urlsafe_b64encode(json.dumps([reached.part, reached.key]).encode()).decode()


def _searchset(page: Part, call: Call) -> Json:
    address = f"{call.base}/fhir/Patient/{call.id}/$everything"
    asked = [(name, word) for name in call.given for word in [",".join(call.texts(name))]]
    links = [{"relation": "self", "url": _url(address, asked)}]
    if page.reached:
        rest = [(name, value) for name, value in asked if name != "_after"]
        following = [*rest, ("_after", _written(page.reached))]
        links.append({"relation": "next", "url": _url(address, following)})
    entries = [
        {
            "fullUrl": f"{call.base}/fhir/{one.reference}",
            "resource": one.json,
            "search": {"mode": "match"},
        }
        for one in page.resources
    ]
    return bundle("searchset", entries, link=links)


def _url(address: str, asked: list[tuple[str, str]]) -> str:
    return f"{address}?{urlencode(asked)}" if asked else address

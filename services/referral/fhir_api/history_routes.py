"""What was there before: the versions of one resource, or of all of a type, newest first.

https://hl7.org/fhir/R4/http.html#history
"""

import base64
import binascii
import json
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.referral.fhir_api.answers import bundle, json_answer
from services.referral.fhir_api.asking import At, Id, Looking
from services.referral.fhir_api.searching import DEFAULT_SIZE, MAX_SIZE
from services.referral.records.histories import Behind, Versions, Wanted
from services.referral.records.instants import span
from services.referral.records.resource import Json, Resource, instant
from services.referral.use_cases.read_records import read_history
from shared.errors import Invalid, Issue
from shared.fhir.json import write_json
from shared.identity import Principal

router = APIRouter(prefix="/fhir")
#: What may stand in the address.
PARAMETERS = ("_count", "_since", "_after", "_format", "_pretty")


@router.get("/{type}/_history")
def history_of_type(type: str, request: Request, who: Looking, at: At) -> Response:
    """Of everything of that type that the caller may see."""
    return _answer(type, None, request, who, at)


@router.get("/{type}/{id}/_history")
def history(type: str, id: Id, request: Request, who: Looking, at: At) -> Response:
    """Of one resource, also of one that is deleted."""
    return _answer(type, id, request, who, at)


def _answer(type: str, id: str | None, request: Request, who: Principal, at: At) -> Response:
    given = dict(request.query_params)
    wanted = _wanted(type, id, given)
    base = str(request.base_url).rstrip("/")
    found = read_history(wanted, who=who, at=at)
    entries = [_entry(one, f"{base}/fhir") for one in found.resources]
    address = f"{base}/fhir/{type}/{id}/_history" if id else f"{base}/fhir/{type}/_history"
    is_all = not found.has_more and wanted.after is None
    parts = {"total": len(entries)} if is_all else {}
    links = _links(address, given, found)
    return json_answer(write_json(bundle("history", entries, link=links, **parts)))


def _wanted(type: str, id: str | None, given: Mapping[str, str]) -> Wanted:
    unknown = [name for name in given if name not in PARAMETERS]
    if unknown:
        text = f"A history takes {', '.join(PARAMETERS)}."
        raise Invalid(*(Issue(text, name[:80], "value") for name in unknown))
    since, after = given.get("_since"), given.get("_after")
    return Wanted(
        type=type,
        id=id,
        since=_since(since) if since is not None else None,
        size=_size(given.get("_count")),
        after=_behind(after) if after is not None else None,
    )


def _size(written: str | None) -> int:
    if written is None:
        return DEFAULT_SIZE
    if not (written.isascii() and written.isdigit() and len(written) <= 9):
        raise Invalid(Issue("_count is a whole number.", "_count", "value"))
    return min(int(written), MAX_SIZE)


def _since(written: str) -> datetime:
    try:
        return datetime.fromisoformat(span(written)[0])
    except (ValueError, OverflowError):
        raise Invalid(Issue("_since is an instant.", "_since", "value")) from None


def _behind(cursor: str) -> Behind:
    try:
        at, id, version = json.loads(base64.b64decode(cursor, altchars=b"-_", validate=True))
        return Behind(at=datetime.fromisoformat(at), id=str(id), version=int(version))
    except (ValueError, TypeError, binascii.Error):
        raise Invalid(Issue("Follow a link as it was given.", "_after", "value")) from None


def _cursor(last: Resource) -> str:
    key = [last.last_updated.isoformat(), last.id, last.version]
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode()


def _links(address: str, given: Mapping[str, str], found: Versions) -> list[Json]:
    links = [{"relation": "self", "url": _url(address, given)}]
    if found.has_more and found.resources:
        following = {**given, "_after": _cursor(found.resources[-1])}
        links.append({"relation": "next", "url": _url(address, following)})
    return links


def _url(address: str, given: Mapping[str, str]) -> str:
    return f"{address}?{urlencode(given)}" if given else address


def _entry(one: Resource, base: str) -> Json:
    method, status = _done(one)
    shown = {} if one.deleted else {"resource": one.json}
    return {
        "fullUrl": f"{base}/{one.reference}",
        **shown,
        "request": {"method": method, "url": one.type if method == "POST" else one.reference},
        "response": {
            "status": status,
            "location": f"{base}/{one.reference}/_history/{one.version}",
            "etag": f'W/"{one.version}"',
            "lastModified": instant(one.last_updated),
        },
    }


def _done(one: Resource) -> tuple[str, str]:
    if one.deleted:
        return "DELETE", "204"
    return ("POST", "201") if one.version == 1 else ("PUT", "200")

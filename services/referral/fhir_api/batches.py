"""A batch Bundle: each entry is a request of its own, with its own status.

Each goes the whole way that it would go by itself, so that it can do no more and no less.
https://hl7.org/fhir/R4/http.html#brules
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from typing import Any

import orjson
from fastapi import Request
from starlette.types import Message

from services.referral.fhir_api.answers import failure_answer
from services.referral.fhir_api.patch_entries import PARAMETERS, read_patch
from services.referral.fhir_api.prefer import Wanted
from services.referral.records.resource import Json, instant
from shared.errors import Failure, Invalid, Issue
from shared.fhir.bundle import check_bundle
from shared.fhir.check import is_refused
from shared.fhir.json import write_json
from shared.fhir.references import references

#: Once the answers are longer than this together, the entries that are left are not begun.
LONGEST_ANSWER = 20_000_000  # bytes
_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
#: One to four words, none of them "..", and perhaps a query: never another Bundle.
_ADDRESS = re.compile(r"(?!.*\.\.)[A-Za-z$_][\w.$-]*(/[\w.$-]+){0,3}(\?.*)?", re.ASCII)
_CONDITIONS = {
    "ifMatch": b"if-match",
    "ifNoneMatch": b"if-none-match",
    "ifNoneExist": b"if-none-exist",
}
#: What holds for all entries as for the batch itself.
_SHARED_HEADERS = frozenset({b"authorization", b"host", b"prefer"})


@dataclass
class Answered:
    """What one request was answered."""

    status: int = 500
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


def is_batch(sent: Any) -> bool:
    return isinstance(sent, dict) and sent.get("type") == "batch"


async def take_batch(
    sent: Json, request: Request, *, base: str, wanted: Wanted | None, now: datetime
) -> bytes:
    """The batch-response as JSON text. Raises Invalid when it is no such Bundle at all."""
    issues = check_bundle(sent, types={"batch"}, now=now)
    if is_refused(issues):
        raise Invalid(*issues)
    others = {one["fullUrl"] for one in sent["entry"] if "fullUrl" in one}
    entries, length = [], 0
    for one in sent["entry"]:
        answered = await _answered(one, request, base, others, is_full=length > LONGEST_ANSWER)
        length += len(answered.body)
        entries.append(_entry(one, answered, wanted))
    return write_json({"resourceType": "Bundle", "type": "batch-response", "entry": entries})


async def _answered(
    entry: Json, request: Request, base: str, others: set[str], *, is_full: bool
) -> Answered:
    try:
        path, _, query = _address(entry["request"], base).partition("?")
        if is_full:
            text = "The answers to the entries before are long enough; ask for this by itself."
            raise Invalid(Issue(text, code="too-costly"))
        _check_alone(entry.get("resource"), others)
        body, kind = _body(entry)
    except Failure as failure:
        refused = failure_answer(failure)
        return Answered(refused.status_code, dict(refused.headers), bytes(refused.body))
    headers = [*_headers(entry["request"], request), (b"content-type", kind.encode())]
    scope = {
        **{name: request.scope[name] for name in _OF_CONNECTION if name in request.scope},
        "method": entry["request"]["method"],
        "path": f"/fhir/{path}",
        "raw_path": f"/fhir/{path}".encode(),
        "query_string": query.encode(),
        "headers": [*headers, (b"content-length", str(len(body)).encode())],
        "root_path": "",
        "state": {},
    }
    return await _asked(request, scope, body)


_OF_CONNECTION = ("type", "asgi", "http_version", "scheme", "server", "client")


async def _asked(request: Request, scope: Json, body: bytes) -> Answered:
    answered = Answered()
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        return waiting.pop() if waiting else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            answered.status = message["status"]
            answered.headers = {k.decode(): v.decode() for k, v in message["headers"]}
        else:
            answered.body += message.get("body", b"")

    await request.app(scope, receive, send)
    return answered


def _address(request: Json, base: str) -> str:
    url = str(request.get("url", "")).removeprefix(base).strip("/")
    if request.get("method") not in _METHODS:
        raise Invalid(Issue(f"{request.get('method')} is not taken in a batch.", code="value"))
    if not _ADDRESS.fullmatch(url):
        text = "The url of an entry is an address below the base, as Patient/123."
        raise Invalid(Issue(text, code="value"))
    return url


def _check_alone(resource: Any, others: set[str]) -> None:
    """https://hl7.org/fhir/R4/http.html#brules: no entry leads to another."""
    text = "The entries of a batch do not know each other: send a transaction."
    issues = [
        Issue(text, path, "not-found")
        for path, reference in references(resource)
        if reference.startswith("urn:") and reference in others
    ]
    if issues:
        raise Invalid(*issues)


def _body(entry: Json) -> tuple[bytes, str]:
    if "resource" not in entry:
        return b"", PARAMETERS
    if entry["request"]["method"] != "PATCH":
        return write_json(entry["resource"]), PARAMETERS
    patch, kind = read_patch(entry["resource"])
    return write_json(patch), kind


def _headers(entry: Json, request: Request) -> Iterator[tuple[bytes, bytes]]:
    for name, value in request.scope["headers"]:
        if name in _SHARED_HEADERS:
            yield name, value
    for part, name in _CONDITIONS.items():
        if part in entry:
            yield name, str(entry[part]).encode("latin-1", "replace")
    if since := entry.get("ifModifiedSince"):
        moment = datetime.fromisoformat(str(since))
        yield b"if-modified-since", format_datetime(moment.astimezone(UTC), usegmt=True).encode()


def _entry(asked: Json, answered: Answered, wanted: Wanted | None) -> Json:
    status = HTTPStatus(answered.status)
    response: Json = {"status": f"{status.value} {status.phrase}"}
    if "location" in answered.headers:
        response["location"] = answered.headers["location"].removeprefix("/fhir/")
    if "etag" in answered.headers:
        response["etag"] = answered.headers["etag"]
    if "last-modified" in answered.headers:
        response["lastModified"] = instant(parsedate_to_datetime(answered.headers["last-modified"]))
    if not answered.body:
        return {"response": response}
    told = orjson.Fragment(answered.body)
    if answered.status >= 400 or _is_outcome(asked, wanted):
        return {"response": {**response, "outcome": told}}
    if asked["request"]["method"] == "GET" or wanted is Wanted.RESOURCE or _is_operation(asked):
        return {"resource": told, "response": response}
    return {"response": response}


def _is_outcome(asked: Json, wanted: Wanted | None) -> bool:
    return wanted is Wanted.OUTCOME and asked["request"]["method"] != "GET"


def _is_operation(asked: Json) -> bool:
    return "$" in asked["request"]["url"]

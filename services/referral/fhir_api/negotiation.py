"""What an answer is written as: JSON alone, readable if asked for, and without its body for HEAD.

https://hl7.org/fhir/R4/http.html#mime-type
"""

import json
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.referral.fhir_api.answers import outcome_answer
from services.referral.fhir_api.media_types import is_acceptable
from shared.errors import Issue
from shared.fhir.json import write_json

NOT_ACCEPTABLE = "Answers are application/fhir+json of FHIR 4.0, and nothing else."


class Negotiation:
    """Around the app, for all under `/fhir`: 406 for whoever takes no JSON."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _is_fhir(scope["path"]):
            await self.app(scope, receive, send)
            return
        asked = _asked(scope["query_string"])
        if not is_acceptable(asked.get("_format"), Headers(scope=scope).get("accept")):
            refused = outcome_answer([Issue(NOT_ACCEPTABLE, code="not-supported")], 406)
            await refused(scope, receive, send)
            return
        if asked.get("_pretty") == "true":
            send = _Readable(send).send
        if scope["method"] == "HEAD":
            scope, send = {**scope, "method": "GET"}, _without_body(send)
        await self.app(scope, receive, send)


def _is_fhir(path: str) -> bool:
    return path == "/fhir" or path.startswith("/fhir/")


def _asked(query: bytes) -> dict[str, str]:
    """Those of the two parameters that are there; the last counts."""
    if b"_format" not in query and b"_pretty" not in query:
        return {}
    return dict(parse_qsl(query.decode("latin-1"), keep_blank_values=True))


def _without_body(send: Send) -> Send:
    async def send_headers_alone(message: Message) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    return send_headers_alone


class _Readable:
    """Holds an answer back until it is whole, and sends it with a line for each element."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Message = {}
        self._body = b""

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
            return
        self._body += message.get("body", b"")
        if not message.get("more_body", False):
            body = readable(self._body) if self._body else b""
            if body:
                MutableHeaders(scope=self._start)["content-length"] = str(len(body))
            await self._send(self._start)
            await self._send({"type": "http.response.body", "body": body})


def readable(body: bytes) -> bytes:
    """The same JSON with a line for each element, the digits of decimals as they were."""
    value: Any = json.loads(body, parse_float=Decimal)
    return write_json(value, readable=True)

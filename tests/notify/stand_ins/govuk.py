"""GOV.UK Notify as its documentation describes it, as far as Sooner speaks to it.

https://docs.notifications.service.gov.uk/rest-api.html, read in November 2026. It can be told to
fail as the real one does: see `Trouble`. Run alone, it takes the account `KEY` and prints its port:
python -m tests.notify.stand_ins.govuk
"""

import json
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx
from notifications_python_client.authentication import decode_jwt_token, get_token_issuer
from notifications_python_client.errors import TokenError

SERVICE = "26785a09-ab16-4eb0-8407-a37497a57506"
SECRET = "3d844edf-8d35-48ac-975b-e847b4f122b0"
KEY = f"sooner_test-{SERVICE}-{SECRET}"
EMAIL_TEMPLATE, SMS_TEMPLATE, LETTER_TEMPLATE = (
    "f33517ff-2a88-4f6e-b855-c550268ce08a",
    "c6a3b2f0-6d3e-4a52-8f0b-1d2d8c1c7a11",
    "0b5e6d53-95bb-4d8e-9d5f-5f1f7f5c3c22",
)
TEMPLATES = {
    EMAIL_TEMPLATE: ("email", ("subject", "body")),
    SMS_TEMPLATE: ("sms", ("body",)),
    LETTER_TEMPLATE: ("letter", ("subject", "body", "address_line_1")),
}
PAGE = 250  # notifications a look-up answers with
JSON = dict[str, Any]
Answer = tuple[int, JSON]


class Trouble(Enum):
    """What is wrong with its next answer."""

    CLOCK = "our clock is wrong"
    PACE = "too many requests in a minute"
    DAY = "too many messages today"
    BROKEN = "it breaks before it takes the message"
    BROKEN_AFTER = "it takes the message and breaks then"
    SILENT = "it takes the message and does not answer"
    HANGS_UP = "it takes the message and hangs up"
    GATEWAY = "its gateway says in HTML that nobody is there"
    NONSENSE = "it takes the message and answers with no JSON"


REFUSALS: dict[Trouble, Answer] = {
    Trouble.CLOCK: (
        403,
        {"AuthError": "Error: Your system clock must be accurate to within 30 seconds"},
    ),
    Trouble.PACE: (
        429,
        {"RateLimitError": "Exceeded rate limit for key type LIVE of 3000 requests per 60 seconds"},
    ),
    Trouble.DAY: (429, {"TooManyRequestsError": "Exceeded send limits (50) for today"}),
    Trouble.BROKEN: (500, {"Exception": "Internal server error"}),
    Trouble.BROKEN_AFTER: (500, {"Exception": "Internal server error"}),
}
TAKES_FIRST = (Trouble.BROKEN_AFTER, Trouble.SILENT, Trouble.HANGS_UP, Trouble.NONSENSE)
SAYS_HTML = (Trouble.GATEWAY, Trouble.NONSENSE)
NOT_JSON = b"<h1>Welcome</h1>"


class Refused(Exception):
    """An answer with a list of errors."""

    def __init__(self, status: int, errors: dict[str, str]) -> None:
        super().__init__(status)
        listed = [{"error": kind, "message": words} for kind, words in errors.items()]
        self.answer: Answer = status, {"status_code": status, "errors": listed}


@dataclass
class Govuk:
    """One account there. `troubles` are used up, one a request."""

    taken: list[JSON] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    silence: float = 1.0  # seconds
    url: str = ""

    @contextmanager
    def open(self) -> Iterator["Govuk"]:
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        server.daemon_threads = True
        self.url = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
            thread.join()

    def answer(self, token: str, act: Callable[[], Answer]) -> tuple[int, bytes] | None:
        """What goes back to who asked with this token; None for nothing at all."""
        trouble = self.troubles.pop(0) if self.troubles else None
        try:
            check_token(token)
            answer = act() if trouble is None or trouble in TAKES_FIRST else (503, {})
            if trouble in REFUSALS:
                raise Refused(*REFUSALS[trouble])
        except Refused as refused:
            answer = refused.answer
        if trouble is Trouble.SILENT:
            time.sleep(self.silence)
        if trouble in (Trouble.SILENT, Trouble.HANGS_UP):
            return None
        return answer[0], NOT_JSON if trouble in SAYS_HTML else json.dumps(answer[1]).encode()

    def post(self, kind: str, body: JSON) -> Answer:
        """POST /v2/notifications/{email|sms|letter}"""
        words = _checked(kind, body)
        one = {
            "id": str(uuid4()),
            "reference": body.get("reference"),
            "type": kind,
            "status": "accepted" if kind == "letter" else "sending",
            "template": {"id": body["template_id"], "version": 1},
            "body": words.get("body"),
            "subject": words.get("subject"),
            "email_address": body.get("email_address"),
            "phone_number": body.get("phone_number"),
            "lines": [words[key] for key in sorted(words) if key.startswith("address_line_")],
            "created_at": "2026-03-02 12:00:00.000000",
            "sent_at": None,
            "completed_at": None,
        }
        self.taken.append(one)
        return 201, {key: one[key] for key in ("id", "reference", "template")}

    def find(self, asked: dict[str, list[str]]) -> Answer:
        """GET /v2/notifications?reference=…&template_type=…: the newest first."""
        found = [
            one
            for one in reversed(self.taken)
            if one["reference"] == asked.get("reference", [one["reference"]])[0]
            and one["type"] == asked.get("template_type", [one["type"]])[0]
        ]
        return 200, {"notifications": found[:PAGE], "links": {}}

    def settle(self, reference: str, status: str, *, callback: str = "", token: str = "") -> int:
        """A message came so far; its callback's status, when there is one."""
        one = next(one for one in self.taken if one["reference"] == reference)
        one.update(status=status, completed_at="2026-03-02 12:05:00.000000")
        if not callback:
            return 0
        return httpx.post(
            callback, json=receipt_of(one), headers={"authorization": f"Bearer {token}"}
        ).status_code


def receipt_of(one: JSON) -> JSON:
    """The body of a callback."""
    return {
        "id": one["id"],
        "reference": one["reference"],
        "to": one["email_address"] or one["phone_number"],
        "status": one["status"],
        "created_at": "2026-03-02T12:00:00.000000Z",
        "completed_at": "2026-03-02T12:05:00.000000Z",
        "sent_at": "2026-03-02T12:00:01.000000Z",
        "notification_type": one["type"],
        "template_id": one["template"]["id"],
        "template_version": 1,
    }


def _checked(kind: str, body: JSON) -> dict[str, str]:
    words: dict[str, str] = body.get("personalisation", {})
    template = TEMPLATES.get(body.get("template_id", ""))
    if template is None or template[0] != kind:
        raise Refused(400, {"BadRequestError": "Template not found"})
    if kind == "email" and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[a-z]+", body["email_address"]):
        raise Refused(400, {"ValidationError": "email_address Not a valid email address"})
    if kind == "sms" and not re.fullmatch(r"\+?[0-9]{10,15}", body["phone_number"]):
        raise Refused(400, {"ValidationError": "phone_number Not enough digits"})
    if kind == "letter" and words.get("address_line_2", "").startswith("Nowhere"):
        raise Refused(400, {"ValidationError": "Must be a real address"})
    missing = [name for name in template[1] if name not in words]
    if missing:
        raise Refused(400, {"BadRequestError": f"Missing personalisation: {', '.join(missing)}"})
    return words


def check_token(header: str) -> None:
    """As its own API does: HS256 with the secret, the service as issuer, 30 seconds' grace."""
    kind, _, token = header.partition(" ")
    if kind != "Bearer":
        raise Refused(401, {"AuthError": "Unauthorized: authentication token must be provided"})
    try:
        issuer = get_token_issuer(token)
        decode_jwt_token(token, SECRET)
    except TokenError as wrong:
        raise Refused(403, {"AuthError": f"Invalid token: {wrong.message}"}) from wrong
    if issuer != SERVICE:
        raise Refused(403, {"AuthError": "Invalid token: service not found"})


def _handler(govuk: Govuk) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            self._answer(lambda: govuk.post(self.path.rpartition("/")[2], body))

        def do_GET(self) -> None:
            self._answer(lambda: govuk.find(parse_qs(urlsplit(self.path).query)))

        def _answer(self, act: Callable[[], Answer]) -> None:
            written = govuk.answer(self.headers.get("authorization", ""), act)
            if written is None:
                self.close_connection = True
                return
            status, body = written
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """A test's output is not an access log."""

    return Handler


if __name__ == "__main__":
    with Govuk().open() as alone:
        sys.stdout.write(f"{alone.url}\n")
        sys.stdout.flush()
        time.sleep(3600)

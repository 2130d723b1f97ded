"""Stand-ins for what lies outside notify: time, a mail server, and the referral service."""

from asyncio import WriteTransport
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from services.notify.channels.catcher import mail_server
from services.notify.channels.smtp import Smtp
from shared.cloudevents import CloudEvent, read_batch
from shared.contract import Answer, AnswerStatus, MessageEvent, RecipientQuery, RecipientResult
from shared.signing import DEMO_SECRET, verify
from shared.wire import read_message_event, read_queries, write_answers, write_results
from tests.notify.builders import NOON


class Clock:
    """Noon on a Monday, until a test moves it."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **time: float) -> None:
        self.now += timedelta(**time)


class MailBox:
    """A real mail server that can be told what to answer, or to hang up after the content."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.to: list[str] = []
        self.rcpt_answer = "250 OK"
        self.data_answer = "250 OK"
        self.hangs_up = False

    @contextmanager
    def open(self) -> Iterator["MailBox"]:
        with mail_server(self) as (host, port):
            self.server = Smtp(
                host=host, port=port, sender="sooner@example.org", clock=lambda: NOON
            )
            yield self

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.rcpt_answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt_answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.hangs_up and isinstance(server.transport, WriteTransport):
            server.transport.abort()
        if self.data_answer.startswith("250"):
            self._keep(envelope)
        return self.data_answer

    def _keep(self, envelope: Envelope) -> None:
        mail = message_from_bytes(envelope.original_content or b"", policy=default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        self.to.extend(envelope.rcpt_tos)


class Referral:
    """The referral service as notify sees it: it knows addresses and hears what became of mail."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.is_down = False
        self.withdrawn: set[str] = set()
        self.without_email: set[str] = set()
        self.heard: list[MessageEvent] = []
        self.rejects = ""

    @contextmanager
    def open(self) -> Iterator["Referral"]:
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
            thread.join()

    def answer(self, path: str, headers: Any, body: bytes) -> tuple[int, bytes]:
        if self.is_down:
            return 503, b""
        verify(headers, body, secrets=[DEMO_SECRET], now=self.clock())
        if path == "/recipients":
            return 200, write_results(self.results(read_queries(body)))
        return 202, write_answers([self._hear(event) for event in read_batch(body)])

    def results(self, queries: Sequence[RecipientQuery]) -> list[RecipientResult]:
        return [self._result(query.recipient) for query in queries]

    def _result(self, recipient: str) -> RecipientResult:
        if recipient in self.withdrawn:
            return RecipientResult(recipient=recipient, may_send=False, reason="withdrawn")
        email = None if recipient in self.without_email else address_of(recipient)
        return RecipientResult(recipient=recipient, may_send=True, email=email)

    def _hear(self, event: Any) -> Answer:
        assert isinstance(event, CloudEvent)
        if self.rejects:
            return Answer(id=event.id, status=AnswerStatus.REJECTED, reason=self.rejects)
        self.heard.append(read_message_event(event))
        return Answer(id=event.id, status=AnswerStatus.ACCEPTED)


def address_of(recipient: str) -> str:
    return f"{recipient.partition('/')[2]}@example.org"


def _handler(referral: Referral) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            status, answer = referral.answer(self.path, self.headers, body)
            self.send_response(status)
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *args: object) -> None:
            """A test's output is not an access log."""

    return Handler

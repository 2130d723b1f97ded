"""Systems that subscribed, each at an address of its own on this machine."""

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import httpx
import pytest

from services.notify.channels.recipients import Unreachable
from services.notify.channels.rest_hook import RestHook
from services.notify.messages.hooks import Hooks
from services.notify.messages.store import Store
from services.notify.messages.subscriptions import Subscriptions
from services.notify.use_cases.deliver_hooks import Serving
from services.notify.use_cases.serve_hooks import hook_service
from services.notify.use_cases.take_events import take_events
from shared.careful_fetch import CarefulFetch
from shared.contract import Moment
from shared.database import Database
from shared.subscribing import Content, Sight, Wish
from shared.topics import Topic
from tests.notify.builders import an_envelope
from tests.notify.world import Clock

BASE = "https://sooner.example/fhir"
CLIENT = "demo-speech"
#: Made once, as the service does.
TRUST = httpx.create_ssl_context(trust_env=False)


@dataclass
class Receiver:
    """Answers with `status`, after `takes` seconds; `heard` are the notifications in order."""

    url: str = ""
    status: int = 200
    takes: float = 0.0
    heard: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    at: list[float] = field(default_factory=list)

    def numbers(self) -> list[int]:
        return [int(part["event-number"]) for one in self.heard for part in events_in(one)]

    def kinds(self) -> list[str]:
        return [str(said(one)["type"]) for one in self.heard]


def said(bundle: dict[str, Any]) -> dict[str, Any]:
    """What the status in a notification says, by name; the last of a name."""
    parameters = bundle["entry"][0]["resource"]["parameter"]
    return {one["name"]: _value(one) for one in parameters if "part" not in one}


def events_in(bundle: dict[str, Any]) -> list[dict[str, Any]]:
    parameters = bundle["entry"][0]["resource"]["parameter"]
    return [
        {part["name"]: _value(part) for part in one["part"]}
        for one in parameters
        if one["name"] == "notification-event"
    ]


def _value(one: dict[str, Any]) -> Any:
    value = next(value for name, value in one.items() if name.startswith("value"))
    return value["reference"] if isinstance(value, dict) and "reference" in value else value


@contextmanager
def receivers(number: int) -> Iterator[list[Receiver]]:
    with ExitStack() as opened:
        yield [opened.enter_context(receiver()) for _ in range(number)]


@contextmanager
def receiver() -> Iterator[Receiver]:
    one = Receiver()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(one))
    one.url = f"http://127.0.0.1:{server.server_port}/hook"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield one
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(one: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            time.sleep(one.takes)
            one.heard.append(json.loads(body))
            one.headers.append(dict(self.headers.items()))
            one.at.append(time.monotonic())
            self.send_response(one.status)
            self.send_header("content-length", "0")
            if one.status == 302:
                self.send_header("location", one.url)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """A test's output is not an access log."""

    return Handler


@dataclass
class Eyes:
    """The referral service: what a client may see."""

    hidden: set[str] = field(default_factory=set)
    revoked: set[str] = field(default_factory=set)
    is_down: bool = False
    asked: int = 0

    def __call__(self, client: str, tasks: Any) -> Sight:
        self.asked += 1
        if self.is_down:
            raise Unreachable("sight-unknown")
        if client in self.revoked:
            return Sight(known=False, seen=())
        return Sight(known=True, seen=tuple(task not in self.hidden for task in tasks))


@dataclass
class Subscribed:
    """Notify with its subscriptions, and the passing of time."""

    database: Database
    clock: Clock
    eyes: Eyes = field(default_factory=Eyes)
    made: int = 0

    @property
    def kept(self) -> Subscriptions:
        return Subscriptions(self.database)

    @property
    def serving(self) -> Serving:
        return Serving(
            hooks=Hooks(self.database),
            post=RestHook(fetch=CarefulFetch(plain_here=True, trust=TRUST)),
            sight=self.eyes,
            base=BASE,
            chance=lambda: 1.0,
            clock=self.clock,
        )

    def subscribe(self, one: Receiver, topic: Topic = Topic.MADE, **wish: Any) -> str:
        """It asks, and answers its handshake if it can."""
        self.made += 1
        facts = {"topic": topic, "endpoint": one.url, "body": "{}", "content": Content.ID_ONLY}
        id = f"s{self.made}"
        self.kept.create(id, CLIENT, Wish(**facts | wish), now=self.clock())
        self.serve()
        return id

    def happens(self, task: str = "task-1", moment: Moment = Moment.MADE, **facts: Any) -> None:
        envelope = an_envelope(task=task, moment=moment, **{"at": self.clock()} | facts)
        take_events([envelope], store=Store(self.database), now=self.clock())
        self.clock.pass_(milliseconds=1)

    def serve(self) -> None:
        """One pass, to its end."""
        with hook_service(self.serving) as service:
            service()
            service.wait()

    def later(self, **time: float) -> None:
        self.clock.pass_(**time)
        self.serve()


@pytest.fixture
def subscribed(database: Database, clock: Clock) -> Subscribed:
    return Subscribed(database, clock)


@pytest.fixture
def hook() -> Iterator[Receiver]:
    with receiver() as one:
        yield one


def status_of(subscribed: Subscribed, id: str) -> tuple[str, str, int]:
    """Its status, why it is in error, and how many events it had."""
    (kept,) = subscribed.kept.of(CLIENT, id)
    return kept.status, kept.error, kept.events

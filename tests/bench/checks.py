"""What the access filter and the audit cost a queue page and an API read: two services over one
database, one of them with both switched off, asked in turns."""

import statistics
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass

import httpx

from services.referral.demo.people import PASSWORD
from tests.bench.concern import our_server, post_concerns, prepare, token
from tests.bench.servers import Server

WARM_UP, REQUESTS = 60, 400
CONCERNS = 25

Ask = Callable[[], httpx.Response]


@dataclass(frozen=True)
class Result:
    backend: str
    what: str
    on_ms: float
    off_ms: float

    @property
    def ratio(self) -> float:
        return self.on_ms / self.off_ms


def measure_checks(backend: str, url: str) -> list[Result]:
    prepare(url)
    with ExitStack() as opened:
        servers = [
            opened.enter_context(our_server(url, *options)) for options in ((), ("unchecked",))
        ]
        clients = [opened.enter_context(httpx.Client(base_url=one.url)) for one in servers]
        task = _some_tasks(servers[0])
        reads = [_read(client, task) for client in clients]
        pages = [_page(client) for client in clients]
        return [
            Result(backend, "API read", *_medians(reads)),
            Result(backend, "queue page", *_medians(pages)),
        ]


def _some_tasks(server: Server) -> str:
    """The id of one Task of a service whose queue has a page of them."""
    with httpx.Client(base_url=server.url) as client:
        post_concerns(client, token(client), range(CONCERNS))
        found = client.get("/fhir/Task", headers=token(client, "demo-speech")).json()
        id: str = found["entry"][0]["resource"]["id"]
        return id


def _read(client: httpx.Client, task: str) -> Ask:
    headers = token(client, "demo-speech")
    return lambda: client.get(f"/fhir/Task/{task}", headers=headers)


def _page(client: httpx.Client) -> Ask:
    client.post("/sign-in", data={"email": "speech@example.org", "password": PASSWORD})
    return lambda: client.get("/queue")


def _medians(asks: list[Ask]) -> list[float]:
    """One request each in turn, so that whatever else the machine does meets both."""
    for _ in range(WARM_UP):
        for ask in asks:
            _timed(ask)
    turns = [[_timed(ask) for ask in asks] for _ in range(REQUESTS)]
    return [statistics.median(times) * 1000 for times in zip(*turns, strict=True)]


def _timed(ask: Ask) -> float:
    started = time.perf_counter()
    answer = ask()
    took = time.perf_counter() - started
    assert answer.status_code == 200, answer.text
    return took

"""Interactions of the FHIR API: processor time against the floor, and many requests at once."""

import json
import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count
from typing import Any

import httpx

from services.referral.main import MIGRATIONS
from shared.database import migrate
from tests.bench.concern import a_body, capture, floor_of, our_server, prepare, token
from tests.bench.servers import Server
from tests.bench.sweeper import memory_of

WARM_UP, REQUESTS, ROUNDS = 20, 60, 5
CONNECTIONS = (1, 8, 32)
AT_ONCE = 600  # requests for each number of connections
Act = Callable[[httpx.Client], httpx.Response]


@dataclass(frozen=True)
class Cost:
    """Of one interaction: processor time a request in milliseconds; no floor where None."""

    backend: str
    what: str
    ours_ms: float
    floor_ms: float | None

    @property
    def ratio(self) -> float | None:
        return self.ours_ms / self.floor_ms if self.floor_ms else None


@dataclass(frozen=True)
class Pace:
    """Reads by so many connections at once; milliseconds and megabytes."""

    backend: str
    connections: int
    per_second: float
    p50: float
    p99: float
    memory: float


class Interactions:
    """What a nursery's system does with one child of its own."""

    def __init__(self, client: httpx.Client) -> None:
        made = client.post("/fhir", content=a_body(1)).json()["entry"]
        self.child = made[0]["response"]["location"].partition("/_history")[0]
        self._numbers = count()
        self._seen = client.post("/fhir/Observation", json=self._observation()).json()

    def read(self, client: httpx.Client) -> httpx.Response:
        return client.get(f"/fhir/{self.child}")

    def everything(self, client: httpx.Client) -> httpx.Response:
        return client.get(f"/fhir/{self.child}/$everything?_count=200")

    def create(self, client: httpx.Client) -> httpx.Response:
        return client.post("/fhir/Observation", json=self._observation())

    def update(self, client: httpx.Client) -> httpx.Response:
        changed = {**self._seen, "valueInteger": next(self._numbers)}
        return client.put(f"/fhir/Observation/{self._seen['id']}", json=changed)

    def transaction(self, client: httpx.Client) -> httpx.Response:
        """Of five resources."""
        one = {"method": "POST", "url": "Observation"}
        entries = [{"resource": self._observation(), "request": one} for _ in range(5)]
        return client.post(
            "/fhir", json={"resourceType": "Bundle", "type": "transaction", "entry": entries}
        )

    def _observation(self) -> dict[str, Any]:
        return {
            "resourceType": "Observation",
            "status": "final",
            "code": {"text": "Words that the child uses"},
            "subject": {"reference": self.child},
            "effectiveDateTime": "2026-11-19",
            "valueInteger": next(self._numbers),
        }


def measure_fhir(backend: str, url: str, floor_url: str) -> tuple[list[Cost], list[Pace]]:
    """Ours and the floor take turns, so that whatever else the machine does meets both."""
    prepare(url)
    migrate(floor_url, MIGRATIONS)
    with ExitStack() as opened:
        ours = opened.enter_context(our_server(url))
        client = opened.enter_context(httpx.Client(base_url=ours.url, timeout=60))
        client.headers.update(token(client))
        does = Interactions(client)
        writes: dict[str, Act] = {
            "create": does.create,
            "update": does.update,
            "transaction of 5": does.transaction,
        }
        costs = [
            _write(backend, what, act, ours, client, url, floor_url) for what, act in writes.items()
        ]
        costs.append(_read(backend, does, ours, client, url, floor_url))
        costs.append(Cost(backend, "$everything", _median(ours, client, does.everything), None))
        paces = [_pace(backend, ours, client, does.child, number) for number in CONNECTIONS]
    return costs, paces


def _write(
    backend: str,
    what: str,
    act: Act,
    ours: Server,
    client: httpx.Client,
    url: str,
    floor_url: str,
) -> Cost:
    rows = capture(lambda: _done(act(client)), url)
    sent = json.dumps({"the same": "length or so" * 20})

    def bare(other: httpx.Client) -> httpx.Response:
        return other.post("/fhir", content=sent)

    with floor_of(floor_url, rows) as floor, httpx.Client(base_url=floor.url) as other:
        ours_ms, floor_ms = _in_turns((ours, client, act), (floor, other, bare))
    return Cost(backend, what, ours_ms, floor_ms)


def _read(
    backend: str,
    does: Interactions,
    ours: Server,
    client: httpx.Client,
    url: str,
    floor_url: str,
) -> Cost:
    """The floor reads a resource that it wrote itself: one write marks its id with its number."""
    rows = capture(lambda: _done(does.create(client)), url)
    id = f"{rows['resource'][0]['id']}-1"
    with floor_of(floor_url, rows) as floor, httpx.Client(base_url=floor.url) as other:
        _done(other.post("/fhir", content="{}"))
        ours_ms, floor_ms = _in_turns(
            (ours, client, does.read), (floor, other, lambda one: one.get(f"/fhir/{id}"))
        )
    return Cost(backend, "read", ours_ms, floor_ms)


def _in_turns(*sides: tuple[Server, httpx.Client, Act]) -> tuple[float, float]:
    for _, client, act in sides:
        _times(client, act, WARM_UP)
    turns = [[_cpu_ms(*side) for side in sides] for _ in range(ROUNDS)]
    first, second = (statistics.median(times) for times in zip(*turns, strict=True))
    return first, second


def _median(server: Server, client: httpx.Client, act: Act) -> float:
    return statistics.median(_cpu_ms(server, client, act) for _ in range(ROUNDS))


def _cpu_ms(server: Server, client: httpx.Client, act: Act) -> float:
    before = server.cpu_seconds()
    _times(client, act, REQUESTS)
    return (server.cpu_seconds() - before) / REQUESTS * 1000


def _times(client: httpx.Client, act: Act, requests: int) -> list[float]:
    times = []
    for _ in range(requests):
        started = time.perf_counter()
        _done(act(client))
        times.append(time.perf_counter() - started)
    return times


def _done(answer: httpx.Response) -> None:
    assert answer.is_success, answer.text[:300]


def _pace(backend: str, server: Server, client: httpx.Client, child: str, connections: int) -> Pace:
    def reads(_: int) -> list[float]:
        with httpx.Client(base_url=server.url, headers=client.headers, timeout=60) as one:
            return _times(one, lambda each: each.get(f"/fhir/{child}"), AT_ONCE // connections)

    started = time.perf_counter()
    with ThreadPoolExecutor(connections) as pool:
        times = sorted(time for some in pool.map(reads, range(connections)) for time in some)
    seconds = time.perf_counter() - started
    return Pace(
        backend,
        connections,
        len(times) / seconds,
        _at(times, 0.5) * 1000,
        _at(times, 0.99) * 1000,
        memory_of(server.pid) / 1_000_000,
    )


def _at(times: Sequence[float], share: float) -> float:
    return times[min(int(share * len(times)), len(times) - 1)]

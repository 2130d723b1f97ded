"""A search of a service's Tasks, 20 of them, with 1,000 and with 100,000, side by side."""

import statistics
import time
from contextlib import ExitStack, closing
from dataclasses import dataclass

import httpx

from tests.bench.concern import our_server, prepare, token
from tests.bench.queue import FEW, MANY, fill
from tests.bench.servers import Server
from tests.referral.builders import service_id

WARM_UP, REQUESTS, ROUNDS = 20, 40, 5
_OWNER = f"owner=HealthcareService/{service_id('north-speech-language-therapy')}"
QUERIES = {
    "of two states, soonest due": f"{_OWNER}&status=requested,received&_sort=due",
    "all, oldest first": _OWNER,
    "all, newest change first": f"{_OWNER}&_sort=-modified",
}


@dataclass(frozen=True)
class Result:
    backend: str
    what: str
    few_ms: float
    many_ms: float

    @property
    def ratio(self) -> float:
        return self.many_ms / self.few_ms


def measure_worklist(
    backend: str, few_url: str, many_url: str, sizes: tuple[int, int] = (FEW, MANY)
) -> list[Result]:
    """Both services take turns, so that whatever else the machine does meets both."""
    with ExitStack() as opened:
        visits = []
        for url, size in zip((few_url, many_url), sizes, strict=True):
            prepare(url)
            server = opened.enter_context(our_server(url))
            fill(server, url, backend, size)
            visits.append(opened.enter_context(closing(_system(server))))
        return [_measured(backend, what, visits) for what in QUERIES]


def _measured(backend: str, what: str, visits: list[httpx.Client]) -> Result:
    for http in visits:
        _turn(http, what, WARM_UP)
    turns = [[_turn(http, what, REQUESTS) for http in visits] for _ in range(ROUNDS)]
    few, many = (statistics.median(times) * 1000 for times in zip(*turns, strict=True))
    return Result(backend, what, few, many)


def _system(server: Server) -> httpx.Client:
    http = httpx.Client(base_url=server.url, timeout=60)
    http.headers.update(token(http, "demo-speech"))
    return http


def _turn(http: httpx.Client, what: str, requests: int) -> float:
    times = []
    for _ in range(requests):
        started = time.perf_counter()
        answer = http.get(f"/fhir/Task?{QUERIES[what]}&_count=20")
        times.append(time.perf_counter() - started)
        assert len(answer.json()["entry"]) == 20, answer.text[:300]
    return statistics.median(times)

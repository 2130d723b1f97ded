"""POST /fhir of the example concern against its floor: processor time a request, and latency."""

import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from services.referral.demo.area import build_area
from services.referral.demo.people import PASSWORD
from services.referral.main import MIGRATIONS, open_workplace
from services.referral.records.tables import metadata
from services.referral.settings import Settings
from shared.database import Database, migrate
from tests.bench.servers import Server, free_port, running

EXAMPLE = (Path(__file__).parents[1] / "examples" / "concern-speech.json").read_text()
WARM_UP, REQUESTS, ROUNDS = 30, 100, 5
TABLES = ("resource", "resource_history", "search_value", "queue", "outbox", "audit")


@dataclass(frozen=True)
class Measured:
    cpu_ms: float
    median_ms: float


@dataclass(frozen=True)
class Result:
    backend: str
    ours: Measured
    floor: Measured
    rows: int

    @property
    def ratio(self) -> float:
        return self.ours.cpu_ms / self.floor.cpu_ms


def a_body(number: int) -> str:
    """The example about another child: each must be new."""
    child = EXAMPLE.replace("9990000018", f"{number:010d}")
    return child.replace("Rahimi-Okafor", f"Rahimi-Okafor {number}")


def measure_concern(backend: str, url: str, floor_url: str) -> Result:
    """Both servers take turns, so that whatever else the machine does meets both."""
    prepare(url)
    migrate(floor_url, MIGRATIONS)
    with ExitStack() as opened:
        ours = opened.enter_context(our_server(url))
        client = opened.enter_context(httpx.Client(base_url=ours.url))
        headers = token(client)
        rows = capture(lambda: post_concerns(client, headers, range(1)), url)
        floor = opened.enter_context(floor_of(floor_url, rows))
        bare = opened.enter_context(httpx.Client(base_url=floor.url))
        post_concerns(client, headers, range(1000, 1000 + WARM_UP))
        post_concerns(bare, {}, range(WARM_UP))
        turns = [
            (
                _turn(ours, client, headers, 2000 + REQUESTS * turn),
                _turn(floor, bare, {}, 0),
            )
            for turn in range(ROUNDS)
        ]
    first, second = zip(*turns, strict=True)
    return Result(backend, _median(first), _median(second), sum(map(len, rows.values())))


def prepare(url: str) -> None:
    """A migrated database with the demo's directory and people."""
    migrate(url, MIGRATIONS)
    at = open_workplace(Settings(demo=True, database_url=url))
    build_area(at.records, at.rules.policies.places, now=at.clock())
    at.records.database.close()


@contextmanager
def our_server(url: str, *options: str) -> Iterator[Server]:
    port = free_port()
    with running(
        ["-m", "tests.bench.serve", *options],
        port=port,
        ready="/readyz",
        SOONER_DEMO="1",
        SOONER_DATABASE_URL=url,
        SOONER_REFERRAL_PORT=str(port),
    ) as server:
        yield server


@contextmanager
def floor_of(url: str, rows: dict[str, list[dict[str, Any]]]) -> Iterator[Server]:
    port = free_port()
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(rows, file, default=str)
        file.flush()
        command = ["-m", "tests.bench.floor", url, file.name, str(port)]
        with running(command, port=port, ready="/healthz") as server:
            yield server


def token(client: httpx.Client, id: str = "demo-nursery") -> dict[str, str]:
    form = {"grant_type": "client_credentials", "client_id": id, "client_secret": PASSWORD}
    given = client.post("/oauth/token", data=form).json()["access_token"]
    return {"Authorization": f"Bearer {given}", "Content-Type": "application/fhir+json"}


def capture(act: Callable[[], object], url: str) -> dict[str, list[dict[str, Any]]]:
    """The rows that it makes or changes, as the driver takes them."""
    before = _rows(url)
    act()
    after = _rows(url)
    new = {name: [row for row in after[name] if row not in before[name]] for name in TABLES}
    return {name: rows for name, rows in new.items() if rows}


def _rows(url: str) -> dict[str, list[dict[str, Any]]]:
    database = Database(url)
    with database.engine.connect() as connection:
        found = {
            name: [
                dict(row._mapping)
                for row in connection.exec_driver_sql(f"SELECT * FROM {metadata.tables[name]}")
            ]
            for name in TABLES
        }
    database.close()
    return found


def post_concerns(client: httpx.Client, headers: dict[str, str], numbers: range) -> list[float]:
    times = []
    for number in numbers:
        started = time.perf_counter()
        answer = client.post("/fhir", content=a_body(number), headers=headers)
        times.append(time.perf_counter() - started)
        assert answer.status_code == 200, answer.text
    return times


def _turn(server: Server, client: httpx.Client, headers: dict[str, str], first: int) -> Measured:
    before = server.cpu_seconds()
    times = post_concerns(client, headers, range(first, first + REQUESTS))
    used = server.cpu_seconds() - before
    return Measured(used / REQUESTS * 1000, statistics.median(times) * 1000)


def _median(measured: tuple[Measured, ...]) -> Measured:
    return Measured(
        statistics.median(one.cpu_ms for one in measured),
        statistics.median(one.median_ms for one in measured),
    )

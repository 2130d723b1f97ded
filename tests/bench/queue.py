"""A queue page of 20 with 1,000 and with 100,000 open Tasks, side by side."""

import statistics
import time
from contextlib import ExitStack, closing
from dataclasses import dataclass

import httpx
from sqlalchemy import text

from services.referral.demo.people import PASSWORD
from shared.database import Database
from tests.bench.concern import our_server, post_concerns, prepare, token
from tests.bench.servers import Server

FEW, MANY = 1_000, 100_000
WARM_UP, REQUESTS, ROUNDS = 20, 40, 5

_SERIES = {
    "sqlite": "WITH RECURSIVE series(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series "
    "WHERE n < :size) ",
    "postgresql": "WITH series AS (SELECT generate_series(1, :size) AS n) ",
}
_LATER = {
    "sqlite": "datetime(due_at, '+' || (n % 5000) || ' minutes') || '.000000'",
    "postgresql": "due_at + (n % 5000) * interval '1 minute'",
}


@dataclass(frozen=True)
class Result:
    backend: str
    few_ms: float
    many_ms: float

    @property
    def ratio(self) -> float:
        return self.many_ms / self.few_ms


def measure_queue(backend: str, few_url: str, many_url: str) -> Result:
    """Both services take turns, so that whatever else the machine does meets both."""
    with ExitStack() as opened:
        visits = []
        for url, size in ((few_url, FEW), (many_url, MANY)):
            prepare(url)
            server = opened.enter_context(our_server(url))
            fill(server, url, backend, size)
            visits.append(opened.enter_context(closing(_therapist(server))))
        for http in visits:
            _turn(http, WARM_UP)
        turns = [[_turn(http, REQUESTS) for http in visits] for _ in range(ROUNDS)]
    few, many = (statistics.median(times) * 1000 for times in zip(*turns, strict=True))
    return Result(backend, few, many)


def fill(server: Server, url: str, backend: str, size: int) -> None:
    """One real concern, and as many copies of its Tasks, each due at another time."""
    with httpx.Client(base_url=server.url) as client:
        post_concerns(client, token(client), range(1))
    database = Database(url)
    with database.write() as session:
        for table, key in (("resource", "id"), ("queue", "task_id")):
            columns = [name for (name,) in session.execute(text(_names(table, backend)))]
            chosen = [_copied(name, key, backend) for name in columns]
            only = "WHERE type = 'Task'" if table == "resource" else ""
            copies = (
                f"INSERT INTO {table} ({', '.join(columns)}) {_SERIES[backend]}"
                f"SELECT {', '.join(chosen)} FROM {table} CROSS JOIN series {only}"
            )
            session.execute(text(copies), {"size": size})
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    database.close()


def _names(table: str, backend: str) -> str:
    if backend == "sqlite":
        return f"SELECT name FROM pragma_table_info('{table}')"
    return f"SELECT column_name FROM information_schema.columns WHERE table_name = '{table}'"


def _copied(name: str, key: str, backend: str) -> str:
    if name == key:
        return f"{name} || '-' || n"
    return _LATER[backend] if name == "due_at" else name


def _therapist(server: Server) -> httpx.Client:
    http = httpx.Client(base_url=server.url, follow_redirects=True, timeout=60)
    http.post("/sign-in", data={"email": "speech@example.org", "password": PASSWORD})
    return http


def _turn(http: httpx.Client, requests: int) -> float:
    times = []
    for _ in range(requests):
        started = time.perf_counter()
        answer = http.get("/queue")
        times.append(time.perf_counter() - started)
        assert answer.status_code == 200
        assert answer.text.count("SN-") >= 20
    return statistics.median(times)

"""Queue pages while a long backlog drains in the same process, and the same pages before."""

import os
import signal
import statistics
import time
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx
from sqlalchemy import bindparam, text

from services.referral.demo.people import PASSWORD
from services.referral.records.tables import QueueRow
from tests.bench.clones import Mould, make_mould
from tests.bench.concern import our_server
from tests.bench.servers import Server
from tests.bench.sweeper import memory_of

#: Long enough ago that it is late today, whatever holidays there were.
AGO = timedelta(days=20)
#: In seconds: how long somebody looks at a page, and what is not counted.
PAUSE = 0.05
WARM_UP = 3.0


@dataclass(frozen=True, kw_only=True)
class Pages:
    """Times of queue pages in milliseconds, and the most the server has held by then, in bytes."""

    p50: float
    p99: float
    memory: int


@dataclass(frozen=True, kw_only=True)
class Result:
    """`drained` have climbed in so many seconds of what was due."""

    backend: str
    before: Pages
    during: Pages
    drained: int
    seconds: float

    @property
    def ratio(self) -> float:
        return self.during.p99 / self.before.p99

    @property
    def rate(self) -> float:
        """Referrals a second."""
        return self.drained / self.seconds


def measure_backlog(backend: str, url: str, due: int, seconds: float) -> Result:
    """Pages for so long before the sweep begins, and for as long while it drains."""
    started = (datetime.now(UTC) - AGO).replace(microsecond=0)
    with ExitStack() as opened:
        mould = make_mould(url, started)
        opened.enter_context(closing(mould.database))
        mould.copy(due, due=datetime.now(UTC) + AGO)
        mould.analyze()
        server = opened.enter_context(our_server(url, "sweeping"))
        reader = opened.enter_context(closing(_therapist(server)))
        _pages(server, reader, WARM_UP)
        before = _pages(server, reader, seconds)
        _release(mould)
        while (already := _drained(mould)) <= mould.referrals:
            time.sleep(0.1)  # for the next minute
        began = time.perf_counter()
        during = _pages(server, reader, seconds)
        took = time.perf_counter() - began
        drained = _drained(mould) - already
        os.kill(server.pid, signal.SIGKILL)  # asked to stop it would end its sweep first
    return Result(backend=backend, before=before, during=during, drained=drained, seconds=took)


def _therapist(server: Server) -> httpx.Client:
    http = httpx.Client(base_url=server.url, follow_redirects=True, timeout=60)
    http.post("/sign-in", data={"email": "speech@example.org", "password": PASSWORD})
    return http


def _pages(server: Server, http: httpx.Client, seconds: float) -> Pages:
    times = []
    until = time.perf_counter() + seconds
    while (started := time.perf_counter()) < until:
        answer = http.get("/queue")
        times.append((time.perf_counter() - started) * 1000)
        assert answer.status_code == 200
        assert answer.text.count("SN-") >= 20
        time.sleep(PAUSE)
    p99 = sorted(times)[len(times) * 99 // 100]
    return Pages(p50=statistics.median(times), p99=p99, memory=memory_of(server.pid))


def _release(mould: Mould) -> None:
    """What was not due until now is due."""
    now = "UPDATE queue SET next_escalation_at = :now WHERE next_escalation_at > :now"
    at = bindparam("now", datetime.now(UTC), type_=QueueRow.metadata.tables["queue"].c.due_at.type)
    with mould.database.write() as session:
        session.execute(text(now).bindparams(at))


def _drained(mould: Mould) -> int:
    """How many have taken another rung."""
    climbed = "SELECT count(*) FROM queue WHERE service_id IS NOT NULL AND version > :version"
    with mould.database.read() as session:
        found: int = session.execute(text(climbed), {"version": mould.version}).scalar_one()
    return found

"""What notify does in a second, how long a message takes, and what old ones cost.

Mail goes through SMTP to a sink, and over HTTP to the stand-in for GOV.UK Notify, each in a process
of its own. The referral service is not asked where people are: a table answers at once.
"""

import logging
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import structlog
from fastapi.testclient import TestClient
from sqlalchemy import insert
from sqlmodel import col, select

from services.notify.channels.govuk import Account, GovukNotify
from services.notify.channels.providers import WeightedProviders
from services.notify.channels.smtp import Smtp
from services.notify.domain.channel import Provider
from services.notify.domain.decide import Area
from services.notify.domain.hours import area_hours
from services.notify.domain.message import Message, MessageState
from services.notify.domain.plan import messages_for
from services.notify.main import MIGRATIONS, assemble, utc_now
from services.notify.messages.breakers import Breakers
from services.notify.messages.people import People
from services.notify.messages.store import Store
from services.notify.messages.tables import AttemptRow, InboxRow, MessageRow
from services.notify.settings import Settings
from services.notify.use_cases.compose import Compose
from services.notify.use_cases.deliver_due import deliver_due
from services.notify.use_cases.delivery import Delivery
from services.notify.use_cases.take_events import take_events
from shared.cloudevents import BATCH_TYPE, to_json
from shared.contract import Channel, Recipient, RecipientQuery, RecipientResult
from shared.database import Database, migrate
from shared.signing import DEMO_SECRET, sign
from tests.notify.builders import FAMILY, an_envelope, an_event
from tests.notify.stand_ins.govuk import EMAIL_TEMPLATE, KEY

#: Small by default; SOONER_BENCH_FULL=1 for the figures that count.
IS_FULL = os.environ.get("SOONER_BENCH_FULL") == "1"
BATCHES, BATCH = (100, 100) if IS_FULL else (10, 100)
MESSAGES = 5_000 if IS_FULL else 200
OLD = 1_000_000 if IS_FULL else 20_000
STEADY_SECONDS, STEADY_RATE = (60, 20) if IS_FULL else (10, 10)
ROUNDS = 5 if IS_FULL else 3
FILLED_AT_ONCE = 10_000


@dataclass(frozen=True)
class Pace:
    backend: str
    taken: float  # events a second
    by_smtp: float  # messages a second
    by_govuk: float
    p95: float  # seconds from an event's arrival to its message's acceptance


@dataclass(frozen=True)
class OldCost:
    backend: str
    empty_ms: float  # a message, with nothing else in the table
    full_ms: float

    @property
    def ratio(self) -> float:
        return self.full_ms / self.empty_ms


def measure_pace(backend: str, url: str) -> Pace:
    _say_nothing()
    migrate(url, MIGRATIONS)
    with closing(Database(url)) as database:
        taken = _take(url, database)
        with sink() as smtp, govuk() as by_govuk:
            _send_all(_delivery(database, smtp))
            return Pace(
                backend=backend,
                taken=taken,
                by_smtp=_rate(database, smtp),
                by_govuk=_rate(database, by_govuk),
                p95=_p95(database, smtp),
            )


def measure_old(backend: str, few_url: str, many_url: str) -> OldCost:
    """One after the other in turns, so that whatever else the machine does meets both."""
    _say_nothing()
    for url in (few_url, many_url):
        migrate(url, MIGRATIONS)
    with closing(Database(few_url)) as few, closing(Database(many_url)) as many, sink() as smtp:
        _fill(many)
        times = [[1000 / _rate(one, smtp, number=50) for one in (few, many)] for _ in range(ROUNDS)]
    empty_ms, full_ms = (statistics.median(one) for one in zip(*times, strict=True))
    return OldCost(backend, empty_ms, full_ms)


def _say_nothing() -> None:
    """A line a message goes to a log, as in life, and not between the figures."""
    quiet = structlog.make_filtering_bound_logger(logging.WARNING)
    structlog.configure(wrapper_class=quiet)


def _take(url: str, database: Database) -> float:
    """Signed batches over HTTP, as the referral service posts them."""
    settings = Settings(notify_database_url=url, demo=True)
    app = assemble(settings, database, clock=utc_now)
    http = TestClient(app, base_url=settings.referral_url)
    bodies = [_batch() for _ in range(BATCHES)]
    started = time.perf_counter()
    for body in bodies:
        headers = sign(body, id=str(uuid4()), at=utc_now(), secrets=[DEMO_SECRET])
        answer = http.post("/events", content=body, headers={**headers, "content-type": BATCH_TYPE})
        assert answer.status_code == 202, answer.text
    return BATCHES * BATCH / (time.perf_counter() - started)


def _batch() -> bytes:
    return f"[{','.join(to_json(an_envelope(_somebody())) for _ in range(BATCH))}]".encode()


def _rate(database: Database, provider: Provider, *, number: int = MESSAGES) -> float:
    """Messages a second from the database through this provider, pass after pass."""
    delivery = _delivery(database, provider)
    _arrive(database, number)
    started = time.perf_counter()
    sent = _send_all(delivery)
    took = time.perf_counter() - started
    assert sent == number, sent
    return number / took


def _arrive(database: Database, number: int) -> None:
    events = [an_envelope(_somebody(), task=f"task-{uuid4()}") for _ in range(number)]
    take_events(events, store=Store(database), now=utc_now())


def _send_all(delivery: Delivery) -> int:
    sent = 0
    while done := deliver_due(delivery, now=utc_now()):
        sent += done[MessageState.SENT]
    return sent


def _p95(database: Database, provider: Provider) -> float:
    """Events come one by one, and passes begin a second after each other as in the service."""
    delivery = _delivery(database, provider)
    began = utc_now()
    for _ in range(STEADY_SECONDS):
        for _ in range(STEADY_RATE):
            _arrive(database, 1)
            time.sleep(1 / STEADY_RATE)
        _send_all(delivery)
    return statistics.quantiles(_waits(database, began), n=20)[-1]


def _waits(database: Database, since: datetime) -> list[float]:
    tries = select(MessageRow.created_at, AttemptRow.ended_at).join(
        AttemptRow, col(AttemptRow.message) == col(MessageRow.id)
    )
    with database.read() as session:
        rows = session.exec(tries.where(col(MessageRow.created_at) >= since)).all()
    return [(ended - created).total_seconds() for created, ended in rows if ended]


def _delivery(database: Database, provider: Provider) -> Delivery:
    """Outside every hour and cap, so that what is due is sent."""
    alone = WeightedProviders(providers=[provider], breakers=Breakers(database), weights={})
    always = (datetime.min.time(), datetime.min.time())
    hours = area_hours(quiet=always, phone=always, holidays=frozenset())
    return Delivery(
        store=Store(database),
        people=People(database),
        area=Area(hours=hours, channels=frozenset({Channel.EMAIL}), as_in_life=False),
        ask=_everybody_has_mail,
        channels={Channel.EMAIL: alone},
        compose=Compose(pages_url="https://sooner.example"),
        chance=lambda: 1.0,
        clock=utc_now,
    )


def _everybody_has_mail(queries: Sequence[RecipientQuery]) -> list[RecipientResult]:
    return [
        RecipientResult(
            recipient=one.recipient,
            may_send=True,
            email=f"{one.recipient.partition('/')[2]}@example.org",
        )
        for one in queries
    ]


def _somebody() -> Recipient:
    return replace(FAMILY, id=f"RelatedPerson/{uuid4()}")


def _fill(database: Database) -> None:
    """Messages of a year that went out, with their events and their tries."""
    [sample] = messages_for(an_event(FAMILY), now=utc_now())
    for start in range(0, OLD, FILLED_AT_ONCE):
        messages = [_old(sample, number) for number in range(start, start + FILLED_AT_ONCE)]
        events = [
            {"id": one["event"], "type": "t", "subject": "s", "body": "{}"}
            | {"received_at": one["created_at"]}
            for one in messages
        ]
        tries = [
            {"message": one["id"], "number": 1, "provider": "smtp", "outcome": "accepted"}
            | {"began_at": one["created_at"], "ended_at": one["settled_at"], "code": "smtp-250"}
            for one in messages
        ]
        with database.write() as session:
            for table, rows in ((InboxRow, events), (MessageRow, messages), (AttemptRow, tries)):
                session.execute(insert(table), rows)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")


def _old(sample: Message, number: int) -> dict[str, Any]:
    at = utc_now() - timedelta(days=365 * (number + 1) / OLD)
    state = MessageState.SENT if number % 10 == 0 else MessageState.DELIVERED
    facts = {"id": str(uuid4()), "event": str(uuid4()), "recipient": _somebody().id}
    ways = {"task": f"task-{number % 50_000}", "provider": "smtp", "address_hash": f"{number}"}
    times = {"created_at": at, "due_at": at, "free_at": at, "settled_at": at}
    return {**asdict(sample), **facts, **ways, **times, "state": state, "attempts": 1}


@contextmanager
def sink() -> Iterator[Smtp]:
    with _stand_in("mail_sink") as port:
        yield Smtp(host="127.0.0.1", port=int(port), sender="sooner@example.org", clock=utc_now)


@contextmanager
def govuk() -> Iterator[GovukNotify]:
    with _stand_in("govuk") as url:
        account = Account(key=KEY, url=url)
        yield GovukNotify(
            name="govuk-email", channel=Channel.EMAIL, account=account, template=EMAIL_TEMPLATE
        )


@contextmanager
def _stand_in(name: str) -> Iterator[str]:
    """What it prints when it is ready: where to find it."""
    command = [sys.executable, "-m", f"tests.notify.stand_ins.{name}"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait(10)
        if process.stdout is not None:
            process.stdout.close()

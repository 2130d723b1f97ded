from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import MetaData, select
from sqlalchemy.exc import StatementError

from shared import outbox
from shared.cloudevents import CloudEvent, read_batch
from shared.contract import Answer, AnswerStatus
from shared.database import Database
from shared.outbox import Claimed, outbox_table
from shared.relay import BATCH, LEASE, Passed, Relay, go_on
from shared.signing import DEMO_SECRET, verify
from shared.wire import write_answers
from tests.databases import BACKENDS, fresh_postgres
from tests.notify.builders import NOON, an_envelope

METADATA = MetaData()
TABLE = outbox_table(METADATA)

Answering = Callable[[httpx.Request], httpx.Response]


@pytest.fixture(params=BACKENDS)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    if request.param == "sqlite":
        yield from opened(f"sqlite:///{tmp_path / 'outbox.db'}")
        return
    with fresh_postgres(request.getfixturevalue("postgres")) as url:
        yield from opened(url)


def opened(url: str) -> Iterator[Database]:
    with closing(Database(url)) as database:
        METADATA.create_all(database.engine)
        yield database


def put(database: Database, *events: CloudEvent) -> list[str]:
    with database.write() as session:
        outbox.put(session, TABLE, events)
    return [event.id for event in events]


def claim(database: Database, *, now: datetime = NOON, limit: int = 100) -> list[Claimed]:
    with database.write() as session:
        return outbox.claim(session, TABLE, now=now, limit=limit, lease=LEASE)


def waiting(database: Database) -> int:
    with database.read() as session:
        return outbox.count_waiting(session, TABLE)


def a_relay(database: Database, answer: Answering) -> Relay:
    return Relay(
        database=database,
        table=TABLE,
        client=httpx.Client(transport=httpx.MockTransport(answer)),
        url="http://127.0.0.1:1/events",
        secrets=[DEMO_SECRET],
        chance=lambda: 1.0,
    )


def answer_all(status: AnswerStatus, reason: str = "") -> Answering:
    def answer(request: httpx.Request) -> httpx.Response:
        verify(request.headers, request.content, secrets=[DEMO_SECRET], now=NOON)
        events = read_batch(request.content)
        lines = [Answer(id=event.id, status=status, reason=reason) for event in events]
        return httpx.Response(202, content=write_answers(lines))

    return answer


def test_an_event_is_kept_only_with_what_makes_it_true(database: Database) -> None:
    with pytest.raises(RuntimeError), database.write() as session:
        outbox.put(session, TABLE, [an_envelope()])
        raise RuntimeError
    assert waiting(database) == 0


def test_events_are_claimed_oldest_first_and_once(database: Database) -> None:
    events = [an_envelope(at=NOON + timedelta(seconds=n)) for n in (2, 0, 1)]
    second, first, _ = put(database, *(events[2], events[1], events[0]))
    assert [event.id for event in claim(database, limit=2)] == [first, second]
    assert len(claim(database)) == 1
    assert claim(database) == []


def test_what_commits_late_is_not_lost(database: Database) -> None:
    late = an_envelope(at=NOON - timedelta(hours=1))
    put(database, an_envelope())
    claim(database)
    put(database, late)
    assert [event.id for event in claim(database)] == [late.id]


def test_a_claim_ends_with_its_lease(database: Database) -> None:
    put(database, an_envelope())
    assert [event.attempts for event in claim(database)] == [1]
    assert claim(database, now=NOON + LEASE - timedelta(seconds=1)) == []
    assert [event.attempts for event in claim(database, now=NOON + LEASE)] == [2]


def test_two_relays_at_once_never_claim_the_same(database: Database) -> None:
    ids = put(database, *(an_envelope() for _ in range(200)))
    with ThreadPoolExecutor(4) as relays:
        batches = relays.map(lambda _: claim(database, limit=25), range(16))
        claimed = Counter(event.id for batch in batches for event in batch)
    while rest := claim(database, limit=25):
        claimed.update(event.id for event in rest)
    assert claimed == Counter(ids)


def test_a_time_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(StatementError), database.write() as session:
        outbox.release(session, TABLE, {"1": NOON.replace(tzinfo=None)})


def test_times_come_back_as_instants(database: Database) -> None:
    put(database, an_envelope())
    with database.read() as session:
        assert session.execute(select(TABLE.c.created_at)).scalar_one() == NOON


@pytest.mark.parametrize("status", [AnswerStatus.ACCEPTED, AnswerStatus.DUPLICATE])
def test_what_the_receiver_has_is_done(database: Database, status: AnswerStatus) -> None:
    put(database, an_envelope(), an_envelope())
    relay = a_relay(database, answer_all(status))
    assert relay.pass_on(now=NOON) == Passed(claimed=2, parked=0, waiting=0)
    assert relay.pass_on(now=NOON + timedelta(days=1)).claimed == 0


def test_what_is_rejected_is_parked_with_the_reason(database: Database) -> None:
    [id] = put(database, an_envelope())
    relay = a_relay(database, answer_all(AnswerStatus.REJECTED, "no such moment"))
    assert relay.pass_on(now=NOON) == Passed(claimed=1, parked=1, waiting=0)
    assert relay.pass_on(now=NOON + timedelta(days=1)).claimed == 0
    with database.read() as session:
        [kept] = outbox.parked(session, TABLE)
    assert (kept.id, kept.type, kept.reason) == (id, "sooner.referral.made", "no such moment")


def refuse_connection(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("refused", request=request)


FAILURES: dict[str, Answering] = {
    "away": refuse_connection,
    "broken": lambda _: httpx.Response(500),
    "distrustful": lambda _: httpx.Response(401),
    "silent": lambda _: httpx.Response(202),
    "babbling": lambda _: httpx.Response(202, content=b"<html>"),
    "forgetful": lambda _: httpx.Response(202, content=b"[]"),
    "elsewhere": lambda _: httpx.Response(202, content=b'[{"id": "x", "status": "accepted"}]'),
}


@pytest.mark.parametrize("failure", FAILURES)
def test_what_gets_no_answer_goes_again_after_a_growing_wait(
    database: Database, failure: str
) -> None:
    put(database, an_envelope())
    relay = a_relay(database, FAILURES[failure])
    assert relay.pass_on(now=NOON) == Passed(claimed=1, parked=0, waiting=1)
    assert relay.pass_on(now=NOON + timedelta(seconds=14)).claimed == 0
    assert relay.pass_on(now=NOON + timedelta(seconds=15)).claimed == 1
    assert relay.pass_on(now=NOON + timedelta(seconds=44)).claimed == 0
    assert relay.pass_on(now=NOON + timedelta(seconds=45)).claimed == 1


def test_a_long_queue_goes_out_in_batches(database: Database) -> None:
    put(database, *(an_envelope() for _ in range(BATCH + 1)))
    relay = a_relay(database, answer_all(AnswerStatus.ACCEPTED))
    assert [relay.pass_on(now=NOON).claimed for _ in range(3)] == [BATCH, 1, 0]


def test_a_burst_goes_out_in_one_turn(database: Database) -> None:
    put(database, *(an_envelope() for _ in range(2 * BATCH + 1)))
    relay = a_relay(database, answer_all(AnswerStatus.ACCEPTED))
    assert go_on(lambda: relay.pass_on(now=NOON)).claimed == 2 * BATCH + 1


def test_a_turn_ends_with_the_first_batch_that_gets_no_answer(database: Database) -> None:
    put(database, *(an_envelope() for _ in range(2 * BATCH)))
    relay = a_relay(database, refuse_connection)
    assert go_on(lambda: relay.pass_on(now=NOON)) == Passed(BATCH, 0, BATCH)

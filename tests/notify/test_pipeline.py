"""From a posted batch to a mail that can be read, through every real part of notify."""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from services.notify.domain.message import MessageState
from services.notify.main import Work, assemble, at_work, create_app
from services.notify.messages.store import Store
from services.notify.messages.tables import outbox
from services.notify.settings import Settings
from shared.cloudevents import BATCH_TYPE, CloudEvent, join, to_json
from shared.contract import Fate
from shared.database import Database
from shared.outbox import parked
from shared.signing import DEMO_SECRET, sign
from tests.notify.builders import FAMILY, REFERRER, an_envelope
from tests.notify.world import Clock, Referral


@pytest.fixture
def settings(database_url: str, referral: Referral) -> Settings:
    return Settings(notify_database_url=database_url, referral_url=referral.url, demo=True)


@pytest.fixture
def http(settings: Settings, database: Database, clock: Clock) -> TestClient:
    return TestClient(assemble(settings, database, clock=clock))


@pytest.fixture
def work(settings: Settings, database: Database, clock: Clock) -> Iterator[Work]:
    with at_work(settings, database, clock=clock) as work:
        yield work


def post(
    http: TestClient,
    clock: Clock,
    events: Sequence[CloudEvent],
    *,
    secret: str = DEMO_SECRET,
    content_type: str = BATCH_TYPE,
) -> Response:
    body = join(to_json(event) for event in events)
    headers = sign(body, id=str(uuid4()), at=clock(), secrets=[secret])
    return http.post("/events", content=body, headers={**headers, "content-type": content_type})


def test_from_a_batch_to_a_mail_that_can_be_read(
    http: TestClient, clock: Clock, work: Work, referral: Referral
) -> None:
    event = an_envelope(FAMILY, REFERRER)
    answer = post(http, clock, [event])
    assert answer.status_code == 202
    assert answer.json() == [{"id": event.id, "status": "accepted", "reason": ""}]
    assert work.deliver() == {MessageState.SENT: 2, MessageState.DELIVERED: 1}
    assert work.pass_on().claimed == 3
    fates = sorted((heard.recipient, heard.fate) for heard in referral.heard)
    assert fates == [
        (REFERRER.id, Fate.ACCEPTED),
        (REFERRER.id, Fate.DELIVERED),
        (FAMILY.id, Fate.ACCEPTED),
    ]
    page = http.get("/mail").text
    assert "parent@example.org" in page
    assert "2 March 2026, 12:00" in page


def test_a_batch_that_comes_three_times_in_any_order_is_one_batch(
    http: TestClient, clock: Clock, work: Work, store: Store
) -> None:
    events = [an_envelope(FAMILY) for _ in range(30)]
    verdicts = []
    for _ in range(3):
        verdicts += [line["status"] for line in post(http, clock, events).json()]
        work.deliver()
        random.Random(7).shuffle(events)
    assert verdicts == ["accepted"] * 30 + ["duplicate"] * 60
    assert store.tally() == {MessageState.SENT: 30}


def test_an_event_that_is_listed_twice_is_a_duplicate_of_itself(
    http: TestClient, clock: Clock
) -> None:
    event = an_envelope()
    answer = post(http, clock, [event, event])
    assert [line["status"] for line in answer.json()] == ["accepted", "duplicate"]


def test_one_that_cannot_be_taken_is_rejected_with_the_reason_and_holds_up_no_other(
    http: TestClient, clock: Clock, store: Store, work: Work
) -> None:
    good = an_envelope()
    unknown = CloudEvent(**vars(good) | {"id": "unknown", "type": "sooner.referral.juggled"})
    foreign = CloudEvent(**vars(good) | {"id": "foreign", "type": "another.thing"})
    wordy = CloudEvent(**vars(good) | {"id": "wordy", "data": {**good.data, "child": "A Name"}})
    bare = CloudEvent(**vars(good) | {"id": "bare", "data": {}})
    answer = post(http, clock, [unknown, foreign, good, wordy, bare])
    lines = {line["id"]: (line["status"], line["reason"]) for line in answer.json()}
    assert [lines[id][0] for id in ("unknown", "foreign", "wordy", "bare")] == ["rejected"] * 4
    assert "moment" in lines["unknown"][1]
    assert "child" in lines["wordy"][1]
    assert "A Name" not in answer.text
    assert lines[good.id] == ("accepted", "")
    work.deliver()
    assert store.tally() == {MessageState.SENT: 1}


def test_only_who_knows_the_secret_is_listened_to(
    http: TestClient, clock: Clock, store: Store
) -> None:
    another = "whsec_" + "YW5vdGhlci1zZWNyZXQtb2YtMzItYnl0ZXMtbG9uZyE="
    assert post(http, clock, [an_envelope()], secret=another).status_code == 401
    assert http.post("/events", content=b"[]").status_code == 401
    assert not store.tally()


NO_BATCHES = [b"", b"{}", b"[1]", b"[{}]", b'[{"id": 7}]', b"[" * 5000, b"null"]


def test_an_event_that_is_nested_without_end_is_answered_as_unreadable(
    http: TestClient, clock: Clock, store: Store
) -> None:
    body = b'[{"id": "deep", "data": ' + b"[" * 300 + b"]" * 300 + b"}]"
    headers = sign(body, id="1", at=clock(), secrets=[DEMO_SECRET])
    answer = http.post("/events", content=body, headers={**headers, "content-type": BATCH_TYPE})
    assert answer.status_code == 202
    assert [line["status"] for line in answer.json()] == ["rejected"]
    assert not store.tally()


@pytest.mark.parametrize("body", NO_BATCHES)
def test_what_is_no_batch_is_refused(http: TestClient, clock: Clock, body: bytes) -> None:
    headers = sign(body, id="1", at=clock(), secrets=[DEMO_SECRET])
    answer = http.post("/events", content=body, headers={**headers, "content-type": BATCH_TYPE})
    assert answer.status_code == 400


def test_a_batch_of_another_type_is_refused(http: TestClient, clock: Clock) -> None:
    answer = post(http, clock, [an_envelope()], content_type="application/json")
    assert answer.status_code == 400


def test_more_than_a_megabyte_is_refused(http: TestClient) -> None:
    assert http.post("/events", content=b"x" * 1_000_001).status_code == 413


def test_what_became_of_it_reaches_the_referral_service_once_it_is_back(
    http: TestClient, clock: Clock, work: Work, referral: Referral
) -> None:
    post(http, clock, [an_envelope()])
    work.deliver()
    referral.is_down = True
    assert work.pass_on().waiting == 1
    referral.is_down = False
    clock.pass_(seconds=15)
    assert work.pass_on().waiting == 0
    assert [heard.fate for heard in referral.heard] == [Fate.ACCEPTED]
    assert work.pass_on().claimed == 0


def test_what_the_referral_service_will_not_take_is_kept_and_shown(
    http: TestClient, clock: Clock, work: Work, referral: Referral, database: Database
) -> None:
    post(http, clock, [an_envelope()])
    work.deliver()
    referral.rejects = "no such task"
    assert work.pass_on().parked == 1
    assert work.pass_on().claimed == 0
    with database.read() as session:
        assert [event.reason for event in parked(session, outbox)] == ["no such task"]


def test_while_the_referral_service_is_away_mail_waits(
    http: TestClient, clock: Clock, work: Work, referral: Referral
) -> None:
    post(http, clock, [an_envelope()])
    referral.is_down = True
    assert work.deliver() == {MessageState.TEMPORARY_FAILURE: 1}
    referral.is_down = False
    clock.pass_(seconds=15)
    assert work.deliver() == {MessageState.SENT: 1}


def test_the_service_delivers_by_itself(settings: Settings, database: Database) -> None:
    clock = Clock()
    with TestClient(create_app(settings, clock=clock)) as http:
        post(http, clock, [an_envelope()])
        eventually(lambda: "parent@example.org" in http.get("/mail").text)


def eventually(is_so: Callable[[], bool], *, within: float = 10) -> None:
    end = time.monotonic() + within
    while not is_so():
        assert time.monotonic() < end, "it never came to be"
        time.sleep(0.05)

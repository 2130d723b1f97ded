"""Batches out of order, a worker that stands still, clocks that are wrong, a withdrawal."""

from collections import Counter
from datetime import datetime, timedelta
from random import Random
from threading import Event, Thread

from fastapi.testclient import TestClient

from services.notify.channels.one_provider import OneProvider
from services.notify.domain.channel import Outgoing, Receipt, ReceiptState, Sent
from services.notify.domain.message import MessageState
from services.notify.main import assemble
from services.notify.messages.store import Store
from services.notify.settings import Settings
from services.notify.use_cases.deliver_due import deliver_due
from services.notify.use_cases.delivery import LEASE
from shared.cloudevents import BATCH_TYPE, CloudEvent, join, to_json
from shared.contract import Channel
from shared.database import Database
from shared.signing import DEMO_SECRET, sign
from shared.wire import referral_to_cloudevent
from tests.chaos.conftest import Say
from tests.chaos.notify_alone import delivery, family, family_events, keep
from tests.chaos.sizes import size
from tests.notify.providers import ACCEPTED, Answerer, Doing
from tests.notify.world import Clock, Referral

SEED = 20261122
EVENTS = size(200, 2000)
A_BATCH = 50
A_MINUTE = timedelta(seconds=60)
QUEUED = 500


class Kept:
    """A provider that takes everything, as often as it comes, and can be asked."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()
        self.to: list[str] = []

    def take(self, message: Outgoing) -> Sent:
        self.taken[message.id] += 1
        self.to.append(message.address)
        return ACCEPTED

    def find(self, reference: str) -> Receipt | None:
        if reference not in self.taken:
            return None
        return Receipt(reference=reference, state=ReceiptState.SENT, at=Clock().now, code="ok")

    @property
    def channels(self) -> dict[Channel, OneProvider]:
        return {Channel.EMAIL: OneProvider(Answerer(self.take, found=self.find))}

    @property
    def twice(self) -> int:
        return sum(number > 1 for number in self.taken.values())


def test_every_batch_comes_three_times_shuffled(
    database: Database, backend: str, clock: Clock, say: Say
) -> None:
    settings = Settings(notify_database_url=str(database.url), demo=True)
    http = TestClient(assemble(settings, database, clock=clock))
    random, kept = Random(SEED), Kept()
    at = delivery(database, clock, kept.channels)
    events = [referral_to_cloudevent(one) for one in family_events(EVENTS)]
    batches = [events[first : first + A_BATCH] for first in range(0, EVENTS, A_BATCH)] * 3
    random.shuffle(batches)
    answers: Counter[str] = Counter()
    for batch in batches:
        answers.update(_post(http, random.sample(batch, len(batch)), clock()))
        deliver_due(at, now=clock())
    while deliver_due(at, now=clock()):
        clock.pass_(seconds=1)
    lost = EVENTS - len(kept.taken)
    say(f"{backend}: {EVENTS} events three times, shuffled: LOST {lost} TWICE {kept.twice}")
    assert answers == {"accepted": EVENTS, "duplicate": 2 * EVENTS}
    assert (lost, kept.twice) == (0, 0)


def test_a_worker_that_stands_still_past_its_lease_sends_nothing_twice(
    database: Database, backend: str, clock: Clock, say: Say
) -> None:
    """It stops while a message leaves; another worker takes everything over; then it goes on."""
    mails = 2 * A_BATCH
    keep(database, clock, family_events(mails))
    kept, stands, goes_on = Kept(), Event(), Event()

    def stand_still(message: Outgoing) -> Sent:
        sent = kept.take(message)
        if len(kept.taken) == 10:
            stands.set()
            goes_on.wait(30)
        return sent

    slow = Answerer(stand_still, found=kept.find)
    first = delivery(database, clock, {Channel.EMAIL: OneProvider(slow)})
    other = delivery(database, clock, kept.channels)
    pass_ = Thread(target=lambda: deliver_due(first, now=clock()))
    pass_.start()
    assert stands.wait(30)
    clock.pass_(seconds=LEASE.total_seconds() + 1)
    for _ in range(5):
        deliver_due(other, now=clock())
        clock.pass_(seconds=60)
    goes_on.set()
    pass_.join()
    for _ in range(3):
        deliver_due(other, now=clock())
        clock.pass_(seconds=60)
    lost = mails - len(kept.taken)
    say(f"{backend}: a worker paused past its lease, {mails} mails: LOST {lost} TWICE {kept.twice}")
    assert (lost, kept.twice) == (0, 0)
    assert Store(database).tally() == {MessageState.SENT: mails}


def test_clocks_that_are_a_minute_wrong_lose_nothing_and_send_nothing_twice(
    database: Database, backend: str, clock: Clock, say: Say
) -> None:
    """Events come from a minute ahead and behind; of two workers one is a minute ahead."""
    settings = Settings(notify_database_url=str(database.url), demo=True)
    http = TestClient(assemble(settings, database, clock=clock))
    events = [referral_to_cloudevent(one) for one in family_events(EVENTS)]
    kept = Kept()
    ahead = delivery(database, lambda: clock() + A_MINUTE, kept.channels)
    behind = delivery(database, lambda: clock() - A_MINUTE, kept.channels)
    for first in range(0, EVENTS, A_BATCH):
        signed = clock() + (A_MINUTE if first % (2 * A_BATCH) else -A_MINUTE)
        answers = _post(http, events[first : first + A_BATCH], signed)
        assert set(answers) == {"accepted"}
        for worker in (ahead, behind):
            deliver_due(worker, now=worker.clock())
    for _ in range(10):
        clock.pass_(seconds=30)
        for worker in (behind, ahead):
            deliver_due(worker, now=worker.clock())
    lost = EVENTS - len(kept.taken)
    say(f"{backend}: clocks a minute wrong, {EVENTS} mails: LOST {lost} TWICE {kept.twice}")
    assert (lost, kept.twice) == (0, 0)


def test_after_a_withdrawal_nothing_that_was_queued_leaves(
    database: Database, backend: str, clock: Clock, say: Say
) -> None:
    keep(database, clock, family_events(QUEUED))
    referral, kept = Referral(clock), Kept()
    at = delivery(database, clock, kept.channels, referral=referral)
    deliver_due(at, now=clock())
    before = len(kept.taken)
    referral.withdrawn = {family(number).id for number in range(QUEUED)}
    while deliver_due(at, now=clock()):
        clock.pass_(seconds=1)
    after = len(kept.taken) - before
    say(f"{backend}: withdrawn with {QUEUED - before} queued: {after} sent after it")
    assert before
    assert after == 0
    cancelled = QUEUED - before
    sent = {MessageState.SENT: before, MessageState.CANCELLED: cancelled}
    assert Store(database).tally() == sent


def test_a_withdrawal_while_a_slow_provider_works_stops_the_rest_of_the_pass(
    database: Database, backend: str, clock: Clock, say: Say
) -> None:
    keep(database, clock, family_events(A_BATCH))
    referral, kept = Referral(clock), Kept()

    def take_long(message: Outgoing) -> Sent:
        sent = kept.take(message)
        clock.pass_(seconds=2)
        if len(kept.taken) == 10:
            referral.withdrawn = {family(number).id for number in range(A_BATCH)}
        return sent

    slow = {Channel.EMAIL: OneProvider(Doing(take_long))}
    deliver_due(delivery(database, clock, slow, referral=referral), now=clock())
    after = len(kept.taken) - 10
    say(f"{backend}: withdrawn in the middle of a slow pass of {A_BATCH}: {after} sent after it")
    assert after == 0


def _post(http: TestClient, events: list[CloudEvent], at: datetime) -> list[str]:
    body = join(to_json(event) for event in events)
    headers = sign(body, id="a-batch", at=at, secrets=[DEMO_SECRET])
    answer = http.post("/events", content=body, headers={**headers, "content-type": BATCH_TYPE})
    assert answer.status_code == 202
    return [line["status"] for line in answer.json()]

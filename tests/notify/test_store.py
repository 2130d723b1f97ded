from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from services.notify.domain.channel import Outcome, Sent
from services.notify.domain.message import Cause, Message, MessageState
from services.notify.domain.plan import messages_for
from services.notify.messages.store import Store
from services.notify.messages.tables import AttemptRow, outbox
from services.notify.use_cases.take_events import take_events
from shared.cloudevents import CloudEvent
from shared.contract import Channel, Recipient
from shared.database import Database
from shared.outbox import count_waiting
from shared.wire import read_referral_event
from tests.notify.builders import FAMILY, NOON, REFERRER, an_envelope

LEASE = timedelta(minutes=10)
LATER = NOON + LEASE
SENT = Sent(outcome=Outcome.ACCEPTED, provider="smtp", code="smtp-250")
EMAIL, IN_APP = Channel.EMAIL, Channel.IN_APP


def take(store: Store, *events: CloudEvent) -> set[str]:
    planned = {e.id: (e, messages_for(read_referral_event(e), now=NOON)) for e in events}
    return store.take(planned, now=NOON)


def claim(store: Store, name: str = "first", *, limit: int = 10) -> list[Message]:
    return store.claim({EMAIL: limit}, now=NOON, lease=LEASE, claim=name)


def start(store: Store, message: Message, name: str = "first", now: datetime = NOON) -> bool:
    trying = replace(message, attempts=message.attempts + 1, provider="smtp")
    return store.start(trying, claim=name, now=now, lease=LEASE)


def test_a_message_comes_back_as_it_went_in(store: Store) -> None:
    event = an_envelope(FAMILY)
    take(store, event)
    [planned] = messages_for(read_referral_event(event), now=NOON)
    assert claim(store) == [replace(planned, due_at=LATER)]


def test_only_what_is_new_is_taken(store: Store) -> None:
    old, new = an_envelope(), an_envelope()
    assert take(store, old) == {old.id}
    assert take(store, new, old) == {new.id}
    assert len(claim(store)) == 2


def test_nothing_of_a_batch_is_kept_unless_all_of_it_is(store: Store) -> None:
    event = an_envelope(FAMILY)
    [message] = messages_for(read_referral_event(event), now=NOON)
    with pytest.raises(Exception, match=r"(?i)constraint"):
        store.take({event.id: (event, [message, message])}, now=NOON)
    assert take(store, event) == {event.id}


def test_what_one_pass_has_claimed_no_other_gets(store: Store) -> None:
    take(store, an_envelope(), an_envelope())
    assert len(claim(store, limit=1)) == 1
    assert len(claim(store, "second")) == 1
    assert claim(store, "third") == []


def test_urgent_messages_go_first(store: Store) -> None:
    urgent = Recipient(id=FAMILY.id, audience=FAMILY.audience, urgent=True)
    take(store, an_envelope(), an_envelope(urgent), an_envelope())
    assert [message.urgent for message in claim(store)] == [True, False, False]


def test_a_claim_that_ran_out_can_be_taken_over_and_is_then_worth_nothing(store: Store) -> None:
    take(store, an_envelope())
    [message] = claim(store, "first")
    [again] = store.claim({EMAIL: 1}, now=LATER, lease=LEASE, claim="second")
    assert not start(store, message, "first", LATER)
    assert start(store, again, "second", LATER)


def test_a_message_is_started_once(store: Store) -> None:
    take(store, an_envelope())
    [message] = claim(store)
    assert start(store, message)
    assert not start(store, message)


def test_a_settled_message_is_told_once(store: Store, database: Database) -> None:
    take(store, an_envelope())
    [message] = claim(store)
    start(store, message)
    sent = replace(message, state=MessageState.SENT, attempts=1)
    assert store.settle(sent, SENT, claim="first", now=NOON)
    assert not store.settle(sent, SENT, claim="first", now=NOON)
    with database.read() as session:
        assert count_waiting(session, outbox) == 1
        journal = session.get_one(AttemptRow, (message.id, 1))
    assert (journal.began_at, journal.ended_at) == (NOON, NOON)
    assert (journal.provider, journal.outcome, journal.code) == ("smtp", "accepted", "smtp-250")


def test_what_was_left_in_the_middle_is_found_once_its_lease_is_over_and_settled_once(
    store: Store, database: Database
) -> None:
    take(store, an_envelope())
    [message] = claim(store)
    start(store, message)
    assert store.cut_off(now=NOON, limit=10) == []
    [left] = store.cut_off(now=LATER, limit=10)
    uncertain = left.to(MessageState.UNCERTAIN, Cause.RECOVERY, settled_at=LATER)
    assert store.recover(left, uncertain, now=LATER)
    assert not store.recover(left, uncertain, now=LATER)
    with database.read() as session:
        assert count_waiting(session, outbox) == 1, "that the mail is uncertain, told once"


def test_an_answer_after_the_lease_still_counts(store: Store) -> None:
    take(store, an_envelope())
    [message] = claim(store)
    start(store, message)
    [left] = store.cut_off(now=LATER, limit=10)
    store.recover(left, left.to(MessageState.UNCERTAIN, Cause.RECOVERY), now=LATER)
    sent = replace(left, state=MessageState.SENT)
    assert store.settle(sent, SENT, claim="first", now=LATER)
    assert store.tally() == Counter({MessageState.SENT: 1})


def test_many_who_post_and_claim_at_once_get_each_message_once(store: Store) -> None:
    events = [an_envelope(REFERRER) for _ in range(20)]
    with ThreadPoolExecutor(4) as pool:
        batches = [events[turn:] + events[:turn] for turn in (0, 5, 10, 15)]
        answers = list(pool.map(lambda batch: take_events(batch, store=store, now=NOON), batches))
        most = {EMAIL: 8, IN_APP: 7}
        passes = list(
            pool.map(lambda n: store.claim(most, now=NOON, lease=LEASE, claim=str(n)), range(4))
        )
    verdicts = Counter(answer.status for batch in answers for answer in batch)
    assert verdicts == {"accepted": 20, "duplicate": 60}
    claimed = Counter(message.id for messages in passes for message in messages)
    assert len(claimed) == 40
    assert set(claimed.values()) == {1}

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from services.notify.domain.message import Message, Outcome, Result, State
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
SENT = Outcome(Result.SENT, "smtp-250")


def take(store: Store, *events: CloudEvent) -> set[str]:
    planned = {e.id: (e, messages_for(read_referral_event(e), now=NOON)) for e in events}
    return store.take(planned, now=NOON)


def claim(store: Store, name: str = "first", *, limit: int = 10) -> list[Message]:
    return store.claim(now=NOON, limit=limit, lease=LEASE, claim=name)


def test_a_message_comes_back_as_it_went_in(store: Store) -> None:
    event = an_envelope(FAMILY)
    take(store, event)
    [planned] = messages_for(read_referral_event(event), now=NOON)
    assert claim(store) == [replace(planned, attempts=1, due_at=LATER)]


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
    [again] = store.claim(now=LATER, limit=1, lease=LEASE, claim="second")
    assert again.attempts == 2
    assert not store.start(message, claim="first", now=LATER, lease=LEASE)
    assert store.start(again, claim="second", now=LATER, lease=LEASE)


def test_a_message_is_started_once(store: Store) -> None:
    take(store, an_envelope())
    [message] = claim(store)
    assert store.start(message, claim="first", now=NOON, lease=LEASE)
    assert not store.start(message, claim="first", now=NOON, lease=LEASE)


def test_a_settled_message_is_told_once(store: Store, database: Database) -> None:
    take(store, an_envelope())
    [message] = claim(store)
    store.start(message, claim="first", now=NOON, lease=LEASE)
    sent = replace(message, state=State.SENT)
    assert store.settle(sent, SENT, claim="first", now=NOON)
    assert not store.settle(sent, SENT, claim="first", now=NOON)
    with database.read() as session:
        assert count_waiting(session, outbox) == 1
        journal = session.get_one(AttemptRow, (message.id, 1))
    assert (journal.began_at, journal.ended_at, journal.result) == (NOON, NOON, "sent")


def test_mail_left_in_the_middle_is_uncertain_and_in_app_is_tried_again(
    store: Store, database: Database
) -> None:
    take(store, an_envelope(REFERRER))
    for message in claim(store):
        store.start(message, claim="first", now=NOON, lease=LEASE)
    assert store.recover(now=NOON) == Counter()
    assert store.recover(now=LATER) == Counter({State.UNCERTAIN: 1, State.WAITING: 1})
    [again] = store.claim(now=LATER, limit=10, lease=LEASE, claim="second")
    assert again.channel is Channel.IN_APP
    assert store.recover(now=LATER) == Counter()
    with database.read() as session:
        assert count_waiting(session, outbox) == 1, "that the mail is uncertain, told once"


def test_an_answer_after_the_lease_still_counts(store: Store) -> None:
    take(store, an_envelope())
    [message] = claim(store)
    store.start(message, claim="first", now=NOON, lease=LEASE)
    store.recover(now=LATER)
    assert store.settle(replace(message, state=State.SENT), SENT, claim="first", now=LATER)
    assert store.tally() == Counter({State.SENT: 1})


def test_many_who_post_and_claim_at_once_get_each_message_once(store: Store) -> None:
    events = [an_envelope(REFERRER) for _ in range(20)]
    with ThreadPoolExecutor(4) as pool:
        batches = [events[turn:] + events[:turn] for turn in (0, 5, 10, 15)]
        answers = list(pool.map(lambda batch: take_events(batch, store=store, now=NOON), batches))
        passes = list(pool.map(lambda name: claim(store, str(name), limit=15), range(4)))
    verdicts = Counter(answer.status for batch in answers for answer in batch)
    assert verdicts == {"accepted": 20, "duplicate": 60}
    claimed = Counter(message.id for messages in passes for message in messages)
    assert len(claimed) == 40
    assert set(claimed.values()) == {1}

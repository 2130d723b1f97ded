from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from services.notify.channels.bounced import read_bounce
from services.notify.domain.addresses import address_hash
from services.notify.domain.channel import Receipt, ReceiptState
from services.notify.domain.message import Message, MessageState
from services.notify.messages.receipts import Receipts, Unanswered
from services.notify.messages.store import Store
from services.notify.messages.tables import AddressRow, outbox
from services.notify.use_cases.take_events import take_events
from shared.contract import Channel
from shared.database import Database
from tests.notify.bounces import a_bounce
from tests.notify.builders import NOON, an_envelope
from tests.notify.providers import ACCEPTED

LEASE = timedelta(minutes=10)


@pytest.fixture
def sent(store: Store) -> Message:
    """A mail to a mother, which a provider took."""
    take_events([an_envelope()], store=store, now=NOON)
    [message] = store.claim({Channel.EMAIL: 1}, now=NOON, lease=LEASE, claim="1")
    trying = replace(
        message,
        attempts=1,
        provider="doing",
        address_hash=address_hash("parent@example.org"),
    )
    store.start(trying, claim="1", now=NOON, lease=LEASE)
    settled = replace(trying, state=MessageState.SENT, settled_at=NOON)
    store.settle(settled, ACCEPTED, claim="1", now=NOON)
    return settled


def a_receipt(message: Message, state: ReceiptState) -> Receipt:
    return Receipt(reference=message.id, state=state, at=NOON, code="said")


def test_what_arrived_shows_that_the_address_is_right(
    sent: Message, store: Store, database: Database
) -> None:
    receipts = Receipts(database)
    arrived = a_receipt(sent, ReceiptState.DELIVERED)
    assert receipts.receive(arrived, provider="doing", now=NOON)
    assert not receipts.receive(arrived, provider="doing", now=NOON), "a second time"
    late = a_receipt(sent, ReceiptState.PERMANENT_FAILURE)
    assert not receipts.receive(late, provider="doing", now=NOON), "it has come further already"
    assert store.tally() == {MessageState.DELIVERED: 1}
    with database.read() as session:
        known = session.get_one(AddressRow, (sent.recipient, sent.address_hash))
    assert (known.verified_at, known.suppressed_at) == (NOON, None)


def test_what_bounced_shows_that_the_address_is_wrong(
    sent: Message, store: Store, database: Database
) -> None:
    bounced = a_receipt(sent, ReceiptState.PERMANENT_FAILURE)
    assert Receipts(database).receive(bounced, provider="doing", now=NOON)
    assert store.tally() == {MessageState.PERMANENT_FAILURE: 1}
    with database.read() as session:
        known = session.get_one(AddressRow, (sent.recipient, sent.address_hash))
    assert (known.suppressed_at, known.why) == (NOON, "said")


def test_what_may_arrive_later_is_tried_again(
    sent: Message, store: Store, database: Database
) -> None:
    full = a_receipt(sent, ReceiptState.TEMPORARY_FAILURE)
    assert Receipts(database).receive(full, provider="doing", now=NOON)
    later = NOON + timedelta(minutes=1)
    [again] = store.claim({Channel.EMAIL: 1}, now=later, lease=LEASE, claim="2")
    assert again.id == sent.id


def test_a_receipt_of_another_provider_or_for_nothing_changes_nothing(
    sent: Message, store: Store, database: Database
) -> None:
    receipts = Receipts(database)
    arrived = a_receipt(sent, ReceiptState.DELIVERED)
    assert not receipts.receive(arrived, provider="another", now=NOON)
    assert not receipts.receive(replace(arrived, reference="no"), provider="doing", now=NOON)
    assert store.tally() == {MessageState.SENT: 1}


def test_what_nobody_has_heard_of_since_can_be_asked_for(sent: Message, database: Database) -> None:
    receipts, minute = Receipts(database), timedelta(minutes=1)
    found = receipts.without_receipt(
        provider="doing", after=NOON - minute, before=NOON + minute, limit=9
    )
    assert found == [Unanswered(sent.id, Channel.EMAIL, "doing", NOON)]
    assert not receipts.without_receipt(
        provider="another", after=NOON - minute, before=NOON + minute, limit=9
    )


def test_a_receipt_for_a_digest_is_one_for_all_that_it_carried(
    store: Store, database: Database
) -> None:
    take_events([an_envelope(), an_envelope()], store=store, now=NOON)
    receipts = Receipts(database)
    for message in store.claim({Channel.EMAIL: 2}, now=NOON, lease=LEASE, claim="1"):
        trying = replace(message, attempts=1, provider="doing", carrier="digest-1")
        store.start(trying, claim="1", now=NOON, lease=LEASE)
        settled = replace(trying, state=MessageState.SENT, settled_at=NOON)
        store.settle(settled, ACCEPTED, claim="1", now=NOON)
    asked = receipts.without_receipt(
        provider="doing", after=NOON - timedelta(minutes=1), before=NOON, limit=9
    )
    assert {one.message for one in asked} == {"digest-1"}
    arrived = Receipt(reference="digest-1", state=ReceiptState.DELIVERED, at=NOON, code="said")
    assert receipts.receive(arrived, provider="doing", now=NOON)
    assert store.tally() == {MessageState.DELIVERED: 2}


def test_a_mail_that_came_back_is_found_and_its_address_not_used_again(
    sent: Message, store: Store, database: Database
) -> None:
    raw = a_bounce(f"{sent.id}@example.org")
    receipt = read_bounce(raw, sender="sooner@example.org", at=NOON)
    assert receipt
    assert Receipts(database).receive(receipt, provider="doing", now=NOON)
    assert store.tally() == {MessageState.PERMANENT_FAILURE: 1}
    with database.read() as session:
        known = session.get_one(AddressRow, (sent.recipient, sent.address_hash))
        bodies = session.scalars(select(outbox.c.body)).all()
    assert (known.suppressed_at, known.why) == (NOON, "bounced-5.1.1")
    assert any("sooner.message.failed" in body for body in bodies), "which becomes work"

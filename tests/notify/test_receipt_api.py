"""Receipts by callback and by asking, from a stand-in for GOV.UK Notify to the message's state."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from services.notify.api import answer_failures
from services.notify.channels.govuk import Account, GovukNotify
from services.notify.domain.message import Message, MessageState
from services.notify.messages.receipts import Receipts
from services.notify.messages.store import Store
from services.notify.receipt_api import receipts_router
from services.notify.use_cases.poll_receipts import KNOWN_FOR, PATIENCE, Polling
from services.notify.use_cases.take_events import take_events
from shared.contract import Channel
from shared.database import Database
from tests.notify.builders import NOON, an_envelope
from tests.notify.channels.outgoing import an_outgoing
from tests.notify.stand_ins.govuk import EMAIL_TEMPLATE, KEY, Govuk, Trouble, receipt_of
from tests.notify.world import Clock

TOKEN, OLD_TOKEN = "a-token-of-twenty-characters", "the-token-that-was-used-before"
LEASE = timedelta(minutes=10)


@dataclass
class Post:
    """A message that GOV.UK Notify took, and everything that can tell what became of it."""

    govuk: Govuk
    provider: GovukNotify
    message: Message
    store: Store
    receipts: Receipts
    http: TestClient

    def tell(self, token: str = TOKEN, **changes: Any) -> int:
        one = receipt_of(self.govuk.taken[-1]) | {"status": "delivered"} | changes
        headers = {"authorization": f"Bearer {token}"}
        return self.http.post("/receipts/govuk", json=one, headers=headers).status_code

    def is_now(self, state: MessageState) -> bool:
        return set(self.store.tally()) == {state}


@pytest.fixture
def govuk() -> Iterator[Govuk]:
    with Govuk().open() as standing_in:
        yield standing_in


@pytest.fixture
def post(govuk: Govuk, store: Store, database: Database, clock: Clock) -> Post:
    account = Account(key=KEY, url=govuk.url)
    provider = GovukNotify(
        name="govuk-email", channel=Channel.EMAIL, account=account, template=EMAIL_TEMPLATE
    )
    take_events([an_envelope()], store=store, now=NOON)
    [message] = store.claim({Channel.EMAIL: 1}, now=NOON, lease=LEASE, claim="1")
    trying = replace(message, attempts=1, provider=provider.name)
    store.start(trying, claim="1", now=NOON, lease=LEASE)
    sent = provider.send(an_outgoing(id=message.id))
    settled = replace(trying, state=MessageState.SENT, settled_at=NOON)
    store.settle(settled, sent, claim="1", now=NOON)
    receipts = Receipts(database)
    app = FastAPI()
    answer_failures(app)
    tokens = {"govuk": (TOKEN, OLD_TOKEN)}
    app.include_router(receipts_router(receipts=receipts, tokens=tokens, clock=clock))
    return Post(govuk, provider, settled, store, receipts, TestClient(app))


def test_a_message_is_delivered_when_its_provider_says_so(post: Post) -> None:
    assert post.tell() == 204
    assert post.is_now(MessageState.DELIVERED)
    assert post.tell() == 204, "it says so up to five times"
    assert post.is_now(MessageState.DELIVERED)


def test_what_its_provider_could_not_deliver_has_failed(post: Post) -> None:
    assert post.tell(status="permanent-failure") == 204
    assert post.is_now(MessageState.PERMANENT_FAILURE)


def test_while_a_token_is_changed_both_are_good_and_no_other_is(post: Post) -> None:
    for token in ("", "another", "é"):
        assert (
            post.http.post(
                "/receipts/govuk", json={}, headers={b"authorization": f"Bearer {token}".encode()}
            ).status_code
            == 401
        )
    assert post.http.post("/receipts/govuk", json={}).status_code == 401
    assert post.is_now(MessageState.SENT)
    assert post.tell(OLD_TOKEN) == 204
    assert post.is_now(MessageState.DELIVERED)


@pytest.mark.parametrize(
    "changes",
    [{"status": "lost"}, {"reference": None}, {"reference": 7}, {"completed_at": "today"}],
)
def test_what_is_no_receipt_is_refused(post: Post, changes: dict[str, Any]) -> None:
    assert post.tell(**changes) == 400
    assert post.is_now(MessageState.SENT)


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b'"delivered"', b"[" * 100_000])
def test_what_is_no_json_object_is_refused(post: Post, body: bytes) -> None:
    headers = {"authorization": f"Bearer {TOKEN}"}
    assert post.http.post("/receipts/govuk", content=body, headers=headers).status_code == 400


def test_a_receipt_for_what_is_not_ours_changes_nothing(post: Post) -> None:
    assert post.tell(reference="another") == 204
    assert post.tell(notification_type="sms") == 204, "that provider never had it"
    assert post.is_now(MessageState.SENT)


def polling(post: Post) -> Polling:
    return Polling(providers=[post.provider], receipts=post.receipts, chance=lambda: 1.0)


def test_a_receipt_that_does_not_come_is_asked_for(post: Post) -> None:
    ask = polling(post)
    assert ask(NOON + PATIENCE - timedelta(seconds=1)) == 0
    assert ask(NOON + PATIENCE) == 0, "it is still on its way"
    post.govuk.settle(post.message.id, "delivered")
    ask(NOON + PATIENCE)
    assert ask(NOON + PATIENCE) == 1
    assert post.is_now(MessageState.DELIVERED)


def test_what_a_provider_has_forgotten_is_not_asked_for(post: Post) -> None:
    post.govuk.settle(post.message.id, "delivered")
    assert polling(post)(NOON + KNOWN_FOR) == 0


def test_while_a_provider_cannot_be_asked_nothing_is_lost(post: Post) -> None:
    post.govuk.settle(post.message.id, "delivered")
    post.govuk.troubles = [Trouble.BROKEN]
    ask = polling(post)
    assert ask(NOON + PATIENCE) == 0
    assert ask(NOON + PATIENCE) == 1

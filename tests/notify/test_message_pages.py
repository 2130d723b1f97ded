"""The operator follows messages, and sends what is stuck again."""

from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from services.notify.domain.message import MessageState
from services.notify.main import assemble
from services.notify.messages.overview import Overview
from services.notify.settings import Settings
from services.notify.use_cases.deliver_due import deliver_due
from services.notify.use_cases.delivery import Delivery
from services.notify.use_cases.take_events import take_events
from shared.database import Database
from shared.hand_over import Operator, Purpose, ticket
from shared.identity import Role
from shared.signing import DEMO_SECRET
from tests.notify.builders import FAMILY, REFERRER, an_envelope
from tests.notify.world import Clock, MailBox


@pytest.fixture
def http(database: Database, database_url: str, clock: Clock) -> TestClient:
    settings = Settings(notify_database_url=database_url, demo=True)
    return TestClient(assemble(settings, database, clock=clock))


def come_in(http: TestClient, clock: Clock, role: Role = Role.ADMIN) -> None:
    shown = ticket(
        Operator(id="someone", role=role), Purpose.ENTER, secrets=[DEMO_SECRET], now=clock()
    )
    http.get("/enter", params={"ticket": shown, "page": "/messages"}, follow_redirects=False)


def test_only_an_administrator_comes_in(http: TestClient, clock: Clock) -> None:
    assert http.get("/messages").status_code in (401, 403)
    come_in(http, clock, Role.COORDINATOR)
    assert http.get("/messages").status_code == 404
    come_in(http, clock)
    assert http.get("/messages").status_code == 200


def test_what_is_stuck_is_seen_followed_and_sent_again(
    http: TestClient, clock: Clock, delivery: Delivery, mailbox: MailBox, database: Database
) -> None:
    come_in(http, clock)
    take_events([an_envelope(FAMILY, REFERRER)], store=delivery.store, now=clock())
    assert "Oldest since" in http.get("/messages").text
    mailbox.rcpt_answer = "550 No such person"
    deliver_due(delivery, now=clock())
    [first, *_] = stuck = Overview(database).stuck()
    page = http.get(f"/messages/{first.id}").text
    assert "smtp-550" in page
    assert first.id in http.get(f"/messages/of/{first.task}").text
    mailbox.rcpt_answer = "250 OK"
    http.post(f"/messages/{first.id}/again", headers={"origin": "http://testserver"})
    http.post(f"/messages/{first.id}/again", headers={"origin": "http://testserver"})
    http.post(f"/messages/all/{first.state}/again", headers={"origin": "http://testserver"})
    assert delivery.store.tally()[MessageState.CREATED] == len(stuck) == 2
    for one in stuck:
        delivery.people.trust_again(one.recipient)
    deliver_due(delivery, now=clock())
    assert len(mailbox.mails) == 2
    page = http.get("/messages").text
    assert "Nothing is stuck." in page
    assert "example.org" not in page


def test_the_share_that_was_quick_is_shown(
    http: TestClient, clock: Clock, delivery: Delivery, database: Database
) -> None:
    come_in(http, clock)
    take_events([an_envelope(FAMILY)], store=delivery.store, now=clock())
    deliver_due(delivery, now=clock())
    take_events(
        [an_envelope(replace(FAMILY, id="RelatedPerson/b"))], store=delivery.store, now=clock()
    )
    clock.pass_(seconds=11)
    deliver_due(delivery, now=clock())
    assert Overview(database).soon(now=clock()).percent == 50
    assert "1 of 2" in http.get("/messages").text

"""The operator follows messages, and sends what is stuck again."""

from dataclasses import replace
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from services.notify.domain.breaker import FAILURES, PROBE_AFTER
from services.notify.domain.message import MessageState
from services.notify.main import assemble
from services.notify.messages.breakers import Breakers
from services.notify.messages.overview import Overview
from services.notify.messages.tables import outbox
from services.notify.settings import Settings
from services.notify.use_cases.deliver_due import deliver_due
from services.notify.use_cases.delivery import Delivery
from services.notify.use_cases.take_events import take_events
from shared import outbox as outboxes
from shared.contract import Answer, AnswerStatus
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


def come_in(http: TestClient, clock: Clock, role: Role = Role.ADMIN, referral: str = "") -> None:
    who = Operator(id="someone", role=role, referral=referral)
    shown = ticket(who, Purpose.ENTER, secrets=[DEMO_SECRET], now=clock())
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
    clock.pass_(minutes=3)
    assert "3 minutes" in http.get("/messages").text, "how long the oldest has waited"
    mailbox.rcpt_answer = "550 No such person"
    deliver_due(delivery, now=clock())
    [first, *_] = stuck = Overview(database).stuck()
    page = http.get(f"/messages/{first.id}").text
    assert "smtp-550" in page
    assert first.id in http.get(f"/messages/of/{first.task}").text
    mailbox.rcpt_answer = "250 OK"
    own = {"origin": "http://testserver"}
    assert "1 goes again now." in http.post(f"/messages/{first.id}/again", headers=own).text
    assert "Nothing was left" in http.post(f"/messages/{first.id}/again", headers=own).text
    assert "Another message stands for it" in http.get(f"/messages/{first.id}").text
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


def test_a_coordinator_follows_the_messages_of_the_referral_they_come_from_and_no_other(
    http: TestClient, clock: Clock, delivery: Delivery, database: Database
) -> None:
    events = [an_envelope(FAMILY), an_envelope(REFERRER, task="task-2")]
    take_events(events, store=delivery.store, now=clock())
    [own], [other, *_] = (Overview(database).of_task(task) for task in ("task-1", "task-2"))
    come_in(http, clock, Role.COORDINATOR, "task-1")
    assert f"/messages/{own.id}" in http.get("/messages/of/task-1").text
    assert http.get(f"/messages/{own.id}").status_code == 200
    for path in ("/messages/of/task-2", f"/messages/{other.id}"):
        assert http.get(path).status_code == 401
    for path in ("/messages", "/messages/find"):
        assert http.get(path).status_code == 404
    assert http.post(f"/messages/{own.id}/again").status_code == 404


def test_the_way_back_leads_to_sooner_and_nowhere_else(http: TestClient) -> None:
    ways = {"": "/sending", "?referral=task-1": "/referrals/task-1/messages"}
    ways["?referral=//evil.example"] = "/referrals/%2F%2Fevil.example/messages"
    for asked, path in ways.items():
        answer = http.get(f"/back{asked}", follow_redirects=False)
        assert answer.headers["location"] == f"http://127.0.0.1:8000{path}"


def test_a_message_is_found_by_its_own_id_and_by_its_referrals(
    http: TestClient, clock: Clock, delivery: Delivery, database: Database
) -> None:
    come_in(http, clock)
    take_events([an_envelope(FAMILY)], store=delivery.store, now=clock())
    [one] = Overview(database).of_task("task-1")
    leads = {one.id: f"/messages/{one.id}", "task-1": "/messages/of/task-1", " ": "/messages"}
    for id, path in leads.items():
        assert http.get("/messages/find", params={"id": id}).url.path == path


def test_what_the_record_refused_is_shown_and_told_again(
    http: TestClient, clock: Clock, delivery: Delivery, database: Database
) -> None:
    come_in(http, clock)
    take_events([an_envelope(FAMILY)], store=delivery.store, now=clock())
    deliver_due(delivery, now=clock())
    with database.write() as session:
        [event] = outboxes.claim(session, outbox, now=clock(), limit=9, lease=timedelta(seconds=1))
        refused = Answer(id=event.id, status=AnswerStatus.REJECTED, reason="There is no such Task.")
        outboxes.mark(session, outbox, [refused], now=clock())
    [one] = Overview(database).of_task("task-1")
    assert "There is no such Task." in http.get("/messages").text
    assert "Not in the record" in http.get(f"/messages/{one.id}").text
    told = http.post("/parked/again", headers={"origin": "http://testserver"}).text
    assert "1 goes again now." in told
    assert "It has taken all that we told it." in told


def test_a_provider_that_is_left_alone_is_shown_with_when_it_is_tried_again(
    http: TestClient, clock: Clock, database: Database
) -> None:
    come_in(http, clock)
    for _ in range(FAILURES):
        Breakers(database).failed("govuk-sms", now=clock())
    page = http.get("/messages").text
    assert "govuk-sms" in page
    assert "5 failures in a row" in page
    assert f"in {PROBE_AFTER[0].seconds} seconds" in page

"""Nothing is missing between the outbox, the inbox, the messages and the providers."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import text

from services.notify.main import Work, at_work
from services.notify.messages.store import Store
from services.notify.messages.totals import Tallies
from services.notify.settings import Settings
from services.notify.use_cases.take_events import take_events
from shared.contract import Totals
from shared.database import Database
from tests.notify.builders import FAMILY, NOON, REFERRER, an_envelope
from tests.notify.world import Clock, MailBox, Referral


@pytest.fixture
def work(
    database: Database, database_url: str, referral: Referral, clock: Clock, mailbox: MailBox
) -> Iterator[Work]:
    settings = Settings(
        notify_database_url=database_url,
        referral_url=referral.url,
        demo=True,
        smtp_host=mailbox.server.host,
        smtp_port=mailbox.server.port,
    )
    with at_work(settings, database, clock=clock) as work:
        yield work


@pytest.fixture
def taken(store: Store, referral: Referral) -> None:
    """Two events of which three messages are made."""
    events = [an_envelope(FAMILY), an_envelope(REFERRER)]
    take_events(events, store=store, now=NOON)
    referral.totals = Totals(published=2, waiting=0, held=0, parked=0, taken=0)


@pytest.mark.usefixtures("taken")
def test_when_all_is_with_a_provider_nothing_is_missing(work: Work) -> None:
    before = work.reconcile()
    assert str(before).startswith("outbox 2 / inbox 2 / messages 3 / accepted by provider 0")
    assert before.differences == ["not with a provider: created 3"]
    work.deliver()
    after = work.reconcile()
    assert str(after) == "outbox 2 / inbox 2 / messages 3 / accepted by provider 3"
    assert after.differences == []


@pytest.mark.usefixtures("taken")
def test_an_event_that_has_not_come_is_missed(work: Work, referral: Referral) -> None:
    work.deliver()
    referral.totals = Totals(published=3, waiting=1, held=7, parked=2, taken=0)
    assert work.reconcile().differences == ["events missing here: 4 (waiting 1, parked 2)"]


@pytest.mark.usefixtures("taken")
def test_a_message_that_is_gone_is_missed(work: Work, database: Database) -> None:
    work.deliver()
    with database.write() as session:
        session.execute(text("DELETE FROM attempt"))
        session.execute(text("DELETE FROM message WHERE channel = 'in-app'"))
    assert work.reconcile().differences == ["messages missing: 1"]


@pytest.mark.usefixtures("taken")
def test_what_was_stopped_on_purpose_is_explained(work: Work, referral: Referral) -> None:
    referral.withdrawn = {FAMILY.id}
    work.deliver()
    found = work.reconcile()
    assert str(found) == (
        "outbox 2 / inbox 2 / messages 3 / accepted by provider 2\n"
        "not to be with a provider: cancelled 1"
    )
    assert found.differences == []


@pytest.mark.usefixtures("taken")
def test_what_failed_or_may_have_gone_is_a_difference(work: Work, mailbox: MailBox) -> None:
    mailbox.rcpt_answer = "550 No such person"
    work.deliver()
    assert work.reconcile().differences == ["not with a provider: permanent-failure 2"]


def test_the_heartbeat_says_ours_and_keeps_theirs(
    work: Work, referral: Referral, database: Database, clock: Clock
) -> None:
    referral.totals = Totals(published=5, waiting=1, held=2, parked=3, taken=4)
    work.beat()
    heard = Tallies(database).last_heard()
    assert heard is not None
    assert (heard.at, heard.totals) == (clock(), referral.totals)
    assert referral.told_totals == replace(referral.totals, **dict.fromkeys(vars(heard.totals), 0))
    referral.is_down = True
    work.beat()

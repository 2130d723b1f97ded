"""Two real providers of one channel, from the event to what each of them got."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import col, select

from services.notify.channels.govuk import Account, GovukNotify
from services.notify.channels.providers import WeightedProviders
from services.notify.channels.smtp import Smtp
from services.notify.domain.breaker import FAILURES, PROBE_AFTER
from services.notify.domain.channel import GRACE, Provider, Providers
from services.notify.domain.message import MessageState
from services.notify.messages.breakers import Breakers
from services.notify.messages.tables import AttemptRow
from services.notify.use_cases.deliver_due import deliver_due
from services.notify.use_cases.delivery import Delivery
from services.notify.use_cases.take_events import take_events
from shared.contract import Channel
from shared.database import Database
from tests.notify.builders import FAMILY, an_envelope
from tests.notify.stand_ins.govuk import EMAIL_TEMPLATE, KEY, Govuk, Trouble
from tests.notify.world import Clock, MailBox

MINUTE = timedelta(minutes=1)


@pytest.fixture
def govuk() -> Iterator[Govuk]:
    with Govuk(silence=0.4).open() as standing_in:
        yield standing_in


@pytest.fixture
def by_govuk(govuk: Govuk) -> GovukNotify:
    account = Account(key=KEY, url=govuk.url, timeout=0.2)
    return GovukNotify(
        name="govuk-email", channel=Channel.EMAIL, account=account, template=EMAIL_TEMPLATE
    )


@pytest.fixture
def away(mailbox: MailBox) -> Smtp:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return replace(mailbox.server, port=free.getsockname()[1])


def by(delivery: Delivery, database: Database, *providers: Provider) -> Delivery:
    """The first of them for every message; the others stand in."""
    weights = dict.fromkeys((one.name for one in providers[1:]), 0.0)
    ways: Providers = WeightedProviders(
        providers=providers, breakers=Breakers(database), weights=weights
    )
    return replace(delivery, channels={Channel.EMAIL: ways})


def tries(database: Database) -> list[tuple[int, str, str | None]]:
    with database.read() as session:
        rows = session.exec(select(AttemptRow).order_by(col(AttemptRow.number))).all()
    return [(row.number, row.provider, row.outcome) for row in rows]


def test_what_one_provider_cannot_take_the_other_takes_at_once(
    delivery: Delivery, clock: Clock, database: Database, govuk: Govuk,
    by_govuk: GovukNotify, away: Smtp,
) -> None:  # fmt: skip
    both = by(delivery, database, away, by_govuk)
    take_events([an_envelope(FAMILY)], store=both.store, now=clock())
    assert deliver_due(both, now=clock()) == {MessageState.SENT: 1}
    assert len(govuk.taken) == 1
    assert tries(database) == [(1, "smtp", "temporary"), (2, "govuk-email", "accepted")]


@pytest.mark.parametrize(
    "trouble", [Trouble.SILENT, Trouble.BROKEN_AFTER, Trouble.HANGS_UP, Trouble.BROKEN]
)
def test_what_may_have_gone_goes_to_no_other_and_is_asked_for_before_it_goes_again(
    delivery: Delivery, clock: Clock, database: Database, mailbox: MailBox, govuk: Govuk,
    by_govuk: GovukNotify, trouble: Trouble,
) -> None:  # fmt: skip
    both = by(delivery, database, by_govuk, mailbox.server)
    take_events([an_envelope(FAMILY)], store=both.store, now=clock())
    govuk.troubles = [trouble]
    assert deliver_due(both, now=clock()) == {MessageState.UNCERTAIN: 1}
    clock.now += GRACE
    for _ in range(3):
        deliver_due(both, now=clock())
        clock.now += MINUTE
    assert both.store.tally() == {MessageState.SENT: 1}
    assert len(govuk.taken) == 1, "once, whether it was taken the first time or not"
    assert mailbox.mails == []


def test_while_all_are_down_nothing_is_tried_but_a_probe_and_all_goes_when_one_is_back(
    delivery: Delivery, clock: Clock, database: Database, mailbox: MailBox, away: Smtp
) -> None:
    down = by(delivery, database, away)
    events = [
        an_envelope(replace(FAMILY, id=f"RelatedPerson/{number}"), task=f"task-{number}")
        for number in range(20)
    ]
    take_events(events, store=down.store, now=clock())
    for _ in range(600):
        deliver_due(down, now=clock())
        clock.pass_(seconds=1)
    tried = len(tries(database))
    assert tried <= FAILURES + 1 + 600 / PROBE_AFTER[-1].total_seconds() + len(PROBE_AFTER)
    back = by(delivery, database, mailbox.server)
    for _ in range(60):
        deliver_due(back, now=clock())
        clock.pass_(seconds=1)
    assert back.store.tally() == {MessageState.SENT: 20}
    assert len(mailbox.mails) == 20

from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

import pytest

from services.notify.channels.inbox import NAME
from services.notify.channels.one_provider import OneProvider
from services.notify.channels.recipients import Unreachable
from services.notify.domain.channel import (
    GRACE,
    Dedup,
    NotKnownNow,
    Outgoing,
    Provider,
    Providers,
    Receipt,
    ReceiptState,
    Sent,
)
from services.notify.domain.message import Message, MessageState
from services.notify.messages.tables import outbox
from services.notify.use_cases.compose import Compose, Composed
from services.notify.use_cases.deliver_due import deliver_due
from services.notify.use_cases.delivery import LEASE, Delivery
from services.notify.use_cases.take_events import take_events
from shared import outbox as outboxes
from shared.cloudevents import CloudEvent, read_batch
from shared.contract import Channel, Fate, MessageEvent, RecipientQuery, RecipientResult
from shared.database import Database
from shared.wire import read_message_event
from tests.notify.builders import FAMILY, LINKS, REFERRER, SERVICE, an_envelope
from tests.notify.providers import ACCEPTED, Answerer, Doing
from tests.notify.world import Clock, MailBox, Referral


class Killed(BaseException):
    """The process ends here and now."""


def by(delivery: Delivery, provider: Provider) -> Delivery:
    channels: dict[Channel, Providers] = {provider.channel: OneProvider(provider)}
    return replace(delivery, channels={**delivery.channels, **channels})


def told(database: Database, clock: Clock) -> list[MessageEvent]:
    with database.write() as session:
        claimed = outboxes.claim(session, outbox, now=clock(), limit=500, lease=timedelta(0))
    events = read_batch(f"[{','.join(event.body for event in claimed)}]".encode())
    return [read_message_event(event) for event in events if isinstance(event, CloudEvent)]


def take(delivery: Delivery, clock: Clock, *events: CloudEvent) -> None:
    take_events(events, store=delivery.store, now=clock())


def test_staff_find_it_in_their_inbox_and_in_the_app_and_the_family_in_theirs(
    delivery: Delivery, clock: Clock, mailbox: MailBox, database: Database
) -> None:
    take(delivery, clock, an_envelope(FAMILY, REFERRER))
    assert deliver_due(delivery, now=clock()) == {MessageState.SENT: 2, MessageState.DELIVERED: 1}
    assert set(mailbox.to) == {"parent@example.org", "nursery@example.org"}
    for_staff = next(mail for mail in mailbox.mails if mail["To"] == "nursery@example.org")
    assert f"{LINKS}/referrals/task-1" in for_staff.get_content()
    heard = {(e.recipient, e.channel, e.fate) for e in told(database, clock)}
    assert heard == {
        (FAMILY.id, Channel.EMAIL, Fate.ACCEPTED),
        (REFERRER.id, Channel.EMAIL, Fate.ACCEPTED),
        (REFERRER.id, Channel.IN_APP, Fate.DELIVERED),
    }


def test_what_is_done_is_not_done_again(delivery: Delivery, clock: Clock, mailbox: MailBox) -> None:
    take(delivery, clock, an_envelope())
    deliver_due(delivery, now=clock())
    clock.pass_(days=1)
    assert deliver_due(delivery, now=clock()) == Counter()
    assert len(mailbox.mails) == 1


def test_who_may_not_be_told_any_more_is_not(
    delivery: Delivery, clock: Clock, mailbox: MailBox, database: Database
) -> None:
    take(delivery, clock, an_envelope(FAMILY, REFERRER))
    referral = Referral(clock)
    referral.withdrawn = {FAMILY.id}
    counts = deliver_due(replace(delivery, ask=referral.results), now=clock())
    assert counts == {MessageState.CANCELLED: 1, MessageState.SENT: 1, MessageState.DELIVERED: 1}
    assert mailbox.to == ["nursery@example.org"]
    assert {event.recipient for event in told(database, clock)} == {REFERRER.id}


def test_who_has_no_address_is_given_up_and_the_referral_service_hears_it(
    delivery: Delivery, clock: Clock, database: Database
) -> None:
    take(delivery, clock, an_envelope(FAMILY))
    referral = Referral(clock)
    referral.without_email = {FAMILY.id}
    assert deliver_due(replace(delivery, ask=referral.results), now=clock()) == {
        MessageState.PERMANENT_FAILURE: 1
    }
    assert [event.fate for event in told(database, clock)] == [Fate.FAILED]


def test_a_server_that_is_busy_gets_it_later(
    delivery: Delivery, clock: Clock, mailbox: MailBox
) -> None:
    take(delivery, clock, an_envelope())
    mailbox.rcpt_answer = "451 Busy"
    assert deliver_due(delivery, now=clock()) == {MessageState.TEMPORARY_FAILURE: 1}
    mailbox.rcpt_answer = "250 OK"
    clock.pass_(seconds=14)
    assert deliver_due(delivery, now=clock()) == Counter()
    clock.pass_(seconds=1)
    assert deliver_due(delivery, now=clock()) == {MessageState.SENT: 1}


def test_a_server_that_refuses_for_good_gets_it_no_more(
    delivery: Delivery, clock: Clock, mailbox: MailBox, database: Database
) -> None:
    take(delivery, clock, an_envelope())
    mailbox.rcpt_answer = "550 No such person"
    assert deliver_due(delivery, now=clock()) == {MessageState.PERMANENT_FAILURE: 1}
    clock.pass_(days=1)
    assert deliver_due(delivery, now=clock()) == Counter()
    assert [event.fate for event in told(database, clock)] == [Fate.FAILED]


def test_after_three_days_of_trouble_it_is_given_up(
    delivery: Delivery, clock: Clock, mailbox: MailBox, database: Database
) -> None:
    take(delivery, clock, an_envelope())
    mailbox.rcpt_answer = "451 Busy"
    clock.pass_(hours=72)
    assert deliver_due(delivery, now=clock()) == {MessageState.PERMANENT_FAILURE: 1}
    assert [event.fate for event in told(database, clock)] == [Fate.FAILED]


def test_nobody_knows_of_a_mail_whose_server_hung_up_and_it_is_not_sent_again(
    delivery: Delivery, clock: Clock, mailbox: MailBox, database: Database
) -> None:
    take(delivery, clock, an_envelope())
    mailbox.hangs_up = True
    assert deliver_due(delivery, now=clock()) == {MessageState.UNCERTAIN: 1}
    mailbox.hangs_up = False
    clock.pass_(days=1)
    assert deliver_due(delivery, now=clock()) == Counter()
    assert [event.fate for event in told(database, clock)] == [Fate.UNCERTAIN]


@pytest.mark.parametrize(("reason", "fates"), [("no-address", [Fate.FAILED]), ("not-safe", [])])
def test_who_has_no_address_was_not_reached_and_who_may_not_be_told_is_left_alone(
    delivery: Delivery, clock: Clock, database: Database, reason: str, fates: list[Fate]
) -> None:
    def answer(queries: Sequence[RecipientQuery]) -> list[RecipientResult]:
        return [
            RecipientResult(recipient=one.recipient, may_send=False, reason=reason)
            for one in queries
        ]

    take(delivery, clock, an_envelope())
    deliver_due(replace(delivery, ask=answer), now=clock())
    assert [event.fate for event in told(database, clock)] == fates


def test_while_nobody_says_who_may_be_told_everything_waits(
    delivery: Delivery, clock: Clock, mailbox: MailBox
) -> None:
    def silent(_: Sequence[RecipientQuery]) -> list[RecipientResult]:
        raise Unreachable("recipients-unknown")

    take(delivery, clock, an_envelope(FAMILY, REFERRER))
    assert deliver_due(replace(delivery, ask=silent), now=clock()) == {
        MessageState.TEMPORARY_FAILURE: 3
    }
    assert mailbox.mails == []
    clock.pass_(seconds=15)
    assert deliver_due(delivery, now=clock()).total() == 3


def test_a_mail_server_that_is_away_is_tried_once_a_pass_and_holds_up_no_inbox(
    delivery: Delivery, clock: Clock, mailbox: MailBox
) -> None:
    tries: list[Outgoing] = []

    def away(mail: Outgoing) -> Sent:
        tries.append(mail)
        return replace(mailbox.server, port=1, name="doing").send(mail)

    without_mail = by(delivery, Doing(away))
    take(delivery, clock, an_envelope(FAMILY, REFERRER, SERVICE))
    counts = deliver_due(without_mail, now=clock())
    assert counts == {MessageState.TEMPORARY_FAILURE: 3, MessageState.DELIVERED: 2}
    assert len(tries) == 1


def test_a_message_that_breaks_its_channel_holds_up_no_other(
    delivery: Delivery, clock: Clock, mailbox: MailBox
) -> None:
    def breaks(mail: Outgoing) -> Sent:
        if mail.address == "parent@example.org":
            raise RuntimeError(mail.address)
        return mailbox.server.send(mail)

    breaking = by(delivery, Doing(breaks))
    take(delivery, clock, an_envelope(FAMILY, REFERRER))
    counts = deliver_due(breaking, now=clock())
    assert counts == {MessageState.UNCERTAIN: 1, MessageState.SENT: 1, MessageState.DELIVERED: 1}


def test_killed_before_anything_left_it_is_sent_once_its_lease_is_over(
    delivery: Delivery, clock: Clock, mailbox: MailBox
) -> None:
    def killed(_: Sequence[RecipientQuery]) -> list[RecipientResult]:
        raise Killed

    take(delivery, clock, an_envelope())
    with pytest.raises(Killed):
        deliver_due(replace(delivery, ask=killed), now=clock())
    assert deliver_due(delivery, now=clock()) == Counter()
    clock.now += LEASE
    assert deliver_due(delivery, now=clock()) == {MessageState.SENT: 1}
    assert len(mailbox.mails) == 1


def test_killed_after_the_server_took_it_it_is_uncertain_and_never_sent_again(
    delivery: Delivery, clock: Clock, mailbox: MailBox
) -> None:
    def killed(mail: Outgoing) -> Sent:
        mailbox.server.send(mail)
        raise Killed

    dying = by(delivery, Doing(killed, name="smtp"))
    take(delivery, clock, an_envelope())
    with pytest.raises(Killed):
        deliver_due(dying, now=clock())
    assert deliver_due(delivery, now=clock()) == Counter()
    clock.now += LEASE
    assert deliver_due(delivery, now=clock()) == {MessageState.UNCERTAIN: 1}
    assert deliver_due(delivery, now=clock()) == Counter()
    assert len(mailbox.mails) == 1


def test_killed_while_handing_over_in_the_app_it_is_handed_over_again(
    delivery: Delivery, clock: Clock, database: Database
) -> None:
    def killed(message: Outgoing) -> Sent:
        raise Killed

    dying = by(delivery, Doing(killed, name=NAME, channel=Channel.IN_APP))
    take(delivery, clock, an_envelope(REFERRER))
    with pytest.raises(Killed):
        deliver_due(dying, now=clock())
    clock.now += LEASE
    deliver_due(delivery, now=clock())
    in_app = [event for event in told(database, clock) if event.channel is Channel.IN_APP]
    assert [event.fate for event in in_app] == [Fate.DELIVERED]


def test_two_workers_never_send_one_message_twice(
    delivery: Delivery, clock: Clock, mailbox: MailBox
) -> None:
    parents = [replace(FAMILY, id=f"RelatedPerson/parent-{n}") for n in range(120)]
    take(delivery, clock, *map(an_envelope, parents))
    with ThreadPoolExecutor(2) as workers:
        passes = list(workers.map(lambda _: deliver_due(delivery, now=clock()), range(6)))
    assert sum(passes, Counter()) == {MessageState.SENT: 120}
    assert len({mail["Message-ID"] for mail in mailbox.mails}) == len(mailbox.mails) == 120


Like = TypeVar("Like", bound=Doing)


def cut_off(delivery: Delivery, clock: Clock, taken: list[str], like: Like) -> Like:
    """A message whose provider took it, and whose process stopped before it could write it down."""

    def killed(mail: Outgoing) -> Sent:
        taken.append(mail.id)
        raise Killed

    def works(mail: Outgoing) -> Sent:
        taken.append(mail.id)
        return ACCEPTED

    take(delivery, clock, an_envelope())
    with pytest.raises(Killed):
        deliver_due(by(delivery, replace(like, do=killed)), now=clock())
    clock.now += LEASE
    return replace(like, do=works)


def test_a_provider_that_takes_a_reference_once_gets_it_again_after_a_crash(
    delivery: Delivery, clock: Clock
) -> None:
    taken: list[str] = []
    provider = cut_off(delivery, clock, taken, Doing(dedup=Dedup.UNIQUE))
    counts = deliver_due(by(delivery, provider), now=clock())
    assert counts == {MessageState.TEMPORARY_FAILURE: 1, MessageState.SENT: 1}
    assert len(taken) == 2
    assert len(set(taken)) == 1, "by the same reference"


def test_a_provider_that_can_be_asked_is_asked_and_sends_nothing_twice(
    delivery: Delivery, clock: Clock, database: Database
) -> None:
    taken: list[str] = []
    provider = cut_off(delivery, clock, taken, Answerer())
    knows = replace(
        provider,
        found=lambda reference: Receipt(
            reference=reference, state=ReceiptState.DELIVERED, at=clock(), code="delivered"
        ),
    )
    assert deliver_due(by(delivery, knows), now=clock()) == {MessageState.UNCERTAIN: 1}
    assert told(database, clock) == [], "it is not known yet"
    clock.now += GRACE
    assert deliver_due(by(delivery, knows), now=clock()) == {MessageState.DELIVERED: 1}
    assert len(taken) == 1
    assert [event.fate for event in told(database, clock)] == [Fate.DELIVERED]


def test_what_the_provider_surely_has_not_got_is_sent_again(
    delivery: Delivery, clock: Clock
) -> None:
    taken: list[str] = []
    provider = cut_off(delivery, clock, taken, Answerer())
    deliver_due(by(delivery, provider), now=clock())
    clock.now += GRACE
    counts = deliver_due(by(delivery, provider), now=clock())
    assert counts == {MessageState.TEMPORARY_FAILURE: 1, MessageState.SENT: 1}


def test_while_the_provider_cannot_be_asked_nothing_is_sent_and_in_the_end_it_stays_uncertain(
    delivery: Delivery, clock: Clock, database: Database
) -> None:
    def silent(_: str) -> Receipt | None:
        raise NotKnownNow

    taken: list[str] = []
    asked = replace(cut_off(delivery, clock, taken, Answerer()), found=silent)
    for _ in range(4):
        deliver_due(by(delivery, asked), now=clock())
        clock.pass_(hours=25)
    assert len(taken) == 1
    assert [event.fate for event in told(database, clock)] == [Fate.UNCERTAIN]


def test_a_worker_that_stood_still_past_its_lease_sends_nothing(
    delivery: Delivery, clock: Clock, mailbox: MailBox
) -> None:
    asked, began, about_to_send = clock(), clock(), clock() + LEASE
    times = iter([asked, began, about_to_send])
    take(delivery, clock, an_envelope())
    frozen = replace(delivery, clock=lambda: next(times))
    assert deliver_due(frozen, now=clock()) == {MessageState.SENDING: 1}
    assert mailbox.mails == []


def test_what_a_slow_provider_has_not_got_to_is_asked_about_again_a_little_at_a_time(
    delivery: Delivery, clock: Clock, mailbox: MailBox
) -> None:
    """Asking anew for all the rest before each would be a thousand answers for fifty messages."""
    answered: list[int] = []

    def answer(queries: Sequence[RecipientQuery]) -> list[RecipientResult]:
        answered.append(len(queries))
        return Referral(clock).results(queries)

    def take_long(message: Outgoing) -> Sent:
        clock.pass_(seconds=2)
        return ACCEPTED

    people = [replace(FAMILY, id=f"RelatedPerson/{number}") for number in range(20)]
    take(delivery, clock, *(an_envelope(one) for one in people))
    slow = by(replace(delivery, ask=answer), Doing(take_long))
    assert deliver_due(slow, now=clock()) == {MessageState.SENT: 20}
    assert answered == [20] + [1] * 19


def test_a_message_without_words_is_given_up_and_told_and_holds_up_no_other(
    delivery: Delivery, clock: Clock, database: Database
) -> None:
    class Wordless(Compose):
        def __call__(self, message: Message, to: RecipientResult, address: str) -> Composed:
            if message.recipient == FAMILY.id:
                raise ValueError("no words")
            return super().__call__(message, to, address)

    take(delivery, clock, an_envelope(FAMILY, REFERRER))
    counts = deliver_due(replace(delivery, compose=Wordless(pages_url=LINKS)), now=clock())
    assert counts[MessageState.TECHNICAL_FAILURE] == 1
    assert counts[MessageState.SENT] == 1
    assert Fate.FAILED in [event.fate for event in told(database, clock)]


@pytest.fixture(autouse=True)
def nothing_personal_in_the_logs(capfd: pytest.CaptureFixture[str]) -> Iterator[None]:
    yield
    out, err = capfd.readouterr()
    assert "@example.org" not in out + err

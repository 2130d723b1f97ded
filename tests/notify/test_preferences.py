"""What people wish decides how a message goes, at the moment when it goes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from services.notify.channels.one_provider import OneProvider
from services.notify.domain.addresses import address_hash
from services.notify.domain.category import Category
from services.notify.domain.channel import Outcome, Outgoing, Sent
from services.notify.domain.message import MessageState
from services.notify.domain.preferences import NONE_SAID, Pace, Preferences
from services.notify.messages.people import People
from services.notify.use_cases.deliver_due import deliver_due
from services.notify.use_cases.delivery import Delivery
from services.notify.use_cases.take_events import take_events
from shared.cloudevents import CloudEvent
from shared.contract import Channel, Moment, RecipientQuery, RecipientResult
from shared.database import Database
from tests.notify.builders import FAMILY, NOON, REFERRER, an_envelope
from tests.notify.providers import ACCEPTED, Doing
from tests.notify.world import Clock, MailBox

S = MessageState
BY_SMS = Preferences(wishes={(Category.NEWS, Channel.SMS): Pace.AT_ONCE})
DAILY = Preferences(wishes={(Category.NEWS, Channel.EMAIL): Pace.DAILY})
MORNING = datetime(2026, 3, 3, 7, 30, tzinfo=UTC)


def answer(queries: Sequence[RecipientQuery]) -> list[RecipientResult]:
    return [
        RecipientResult(
            recipient=one.recipient,
            may_send=True,
            email=f"{one.recipient.partition('/')[2]}@example.org",
            phone="07700900123",
        )
        for one in queries
    ]


@pytest.fixture
def texts() -> list[Outgoing]:
    return []


@pytest.fixture
def by_both(delivery: Delivery, texts: list[Outgoing]) -> Delivery:
    """With a provider of texts, and people who have a telephone too."""

    def keep(text: Outgoing) -> Sent:
        texts.append(text)
        return ACCEPTED

    sms = OneProvider(Doing(keep, channel=Channel.SMS))
    return replace(delivery, ask=answer, channels={**delivery.channels, Channel.SMS: sms})


def take(delivery: Delivery, *events: CloudEvent) -> None:
    take_events(events, store=delivery.store, now=delivery.clock())


def test_what_somebody_wishes_comes_back_as_it_went_in(database: Database) -> None:
    people = People(database)
    wishes = Preferences(
        wishes={(Category.NEWS, Channel.SMS): Pace.OFF, **DAILY.wishes},
        language="cy",
        large_print=True,
        shared_phone=True,
        days=frozenset({0, 2}),
        safe_from=time(9, 30),
        safe_until=time(15),
    )
    assert people.preferences(FAMILY.id) == NONE_SAID
    people.keep(FAMILY.id, replace(wishes, language="pl"), by=FAMILY.id, now=NOON)
    people.keep(FAMILY.id, wishes, by=FAMILY.id, now=NOON)
    assert people.preferences(FAMILY.id) == wishes
    assert people.preferences("RelatedPerson/another") == NONE_SAID


def test_who_changes_their_wish_while_a_message_waits_gets_it_the_new_way(
    by_both: Delivery, clock: Clock, texts: list[Outgoing], mailbox: MailBox
) -> None:
    take(by_both, an_envelope(FAMILY, moment=Moment.ACCEPTED))
    by_both.people.keep(FAMILY.id, BY_SMS, by=FAMILY.id, now=clock())
    assert deliver_due(by_both, now=clock()) == {S.SUPERSEDED: 1}
    assert deliver_due(by_both, now=clock()) == {S.SENT: 1}
    assert [text.address for text in texts] == ["07700900123"]
    assert mailbox.mails == []


def test_a_way_that_was_tried_and_does_not_work_is_not_tried_again(
    by_both: Delivery, clock: Clock, mailbox: MailBox
) -> None:
    def wrong(_: Outgoing) -> Sent:
        return Sent(outcome=Outcome.PERMANENT, provider="doing", code="no-such-number")

    sms = OneProvider(Doing(wrong, channel=Channel.SMS))
    broken = replace(by_both, channels={**by_both.channels, Channel.SMS: sms})
    by_both.people.keep(FAMILY.id, BY_SMS, by=FAMILY.id, now=clock())
    take(broken, an_envelope(FAMILY, moment=Moment.ACCEPTED))
    deliver_due(broken, now=clock())
    assert deliver_due(broken, now=clock()) == {S.PERMANENT_FAILURE: 1}
    known = broken.people.known([FAMILY.id], since=NOON)[FAMILY.id]
    assert known.suppressed == {address_hash("07700900123")}
    take(broken, an_envelope(FAMILY, moment=Moment.STARTED))
    assert deliver_due(broken, now=clock()) == {S.SENT: 1}
    assert len(mailbox.mails) == 1, "the next message goes by mail"
    broken.people.trust_again(FAMILY.id)
    known = broken.people.known([FAMILY.id], since=NOON)[FAMILY.id]
    assert not known.suppressed


def test_two_carers_who_share_a_telephone_get_one_text(
    by_both: Delivery, clock: Clock, texts: list[Outgoing]
) -> None:
    father = replace(FAMILY, id="RelatedPerson/father")
    for carer in (FAMILY, father):
        by_both.people.keep(carer.id, BY_SMS, by=carer.id, now=clock())
    take(by_both, an_envelope(FAMILY, father, moment=Moment.ACCEPTED))
    deliver_due(by_both, now=clock())
    assert deliver_due(by_both, now=clock()) == {S.SENT: 1, S.SUPERSEDED: 1}
    assert len(texts) == 1


def test_a_family_told_often_today_hears_the_rest_tomorrow_and_all_of_it(
    delivery: Delivery, clock: Clock, mailbox: MailBox
) -> None:
    take(delivery, *(an_envelope(FAMILY, moment=Moment.STARTED) for _ in range(8)))
    assert deliver_due(delivery, now=clock()) == {S.SENT: 5, S.HELD: 3}
    clock.now = datetime(2026, 3, 3, 7, 59, tzinfo=UTC)
    assert not deliver_due(delivery, now=clock())
    clock.pass_(minutes=1)
    assert deliver_due(delivery, now=clock()) == {S.SENT: 3}
    assert len(mailbox.mails) == 8


def test_staff_who_want_it_so_get_one_mail_a_day_and_their_inbox_at_once(
    delivery: Delivery, clock: Clock, mailbox: MailBox
) -> None:
    delivery.people.keep(REFERRER.id, DAILY, by=REFERRER.id, now=clock())
    take(delivery, *(an_envelope(REFERRER, moment=Moment.ACCEPTED) for _ in range(60)))
    while deliver_due(delivery, now=clock()):
        pass
    assert delivery.store.tally() == {S.HELD: 60, S.DELIVERED: 60}
    clock.now = MORNING
    assert deliver_due(delivery, now=clock()) == {S.SENT: 60}
    [mail] = mailbox.mails
    assert "60" in mail["Subject"] + mail.get_content()
    take(delivery, an_envelope(REFERRER, moment=Moment.STARTED))
    deliver_due(delivery, now=clock())
    clock.pass_(hours=23)
    assert not deliver_due(delivery, now=clock())
    clock.pass_(hours=1)
    assert deliver_due(delivery, now=clock()) == {S.SENT: 1}
    assert len(mailbox.mails) == 2, "one on each day"


def test_a_digest_that_could_not_go_goes_later_as_one(
    delivery: Delivery, clock: Clock, mailbox: MailBox
) -> None:
    delivery.people.keep(REFERRER.id, DAILY, by=REFERRER.id, now=clock())
    take(delivery, *(an_envelope(REFERRER, moment=Moment.ACCEPTED) for _ in range(3)))
    deliver_due(delivery, now=clock())
    clock.now, mailbox.rcpt_answer = MORNING, "451 Busy"
    assert deliver_due(delivery, now=clock()) == {S.TEMPORARY_FAILURE: 3}
    mailbox.rcpt_answer = "250 OK"
    clock.pass_(seconds=15)
    assert deliver_due(delivery, now=clock()) == {S.SENT: 3}
    assert len(mailbox.mails) == 1


def test_who_was_told_much_and_is_staff_gets_the_rest_in_the_digest(
    delivery: Delivery, clock: Clock, mailbox: MailBox
) -> None:
    take(delivery, *(an_envelope(REFERRER, moment=Moment.ACCEPTED) for _ in range(45)))
    while deliver_due(delivery, now=clock()):
        pass
    assert len(mailbox.mails) == 40
    clock.now = MORNING + timedelta(minutes=1)
    assert deliver_due(delivery, now=clock()) == {S.SENT: 5}
    assert len(mailbox.mails) == 41


def test_in_the_night_a_family_hears_nothing_and_in_the_morning_all(
    delivery: Delivery, clock: Clock, mailbox: MailBox
) -> None:
    clock.now = datetime(2026, 10, 24, 22, 30, tzinfo=UTC)  # the clocks go back in this night
    take(delivery, an_envelope(FAMILY, moment=Moment.ACCEPTED))
    assert deliver_due(delivery, now=clock()) == {S.HELD: 1}
    clock.now = datetime(2026, 10, 25, 7, 59, tzinfo=UTC)
    assert not deliver_due(delivery, now=clock())
    clock.now = datetime(2026, 10, 25, 8, 0, tzinfo=UTC)
    assert deliver_due(delivery, now=clock()) == {S.SENT: 1}
    assert len(mailbox.mails) == 1


def test_what_was_held_and_may_not_be_told_any_more_is_never_sent(
    delivery: Delivery, clock: Clock, mailbox: MailBox
) -> None:
    clock.now = datetime(2026, 3, 2, 22, 0, tzinfo=UTC)
    take(delivery, *(an_envelope(FAMILY, moment=Moment.ACCEPTED) for _ in range(3)))
    assert deliver_due(delivery, now=clock()) == {S.HELD: 3}

    def withdrawn(queries: Sequence[RecipientQuery]) -> list[RecipientResult]:
        return [
            RecipientResult(recipient=one.recipient, may_send=False, reason="agreement-withdrawn")
            for one in queries
        ]

    clock.pass_(hours=10)
    assert deliver_due(replace(delivery, ask=withdrawn), now=clock()) == {S.CANCELLED: 3}
    assert mailbox.mails == []


def test_who_has_said_nothing_here_is_written_to_as_they_last_said_elsewhere(
    by_both: Delivery, clock: Clock, texts: list[Outgoing], mailbox: MailBox
) -> None:
    def says_who_is_the_same(queries: Sequence[RecipientQuery]) -> list[RecipientResult]:
        others = ("RelatedPerson/first", "RelatedPerson/second")
        return [replace(one, same_as=others) for one in by_both.ask(queries)]

    told = replace(by_both, ask=says_who_is_the_same)
    mail = Preferences(wishes={(Category.NEWS, Channel.EMAIL): Pace.AT_ONCE})
    told.people.keep("RelatedPerson/first", mail, by="", now=clock())
    told.people.keep("RelatedPerson/second", BY_SMS, by="", now=clock() + timedelta(seconds=1))
    take(told, an_envelope(FAMILY, moment=Moment.ACCEPTED))
    assert deliver_due(told, now=clock()) == {S.SUPERSEDED: 1}
    assert deliver_due(told, now=clock()) == {S.SENT: 1}
    assert (len(texts), mailbox.mails) == (1, [])
    told.people.keep(FAMILY.id, mail, by=FAMILY.id, now=clock())
    take(told, an_envelope(FAMILY, moment=Moment.STARTED))
    assert deliver_due(told, now=clock()) == {S.SENT: 1}
    assert len(mailbox.mails) == 1, "their own word here comes first"

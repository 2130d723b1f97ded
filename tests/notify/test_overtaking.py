"""What has not left yet, and is taken back by what happens next."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.notify.domain.message import MessageState
from services.notify.messages.store import Store
from services.notify.use_cases.take_events import take_events
from shared.cloudevents import CloudEvent
from shared.contract import Channel, Moment
from tests.notify.builders import FAMILY, NOON, REFERRER, SERVICE, an_envelope

HOUR = timedelta(hours=1)


def take(store: Store, *events: CloudEvent) -> None:
    take_events(events, store=store, now=NOON)


def left(store: Store) -> set[str]:
    """The moments of the mails that would leave now."""
    claimed = store.claim({Channel.EMAIL: 99}, now=NOON, lease=HOUR, claim="1")
    return {f"{one.recipient.partition('/')[2]} {one.moment} {one.level}" for one in claimed}


def test_an_escalation_overtakes_an_unsent_one_of_the_same_referral_and_person(
    store: Store,
) -> None:
    take(store, an_envelope(FAMILY, SERVICE, moment=Moment.ESCALATED, level=1))
    take(store, an_envelope(FAMILY, moment=Moment.ESCALATED, level=2, at=NOON + HOUR))
    take(store, an_envelope(FAMILY, moment=Moment.ESCALATED, level=1, task="another"))
    assert left(store) == {"speech escalated 1", "parent escalated 2", "parent escalated 1"}
    assert store.tally()[MessageState.SUPERSEDED] == 1


def test_it_does_so_within_one_batch_and_in_whichever_order_they_come(store: Store) -> None:
    first = an_envelope(FAMILY, moment=Moment.ESCALATED, level=1)
    second = an_envelope(FAMILY, moment=Moment.ESCALATED, level=2, at=NOON + HOUR)
    third = an_envelope(FAMILY, moment=Moment.ESCALATED, level=3, at=NOON + 2 * HOUR)
    take(store, third, first)
    take(store, second)
    assert left(store) == {"parent escalated 3"}
    assert store.tally()[MessageState.SUPERSEDED] == 2


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        (Moment.REMINDED, Moment.QUESTION_ANSWERED),
        (Moment.KEEP_IN_TOUCH, Moment.ACCEPTED),
        (Moment.APPOINTMENT_OFFERED, Moment.APPOINTMENT_OFFERED),
        (Moment.ESCALATED, Moment.COMPLETED),
    ],
)
def test_what_is_true_no_more_is_not_told(store: Store, older: Moment, newer: Moment) -> None:
    take(store, an_envelope(FAMILY, moment=older, level=7))
    take(store, an_envelope(FAMILY, moment=newer, at=NOON + HOUR))
    assert left(store) == {f"parent {newer} 0"}


def test_news_overtakes_no_news(store: Store) -> None:
    take(store, an_envelope(FAMILY, moment=Moment.RECEIVED))
    take(store, an_envelope(FAMILY, moment=Moment.ACCEPTED, at=NOON + HOUR))
    assert len(left(store)) == 2


def test_after_a_withdrawal_nobody_is_told_what_happened_before(store: Store) -> None:
    take(store, an_envelope(FAMILY, REFERRER, SERVICE, moment=Moment.ACCEPTED))
    take(store, an_envelope(FAMILY, moment=Moment.ACCEPTED, task="another"))
    take(store, an_envelope(SERVICE, moment=Moment.WITHDRAWN, at=NOON + HOUR))
    assert left(store) == {"speech withdrawn 0", "parent accepted 0"}
    assert store.tally()[MessageState.CANCELLED] == 5


def test_what_has_been_sent_is_not_taken_back(store: Store) -> None:
    take(store, an_envelope(FAMILY, moment=Moment.ESCALATED))
    [message] = store.claim({Channel.EMAIL: 9}, now=NOON, lease=HOUR, claim="1")
    store.start(replace(message, attempts=1), claim="1", now=NOON, lease=HOUR)
    take(store, an_envelope(FAMILY, moment=Moment.ESCALATED, level=2, at=NOON + HOUR))
    assert store.tally() == {MessageState.SENDING: 1, MessageState.CREATED: 1}


def test_one_that_a_pass_was_about_to_send_does_not_leave(store: Store) -> None:
    take(store, an_envelope(FAMILY, moment=Moment.ACCEPTED))
    [message] = store.claim({Channel.EMAIL: 9}, now=NOON, lease=HOUR, claim="1")
    take(store, an_envelope(SERVICE, moment=Moment.WITHDRAWN, at=NOON + HOUR))
    trying = replace(message, attempts=1)
    assert not store.start(trying, claim="1", now=NOON, lease=HOUR)

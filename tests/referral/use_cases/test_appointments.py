"""What a family hears of an appointment: that it is offered, that it changed, that it is near."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from services.referral.domain.moves import Move
from services.referral.records.tables import outbox
from services.referral.use_cases.raise_concern import Raised
from services.referral.use_cases.resolve_recipients import resolve_recipients
from services.referral.use_cases.workplace import Workplace
from shared.contract import Moment, RecipientQuery
from tests.referral.anyshire import Anyshire
from tests.referral.use_cases.reading import audience, child_of, events

REMINDER = "sooner.referral.appointment-reminder"


@pytest.fixture
def accepted(anyshire: Anyshire, task: str) -> str:
    anyshire.move(task, Move.ACCEPT)
    return task


def offer(anyshire: Anyshire, task: str, **said: Any) -> None:
    anyshire.clock.pass_(minutes=1)
    anyshire.move(task, Move.OFFER, **said)


def days_on(anyshire: Anyshire, days: int) -> datetime:
    return anyshire.clock() + timedelta(days=days)


def heard(anyshire: Anyshire) -> list[str]:
    """The moments that have been told since the referral was accepted, oldest first."""
    told = [one["type"].rpartition(".")[2] for one in events(anyshire.records)]
    return told[told.index("accepted") + 1 :]


def reminders(anyshire: Anyshire) -> list[datetime]:
    """When each reminder that waits will leave."""
    held = select(outbox.c.claimed_until).where(outbox.c.type == REMINDER)
    with anyshire.records.database.read() as session:
        return list(session.scalars(held))


def may_still_be_sent(anyshire: Anyshire, raised: Raised, task: str) -> tuple[bool, str]:
    carer = next(one.reference for one in raised.kept if one.type == "RelatedPerson")
    query = RecipientQuery(
        recipient=carer, child=child_of(raised), task=task, moment=Moment.APPOINTMENT_REMINDER
    )
    at = Workplace(records=anyshire.records, rules=anyshire.rules, clock=anyshire.clock)
    [answer] = resolve_recipients([query], at=at)
    return answer.may_send, answer.reason


def test_another_time_in_place_of_one_that_is_known_is_told_as_a_change(
    anyshire: Anyshire, accepted: str
) -> None:
    offer(anyshire, accepted, text="We will ring you to agree a time")
    offer(anyshire, accepted, starts_at=days_on(anyshire, 1))
    offer(anyshire, accepted, starts_at=days_on(anyshire, 2))
    assert heard(anyshire) == ["appointment-offered", "appointment-offered", "appointment-changed"]


def test_the_family_alone_is_reminded_two_days_before_at_ten_in_london(
    anyshire: Anyshire, accepted: str
) -> None:
    offer(anyshire, accepted, starts_at=datetime(2027, 7, 8, 13, 30, tzinfo=UTC))
    assert reminders(anyshire) == [datetime(2027, 7, 6, 9, 0, tzinfo=UTC)]
    [event] = [one for one in events(anyshire.records) if one["type"] == REMINDER]
    assert {part for _, part in audience(event)} == {"family"}


def test_of_a_time_that_is_near_nobody_is_told_twice(anyshire: Anyshire, accepted: str) -> None:
    offer(anyshire, accepted, starts_at=days_on(anyshire, 1))
    assert reminders(anyshire) == []


def test_only_the_time_that_stands_is_reminded_of(anyshire: Anyshire, accepted: str) -> None:
    offer(anyshire, accepted, starts_at=days_on(anyshire, 20))
    [first] = reminders(anyshire)
    offer(anyshire, accepted, starts_at=days_on(anyshire, 30))
    [second] = reminders(anyshire)
    assert second - first > timedelta(days=9)


def test_a_pause_takes_the_reminder_back_and_going_on_brings_it_again(
    anyshire: Anyshire, accepted: str
) -> None:
    offer(anyshire, accepted, starts_at=days_on(anyshire, 20))
    before = reminders(anyshire)
    anyshire.move(accepted, Move.PAUSE, text="A new baby")
    assert reminders(anyshire) == []
    anyshire.move(accepted, Move.RESUME)
    assert reminders(anyshire) == before != []


@pytest.mark.parametrize("move", [Move.START, Move.SUPPORT])
def test_who_has_come_already_is_not_reminded(
    anyshire: Anyshire, accepted: str, move: Move
) -> None:
    offer(anyshire, accepted, starts_at=days_on(anyshire, 20))
    anyshire.move(accepted, move)
    assert reminders(anyshire) == []


def test_a_reminder_that_comes_late_is_not_sent(
    anyshire: Anyshire, raised: Raised, accepted: str
) -> None:
    offer(anyshire, accepted, starts_at=days_on(anyshire, 20))
    assert may_still_be_sent(anyshire, raised, accepted) == (True, "")
    anyshire.clock.pass_(days=20)
    assert may_still_be_sent(anyshire, raised, accepted) == (False, "too-late")


def test_a_reminder_of_a_time_that_does_not_stand_is_not_sent(
    anyshire: Anyshire, raised: Raised, accepted: str
) -> None:
    offer(anyshire, accepted, starts_at=days_on(anyshire, 20))
    anyshire.move(accepted, Move.START)
    assert may_still_be_sent(anyshire, raised, accepted) == (False, "too-late")

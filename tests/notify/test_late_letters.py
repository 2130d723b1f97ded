"""A letter that lies on the desk for longer than a working day is told of, once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from services.notify.channels.desk import Desk
from services.notify.domain.hours import london_date, workdays
from services.notify.domain.letter import Step, late_at
from services.notify.domain.message import Message, MessageState
from services.notify.messages.letters import Letters
from services.notify.messages.store import Store
from services.notify.messages.tables import MessageRow, outbox
from services.notify.use_cases.take_events import take_events
from shared.contract import Channel
from shared.database import Database
from tests.notify.builders import HOLIDAYS, a_message, an_envelope
from tests.notify.channels.outgoing import ADDRESS, an_outgoing

WORKDAYS = workdays(HOLIDAYS)
MONDAY = datetime(2026, 3, 2, 12, tzinfo=UTC)
TUESDAY = datetime(2026, 3, 3, 12, tzinfo=UTC)


def told(database: Database) -> list[str]:
    with database.read() as session:
        types = session.scalars(select(outbox.c.type))
        return [one for one in types if one == "sooner.message.not-posted"]


@pytest.fixture
def letter(store: Store, database: Database) -> Message:
    """To a mother, on the desk since Monday noon."""
    take_events([an_envelope()], store=store, now=MONDAY)
    with database.write() as session:
        row = session.scalars(select(MessageRow)).one()
        row.channel, row.state, row.provider = Channel.LETTER, MessageState.SENT, "desk"
        id = row.id
    Desk(keep=Letters(database).keep, clock=lambda: MONDAY).send(
        replace(an_outgoing(address=ADDRESS, text="Dear parent"), id=id)
    )
    return replace(a_message(), id=id)


def test_it_is_told_of_once_after_a_working_day(letter: Message, database: Database) -> None:
    letters = Letters(database)
    assert letters.tell_of_late(WORKDAYS, now=TUESDAY.replace(hour=11)) == 0
    assert letters.tell_of_late(WORKDAYS, now=TUESDAY) == 1
    assert letters.tell_of_late(WORKDAYS, now=TUESDAY.replace(hour=20)) == 0
    assert len(told(database)) == 1
    with database.read() as session:
        [body] = session.scalars(select(outbox.c.body))
    assert letter.id in body
    assert "Parent" not in body


@pytest.mark.parametrize("step", [Step.POSTED, Step.NOT_POSTED])
def test_what_somebody_has_dealt_with_is_not_late(
    letter: Message, database: Database, step: Step
) -> None:
    letters = Letters(database)
    letters.mark(letter.id, step, by="1", areas=frozenset(), now=MONDAY)
    assert letters.tell_of_late(WORKDAYS, now=TUESDAY) == 0
    assert told(database) == []


@pytest.mark.parametrize(
    ("made", "late"),
    [
        ("2026-03-06T15:00+00:00", "2026-03-09T15:00+00:00"),  # over a weekend
        ("2026-03-07T15:00+00:00", "2026-03-09T15:00+00:00"),
        ("2026-04-02T15:00+01:00", "2026-04-07T15:00+01:00"),  # over Easter
        ("2026-03-27T15:00+00:00", "2026-03-30T15:00+01:00"),  # the clocks change
    ],
)
def test_a_weekend_and_a_holiday_are_no_working_days(made: str, late: str) -> None:
    found = late_at(datetime.fromisoformat(made), WORKDAYS)
    assert found == datetime.fromisoformat(late)


@given(st.integers(0, 730 * 24).map(lambda hours: MONDAY + timedelta(hours=hours)))
def test_no_letter_is_late_on_a_day_on_which_nobody_works(made: datetime) -> None:
    day = london_date(late_at(made, WORKDAYS))
    assert day > london_date(made)
    assert day.weekday() < 5
    assert day not in HOLIDAYS

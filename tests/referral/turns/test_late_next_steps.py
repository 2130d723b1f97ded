"""A next step after a return that nobody takes is never late in silence."""

from datetime import UTC, datetime, timedelta

import pytest

from services.referral.domain.concern import Ask, AskKind, AskState, Taker
from services.referral.domain.moves import Move
from tests.referral.turns.waits import Wait, audiences, escalations

#: Due five working days after Friday 20 November 2026.
IN_TIME = datetime(2026, 11, 27, 23, 59, tzinfo=UTC)
LATE = datetime(2026, 11, 28, 0, 1, tzinfo=UTC)


@pytest.fixture
def returned(wait: Wait) -> Wait:
    wait.anyshire.move(
        wait.task, Move.RETURN, reason="wrong-age", text="Too young",
        next_step="Ask the health visitor", taker=Taker.REFERRER,
    )  # fmt: skip
    return wait


def the_ask(wait: Wait) -> Ask:
    asks = wait.anyshire.concern(wait.raised.concern).asks
    return next(one for one in asks if one.kind is AskKind.NEXT_STEP)


def told_of(wait: Wait, now: datetime) -> int:
    """How often a sweep at that instant tells somebody of the next step; other services climb."""
    ask = the_ask(wait)
    return sum(one.task == ask.id for one in wait.sweep(now).climbed)


def test_it_is_told_to_the_next_and_the_next_until_somebody_has_taken_it(returned: Wait) -> None:
    assert told_of(returned, IN_TIME) == 0
    told: list[set[str]] = []
    now, due = LATE, the_ask(returned).due_at
    for times in range(1, 5):
        assert told_of(returned, now) == 1
        assert told_of(returned, now + timedelta(minutes=1)) == 0, "once each time"
        ask = the_ask(returned)
        assert (ask.times_told, ask.due_at, ask.state) == (times, due, AskState.OPEN)
        told.append(audiences(escalations(returned.at.records, returned.task)[-1]))
        assert ask.next_told_at is not None
        now = ask.next_told_at
    assert [one - told[0] for one in told] == [
        set(), {"area"}, {"area", "leaders"}, {"area", "leaders"},
    ]  # fmt: skip


def test_once_it_is_taken_nobody_is_told(returned: Wait) -> None:
    returned.sweep(LATE)
    returned.anyshire.answer(the_ask(returned).id, "She was seen.")
    assert told_of(returned, LATE + timedelta(days=30)) == 0


def test_its_level_and_the_next_time_stand_on_its_task(returned: Wait) -> None:
    returned.sweep(LATE)
    (row,) = (one for one in returned.anyshire.queue() if one.task_id == the_ask(returned).id)
    assert row.level == 1
    assert row.next_escalation_at == the_ask(returned).next_told_at

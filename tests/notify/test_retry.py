from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notify.domain.message import Outcome, Result, State
from services.notify.domain.retry import after
from shared.backoff import wait_after
from tests.notify.builders import NOON, a_message

ENDS = {
    Result.SENT: State.SENT,
    Result.DELIVERED: State.DELIVERED,
    Result.CANCELLED: State.CANCELLED,
    Result.NEVER: State.FAILED,
    Result.UNCERTAIN: State.UNCERTAIN,
    Result.LATER: State.WAITING,
    Result.UNREACHABLE: State.WAITING,
}

LONGEST_WAITS = {1: 15, 2: 30, 3: 60, 4: 120, 5: 240, 6: 300, 7: 300, 1000: 300}


@pytest.mark.parametrize("result", Result)
def test_what_becomes_of_a_message_after_a_try(result: Result) -> None:
    tried = replace(a_message(), attempts=1)
    assert after(tried, Outcome(result), now=NOON, chance=0.5).state is ENDS[result]


@pytest.mark.parametrize(("attempts", "seconds"), LONGEST_WAITS.items())
def test_waits_double_up_to_five_minutes(attempts: int, seconds: int) -> None:
    assert wait_after(attempts, chance=1.0) == timedelta(seconds=seconds)


@given(attempts=st.integers(1, 10_000), chance=st.floats(0, 1))
def test_a_wait_is_any_part_of_its_limit(attempts: int, chance: float) -> None:
    assert timedelta(0) <= wait_after(attempts, chance=chance) <= timedelta(minutes=5)
    assert wait_after(attempts, chance=0) == timedelta(0)


@given(minutes=st.integers(0, 200 * 60))
def test_trying_ends_after_three_days(minutes: int) -> None:
    message = replace(a_message(), attempts=1000)
    now = message.created_at + timedelta(minutes=minutes)
    later = after(message, Outcome(Result.LATER, "smtp-451"), now=now, chance=1.0)
    given_up = minutes + 5 >= 72 * 60
    assert later.state is (State.FAILED if given_up else State.WAITING)
    assert "smtp-451" in later.reason

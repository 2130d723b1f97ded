"""A client may hurry for a while, and no longer; others do not notice."""

import pytest

from shared import pace
from shared.pace import SAVED, Pace, TooFast


class Seconds:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def ten(seconds: Seconds) -> Pace:
    return Pace(10, seconds)


def test_what_is_saved_up_is_spent_once(ten: Pace) -> None:
    ten.take("a", 10 * SAVED)
    with pytest.raises(TooFast):
        ten.take("a", 1)
    ten.take("b", 1)


def test_whoever_waits_as_told_is_heard_again(ten: Pace, seconds: Seconds) -> None:
    ten.take("a", 10 * SAVED)
    with pytest.raises(TooFast) as refused:
        ten.take("a", 5)
    assert refused.value.wait == pytest.approx(0.5)
    seconds.now += refused.value.wait
    ten.take("a", 5)
    with pytest.raises(TooFast):
        ten.take("a", 1)


def test_no_more_is_saved_up_than_a_moment_s_worth(ten: Pace, seconds: Seconds) -> None:
    seconds.now += 1_000_000
    with pytest.raises(TooFast):
        ten.take("a", 10 * SAVED + 1)


def test_clients_without_number_do_not_fill_the_memory(ten: Pace) -> None:
    for number in range(pace.MOST_CLIENTS + 50):
        ten.take(str(number), 1)
    assert len(ten._left) == pace.MOST_CLIENTS

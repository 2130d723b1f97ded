"""What may be said of how long families wait, and when it is too little to say anything."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.referral.domain.expected_wait import LEAST, Spread, expected_wait, spread

TODAY = date(2026, 11, 20)


def at(day: date, hour: int = 12) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


@pytest.mark.parametrize("count", [0, 1, LEAST - 1])
def test_of_fewer_than_twenty_waits_nothing_is_said(count: int) -> None:
    assert spread([30] * count) is None


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ([7] * 20, Spread(count=20, half=1, most=1)),
        ([0] * 20, Spread(count=20, half=1, most=1)),
        ([8] * 20, Spread(count=20, half=2, most=2)),
        ([7 * n for n in range(1, 21)], Spread(count=20, half=10, most=18)),
        ([7 * n for n in range(1, 22)], Spread(count=21, half=11, most=19)),
        ([7] * 18 + [700] * 2, Spread(count=20, half=1, most=1)),
        ([7] * 17 + [700] * 3, Spread(count=20, half=1, most=100)),
    ],
)
def test_half_and_nine_in_ten(days: list[int], expected: Spread) -> None:
    assert spread(days) == expected


@given(st.lists(st.integers(0, 2000), min_size=LEAST, max_size=200))
def test_at_least_so_many_really_waited_no_longer(days: list[int]) -> None:
    found = spread(days)
    assert found is not None
    assert found.half <= found.most
    assert sum(number <= 7 * found.half for number in days) >= len(days) * 0.5
    assert sum(number <= 7 * found.most for number in days) >= len(days) * 0.9


def test_a_wait_is_counted_in_london_days() -> None:
    begin = datetime(2026, 6, 1, 23, 30, tzinfo=UTC)  # half past midnight of 2 June in London
    end = at(date(2026, 6, 9))
    found = expected_wait([(begin, end)] * LEAST, [], on=TODAY)
    assert found.completed == Spread(count=20, half=1, most=1)


def test_what_is_still_waited_for_is_counted_apart() -> None:
    long_ago = at(TODAY - timedelta(weeks=40))
    found = expected_wait([], [long_ago] * LEAST, on=TODAY)
    assert found.completed is None
    assert found.waiting == Spread(count=20, half=40, most=40)

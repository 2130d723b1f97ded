"""How long whoever guesses has to wait."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.referral.domain.slowing import ACCOUNT, ADDRESS, LONGEST, NONE, PAIR, Limit
from tests.referral.fakes import FRIDAY

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@pytest.mark.parametrize(
    ("limit", "failures", "wait"),
    [
        (PAIR, 9, NONE),
        (PAIR, 10, 15 * MINUTE),
        (ADDRESS, 99, NONE),
        (ADDRESS, 100, 15 * MINUTE),
        (ACCOUNT, 19, NONE),
        (ACCOUNT, 20, 30 * SECOND),
        (ACCOUNT, 21, MINUTE),
        (ACCOUNT, 22, 2 * MINUTE),
        (ACCOUNT, 25, 15 * MINUTE),
        (ACCOUNT, 5000, 15 * MINUTE),
    ],
)
def test_the_wait_grows_and_stays_bearable(limit: Limit, failures: int, wait: timedelta) -> None:
    assert limit.wait([FRIDAY] * failures, FRIDAY) == wait


@given(
    st.sampled_from([PAIR, ADDRESS, ACCOUNT]),
    st.lists(st.integers(0, 100_000), max_size=200).map(sorted),
)
def test_every_wait_ends(limit: Limit, seconds_ago: list[int]) -> None:
    failed = [FRIDAY - timedelta(seconds=ago) for ago in seconds_ago]
    wait = limit.wait(failed, FRIDAY)
    assert NONE <= wait <= min(LONGEST, 15 * MINUTE)
    later = FRIDAY + wait
    while wait:
        wait = limit.wait(failed, later)
        later += wait
    assert later - FRIDAY < LONGEST

"""Subscriptions are served side by side."""

from collections.abc import Iterator

import pytest

from services.notify.use_cases.serve_hooks import QUICK_LANES, SLOW_LANES, hook_service
from tests.notify.receivers import Receiver, Subscribed, receivers, subscribed

__all__ = ["subscribed"]

SLOW = 2.5  # seconds: more than the limit of a quick one


@pytest.fixture
def ten() -> Iterator[list[Receiver]]:
    with receivers(10) as found:
        yield found


def test_slow_ones_wait_for_each_other_and_leave_room(
    subscribed: Subscribed, ten: list[Receiver]
) -> None:
    for one in ten:
        one.takes = SLOW
        subscribed.subscribe(one)
    subscribed.happens()
    with hook_service(subscribed.serving) as service:
        assert service() == SLOW_LANES
        assert service() == 0
    assert SLOW_LANES < QUICK_LANES

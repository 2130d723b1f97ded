"""Subscriptions are served side by side."""

import time
from collections.abc import Iterator
from statistics import quantiles

import pytest

from services.notify.use_cases.serve_hooks import QUICK_LANES, SLOW_LANES, hook_service
from tests.notify.receivers import Receiver, Subscribed, receivers, subscribed

__all__ = ["subscribed"]

EVENTS = 12
PACE = 0.25  # seconds between events, and between passes
SLOW = 2.5  # seconds that the slow one takes: more than the limit of a quick one


@pytest.fixture
def ten() -> Iterator[list[Receiver]]:
    with receivers(10) as found:
        yield found


def test_one_of_ten_that_is_slow_holds_up_none_of_the_others(
    subscribed: Subscribed, ten: list[Receiver]
) -> None:
    for one in ten:
        subscribed.subscribe(one)
    baseline = _p99(_delays(subscribed, ten, ten[1:]))
    ten[0].takes = SLOW
    beside = _p99(_delays(subscribed, ten, ten[1:]))
    told = f"hooks: p99 {baseline:.2f} s, and {beside:.2f} s beside one that takes {SLOW} s"
    print(told)  # noqa: T201 - a line of the table of faults
    assert beside <= baseline + 2
    assert ten[0].numbers() == list(range(1, 1 + len(ten[0].numbers()))), "in order, all the same"


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


def _delays(subscribed: Subscribed, all_: list[Receiver], measured: list[Receiver]) -> list[float]:
    """From each event to when each of the measured heard of it, in seconds."""
    heard = [len(one.at) for one in all_]
    happened = []
    with hook_service(subscribed.serving) as service:
        for number in range(EVENTS):
            subscribed.happens(f"task-{number}")
            happened.append(time.monotonic())
            service()
            time.sleep(PACE)
        until = time.monotonic() + 10
        while _behind(all_, heard, measured) and time.monotonic() < until:
            service()
            time.sleep(PACE)
    return [
        at - then
        for one, before in zip(all_, heard, strict=True)
        if one in measured
        for at, then in zip(one.at[before:], happened, strict=True)
    ]


def _behind(all_: list[Receiver], heard: list[int], measured: list[Receiver]) -> bool:
    return any(
        one in measured and len(one.at) < before + EVENTS
        for one, before in zip(all_, heard, strict=True)
    )


def _p99(delays: list[float]) -> float:
    return quantiles(delays, n=100)[98]

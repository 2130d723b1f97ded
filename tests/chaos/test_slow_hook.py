"""One of ten subscribed systems is slow to answer, and the others hear no later for it."""

import time
from collections.abc import Iterator, Sequence
from statistics import quantiles

import pytest

from services.notify.use_cases.serve_hooks import hook_service
from tests.chaos.conftest import Say
from tests.chaos.sizes import size
from tests.notify.receivers import Receiver, Subscribed, receivers, subscribed

__all__ = ["subscribed"]

EVENTS = size(12, 200)
PACE = 0.25  # seconds between events, and between passes
SLOW = 2.5  # seconds that the slow one takes: more than the limit of a quick one
AT_MOST_LATER = 2  # seconds
PATIENCE = 30  # seconds for all to have heard


@pytest.fixture
def ten() -> Iterator[list[Receiver]]:
    with receivers(10) as found:
        yield found


def test_one_of_ten_that_is_slow_holds_up_none_of_the_others(
    subscribed: Subscribed, ten: list[Receiver], backend: str, say: Say
) -> None:
    slow, *others = ten
    for one in ten:
        subscribed.subscribe(one)
    baseline = _p99(_delays(subscribed, others))
    slow.takes = SLOW
    beside = _p99(_delays(subscribed, others))
    say(
        f"{backend}: p99 of nine hooks {baseline:.2f} s, and {beside:.2f} s beside one that takes "
        f"{SLOW} s"
    )
    assert beside <= baseline + AT_MOST_LATER
    assert slow.numbers() == list(range(1, 1 + len(slow.numbers()))), "in order, all the same"
    assert all(one.numbers() == list(range(1, 1 + 2 * EVENTS)) for one in others)


def _delays(subscribed: Subscribed, measured: Sequence[Receiver]) -> list[float]:
    """From each event to when each of the measured heard of it, in seconds."""
    heard = [len(one.at) for one in measured]
    happened = []
    with hook_service(subscribed.serving) as service:
        for number in range(EVENTS):
            subscribed.happens(f"task-{number}")
            happened.append(time.monotonic())
            service()
            time.sleep(PACE)
        end = time.monotonic() + PATIENCE
        while _are_behind(measured, heard) and time.monotonic() < end:
            service()
            time.sleep(PACE)
    return [
        at - then
        for one, before in zip(measured, heard, strict=True)
        for at, then in zip(one.at[before:], happened, strict=True)
    ]


def _are_behind(measured: Sequence[Receiver], heard: Sequence[int]) -> bool:
    counted = zip(measured, heard, strict=True)
    return any(len(one.at) < before + EVENTS for one, before in counted)


def _p99(delays: list[float]) -> float:
    return quantiles(delays, n=100)[98]

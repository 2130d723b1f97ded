"""Concerns are raised and mails leave while something is broken at random moments."""

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from random import Random

from tests.chaos.concerns import Raising
from tests.chaos.judge import Found, judge, unsettled
from tests.chaos.services import Both, Service

SEED = 20261122
#: More than a lease: whoever was killed is not waited for any more.
A_LEASE = timedelta(minutes=11)
STALL = 5  # seconds in which nothing moves; some mails may wait for a lease to pass
MAILS_A_CONCERN = 3
POLL = 0.005  # seconds
LOOK = 1.5  # seconds between looks at what is left
Break = Callable[[Both, Random], None]


@dataclass(frozen=True, kw_only=True)
class Storm:
    """`taken` are the references of what the provider took so far."""

    concerns: int
    faults: Sequence[Break]
    taken: Sequence[str]

    @property
    def patience(self) -> int:
        """Seconds of the wall for raising all, and again for coming to rest: several times what a
        slow machine takes."""
        return 900 + self.concerns

    def rage(self, at: Both) -> Found:
        """The moments are spread over the work that is done, whatever it takes on this machine."""
        random = Random(SEED)
        whole = self.concerns * (1 + MAILS_A_CONCERN)
        moments = sorted(random.uniform(0.02, 0.85) * whole for _ in self.faults)
        numbers = range(5000, 5000 + self.concerns)
        with Raising(numbers, at).going_on() as raising:
            for moment, break_something in zip(moments, self.faults, strict=True):
                self._work_until(moment, raising)
                time.sleep(random.uniform(0, 0.05))
                break_something(at, random)
            until(lambda: len(raising.acknowledged) == self.concerns, within=self.patience)
        assert not raising.strange, raising.strange[:3]
        assert len(raising.acknowledged) == self.concerns
        self._calm_down(at)
        return judge(at, self.taken, acknowledged=self.concerns)

    def _work_until(self, so_much: float, raising: Raising) -> None:
        """Or until nothing has moved for a while."""
        done = -1
        while done < so_much:
            before, done = done, len(raising.acknowledged) + len(self.taken)
            if before == done:
                return
            until(partial(self._is_more_than, done, raising), within=STALL)

    def _is_more_than(self, done: int, raising: Raising) -> bool:
        return len(raising.acknowledged) + len(self.taken) > done

    def _calm_down(self, at: Both) -> None:
        """What was cut off is looked at again once its lease has passed, and its provider asked
        a little later."""
        end = time.monotonic() + self.patience
        while any(left := unsettled(at)):
            assert time.monotonic() < end, f"it never came to rest: {left}"
            time.sleep(LOOK)
            if unsettled(at) == left:
                at.time.pass_(A_LEASE)


def kills(number: int, *, midway: Callable[[], AbstractContextManager[None]]) -> list[Break]:
    """Of notify when the provider has taken a mail and not said so yet, of the referral service,
    and of notify at any moment: a third each, in no order."""

    def kill_midway(at: Both, _random: Random) -> None:
        with midway():
            at.notify.kill()
        start_again(at.notify)

    ways: list[Break] = [
        kill_midway,
        lambda at, _random: kill(at.referral),
        lambda at, _random: kill(at.notify),
    ]
    chosen = (ways * number)[:number]
    Random(SEED).shuffle(chosen)
    return chosen


def kill(service: Service) -> None:
    service.kill()
    start_again(service)


def start_again(service: Service) -> None:
    service.start()
    service.wait()


def until(is_so: Callable[[], bool], *, within: float) -> None:
    """Until it is so, or these seconds have passed."""
    end = time.monotonic() + within
    while not is_so() and time.monotonic() < end:
        time.sleep(POLL)

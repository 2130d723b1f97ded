"""Concerns are raised and mails leave while something is broken at random moments."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from random import Random

from tests.chaos.concerns import Raising
from tests.chaos.judge import Found, in_flight, is_calm, judge
from tests.chaos.services import Both

SEED = 20261122
#: More than a lease: whoever was killed is not waited for any more.
A_LEASE = timedelta(minutes=11)
PATIENCE = 900  # seconds of the wall for all of it, at most
STALL = 5  # seconds; some mails may wait for a lease to pass before the storm goes on
MAILS_A_CONCERN = 6
Break = Callable[[Both, Random], None]


@dataclass(frozen=True, kw_only=True)
class Storm:
    """`taken` gives the references of what the provider took so far."""

    concerns: int
    faults: int
    taken: Callable[[], list[str]]
    break_something: Break

    def rage(self, at: Both) -> Found:
        """The moments are spread over the work that is done, whatever it takes on this machine."""
        random = Random(SEED)
        whole = self.concerns * (1 + MAILS_A_CONCERN)
        moments = sorted(random.uniform(0.02, 0.85) * whole for _ in range(self.faults))
        numbers = range(5000, 5000 + self.concerns)
        with Raising(numbers, at).going_on() as raising:
            for moment in moments:
                until(partial(self._is_done, moment, raising), stall=STALL)
                time.sleep(random.uniform(0, 0.05))
                self.break_something(at, random)
            until(lambda: len(raising.acknowledged) == self.concerns)
        assert not raising.strange, raising.strange[:3]
        self._calm_down(at)
        return judge(at, self.taken(), acknowledged=len(raising.acknowledged))

    def _is_done(self, so_much: float, raising: Raising) -> bool:
        return len(raising.acknowledged) + len(self.taken()) >= so_much

    def _calm_down(self, at: Both) -> None:
        """What was cut off is looked at again once its lease has passed, and its provider asked
        a little later."""
        end = time.monotonic() + PATIENCE
        while not is_calm(at):
            assert time.monotonic() < end, "it never came to rest"
            seen = len(self.taken())
            time.sleep(1.5)
            if len(self.taken()) == seen:
                at.time.pass_(A_LEASE)


def kill_either(at: Both, random: Random) -> None:
    victim = random.choice([at.referral, at.notify])
    victim.kill()
    victim.start()
    victim.wait()


def kill_notify(at: Both, random: Random) -> None:
    """In the middle of a send, where there is one to be hit."""
    until(lambda: bool(in_flight(at)), stall=STALL)
    at.notify.kill()
    at.notify.start()
    at.notify.wait()


def until(is_so: Callable[[], bool], *, stall: float = PATIENCE) -> None:
    """Until it is so, or `stall` seconds have passed."""
    end = time.monotonic() + stall
    while not is_so() and time.monotonic() < end:
        time.sleep(0.005)

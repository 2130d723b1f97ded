"""How much one client may ask for: so much a second, with some saved up for busy moments.

Counted in this process alone: with several replicas each counts for itself.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from shared.errors import Failure

#: So many seconds' worth can be saved up.
SAVED = 30.0
#: So that many clients do not fill the memory.
MOST_CLIENTS = 10_000


class TooFast(Failure):
    """This client asked for more than its share; `wait` is in seconds."""

    def __init__(self, wait: float) -> None:
        super().__init__("This is more than one client may ask for at once. Wait, then try again.")
        self.wait = wait


@dataclass
class _Left:
    amount: float
    at: float


class Pace:
    """A bucket for each client: asking takes out, time fills up. `rate` is what a second brings."""

    def __init__(self, rate: float, clock: Callable[[], float]) -> None:
        self.rate = rate
        self.clock = clock
        self._lock = threading.Lock()
        self._left: dict[str, _Left] = {}

    def take(self, client: str, cost: float) -> None:
        """Raise TooFast where the client has not that much left."""
        now, most = self.clock(), self.rate * SAVED
        with self._lock:
            left = self._left.pop(client, None) or _Left(most, now)
            left.amount = min(most, left.amount + (now - left.at) * self.rate)
            left.at = now
            self._left[client] = left  # last, so that the first is the one not seen for longest
            if len(self._left) > MOST_CLIENTS:
                del self._left[next(iter(self._left))]
            if left.amount < cost:
                raise TooFast((cost - left.amount) / self.rate)
            left.amount -= cost

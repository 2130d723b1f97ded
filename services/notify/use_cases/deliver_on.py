"""Pass after pass while each finds as much as it can take."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime

from services.notify.domain.message import MessageState
from services.notify.use_cases.deliver_due import LIMIT, deliver_due
from services.notify.use_cases.delivery import Delivery

#: Then other jobs of this process get their turn.
MOST_PASSES = 20


def deliver_on(delivery: Delivery, *, clock: Callable[[], datetime]) -> Counter[MessageState]:
    """How many messages were left in each state."""
    done: Counter[MessageState] = Counter()
    for _ in range(MOST_PASSES):
        one_pass = deliver_due(delivery, now=clock())
        done += one_pass
        if one_pass.total() < LIMIT:
            break
    return done

"""A breaker keeps us from a provider that is down, and lets one message through now and then to
see whether it is back."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from services.notify.domain.channel import Outcome, Sent

#: So many failures in a row open it.
FAILURES = 5
#: The first probe comes after the first of these, each further one after the next; the last holds.
PROBE_AFTER = (timedelta(seconds=10), timedelta(seconds=20), timedelta(seconds=30))


class Position(StrEnum):
    CLOSED = "closed"  # everything goes
    OPEN = "open"  # nothing goes until the next probe
    HALF_OPEN = "half-open"  # one message may go, to see what happens


@dataclass(frozen=True, kw_only=True)
class Breaker:
    """One provider's; `probe_at` is when the next message may be tried while it is open."""

    provider: str
    failures: int = 0
    opened_at: datetime | None = None
    probe_at: datetime | None = None

    def position(self, now: datetime) -> Position:
        if self.probe_at is None:
            return Position.CLOSED
        return Position.OPEN if now < self.probe_at else Position.HALF_OPEN

    def after_failure(self, now: datetime) -> "Breaker":
        failures = self.failures + 1
        if failures < FAILURES:
            return replace(self, failures=failures)
        step = min(failures - FAILURES, len(PROBE_AFTER) - 1)
        return replace(
            self,
            failures=failures,
            opened_at=self.opened_at or now,
            probe_at=now + PROBE_AFTER[step],
        )


def is_failure(sent: Sent) -> bool | None:
    """Whether a try speaks against the provider; None when it says nothing about it.

    An address that will never do is the message's trouble, and so is a mailbox that is full today.
    """
    if sent.is_away or sent.outcome in (Outcome.TECHNICAL, Outcome.UNCERTAIN):
        return True
    return None if sent.outcome is Outcome.TEMPORARY else False

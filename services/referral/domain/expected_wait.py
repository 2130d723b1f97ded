"""How long families wait for a service, from its own recent figures, and when not to say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil

from services.referral.domain.working_days import london_date

#: Fewer waits than this tell nobody anything.
LEAST = 20
RECENT = timedelta(days=365)


@dataclass(frozen=True, kw_only=True)
class Spread:
    """Of so many waits, half were at most `half` weeks long and nine in ten at most `most`."""

    count: int
    half: int
    most: int


@dataclass(frozen=True, kw_only=True)
class ExpectedWait:
    """The waits that ended in the 12 months before the day `on`, and those that were still going
    on then; None where there are fewer than 20: not enough information."""

    on: date
    completed: Spread | None
    waiting: Spread | None


def expected_wait(
    ended: Sequence[tuple[datetime, datetime]], since: Sequence[datetime], *, on: date
) -> ExpectedWait:
    """`ended` holds when each wait began and ended, `since` when each that goes on began.

    A wait runs from the first receipt, whatever was redirected since, to the first meaningful
    contact with the child; what is still waited for is kept apart, or the longest waits would only
    be seen once they end.
    """
    until = [(london_date(end) - london_date(begin)).days for begin, end in ended]
    so_far = [(on - london_date(begin)).days for begin in since]
    return ExpectedWait(on=on, completed=spread(until), waiting=spread(so_far))


def spread(days: Sequence[int]) -> Spread | None:
    """In weeks that have begun, at least one; nearest rank, so that each is somebody's wait."""
    if len(days) < LEAST:
        return None
    weeks = sorted(max(1, ceil(number / 7)) for number in days)
    return Spread(count=len(weeks), half=_at(weeks, 50), most=_at(weeks, 90))


def _at(ordered: Sequence[int], percent: int) -> int:
    return ordered[ceil(len(ordered) * percent / 100) - 1]

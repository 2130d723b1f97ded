"""Which rung of its ladder a clock reaches next, and when."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.referral.domain.clock_keeping import LimitRules
from services.referral.domain.clocks import Clock, Start, Unit, used_at
from services.referral.domain.ladders import After, Ladder, Rung, ladders_over_time
from services.referral.domain.moves import State
from services.referral.domain.referral import Referral
from services.referral.domain.running import RunningClock
from services.referral.domain.working_days import (
    add_weeks,
    add_working_days,
    london_date,
    start_of_day,
)

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, kw_only=True)
class ClockRules(LimitRules):
    """The rules of the clocks, and every version of every ladder."""

    ladders: tuple[Ladder, ...]


@dataclass(frozen=True, kw_only=True)
class Reached:
    """A rung that a clock has not taken yet, and when it is reached."""

    at: datetime
    rung: Rung
    ladder: Ladder


def next_rung(referral: Referral, clock: RunningClock, rules: ClockRules) -> Reached | None:
    """The rung that the clock reaches next, of those above what it has taken."""
    row = rules.version(clock)
    if not clock.is_running or not _climbs(referral, row):
        return None
    unit = row.limit.unit if row else Unit.DAYS
    service = rules.kind_of(referral.service)
    reached = (
        Reached(at=max(at, since), rung=rung, ladder=ladder)
        for since, until, ladder in ladders_over_time(clock, referral, service, rules.ladders)
        for rung in ladder.rungs
        if rung.level >= clock.rungs
        for at in _instants(rung.after, referral, clock, unit, rules)
        if max(at, since) < until
    )
    return min(reached, key=lambda one: (one.at, one.rung.level), default=None)


def _climbs(referral: Referral, row: Clock | None) -> bool:
    """While the family has asked for a pause, only the pause itself can take too long."""
    if row is not None and row.along_with:
        return False
    is_of_pause = row is not None and row.start is Start.PAUSED
    return referral.is_open and (referral.state is not State.PAUSED or is_of_pause)


def _instants(
    after: After, referral: Referral, clock: RunningClock, unit: Unit, rules: ClockRules
) -> Iterator[datetime]:
    if after.percent is not None:
        yield used_at(after.percent, clock.started_at, clock.due_at, unit, rules.holidays)
    if after.working_days_late == 0:
        yield clock.due_at + _SECOND
    elif after.working_days_late is not None:
        due = london_date(clock.due_at)
        yield start_of_day(_DAY + add_working_days(due, after.working_days_late, rules.holidays))
    if after.weeks is not None:
        yield start_of_day(_DAY + add_weeks(london_date(clock.started_at), after.weeks))
    if after.exception_expires and (over := _exceptions_over(referral, clock)):
        yield over


def _exceptions_over(referral: Referral, clock: RunningClock) -> datetime | None:
    ends = [one.to for one in referral.exceptions if one.clock == clock.clock]
    over = start_of_day(_DAY + max(ends)) if ends else None
    return over if over and over > clock.due_at else None

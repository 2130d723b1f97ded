"""How long each step may take, and when it is late (Europe/London)."""

from collections.abc import Iterable, Set
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from services.referral.domain.dated import Sure, in_force, in_words
from services.referral.domain.routing_rules import Priority
from services.referral.domain.service_directory import ServiceKind
from services.referral.domain.working_days import (
    add_months,
    add_weeks,
    add_working_days,
    end_of_day,
    london_date,
)


class Unit(StrEnum):
    WORKING_DAYS = "wd"
    WEEKS = "w"
    MONTHS = "m"


class Force(StrEnum):
    """What stands behind a limit."""

    LAW = "law"
    GUIDANCE = "guidance"
    STANDARD = "standard"
    LOCAL = "local"
    PROPOSED = "proposed"


class Step(StrEnum):
    """What is being waited for."""

    ACKNOWLEDGE = "acknowledge"
    TRIAGE = "triage"
    ANSWER = "answer"
    WAIT = "wait"
    NEXT_STEP = "next-step"


@dataclass(frozen=True, kw_only=True)
class Limit:
    count: int
    unit: Unit


@dataclass(frozen=True, kw_only=True)
class Clock:
    """One version of one limit: from when to when it runs, at which services (empty: at all).

    `urgent_limit` counts for every priority above routine. `valid_to` is the version's last day.
    """

    id: str
    step: Step
    starts: str
    stops: str
    limit: Limit
    urgent_limit: Limit | None = None
    services: frozenset[ServiceKind] = frozenset()
    kind: Force
    source: str
    sure: Sure
    valid_from: date
    valid_to: date | None = None

    def limit_for(self, priority: Priority) -> Limit:
        if priority is Priority.ROUTINE:
            return self.limit
        return self.urgent_limit or self.limit


def clock_for(
    step: Step, *, service: ServiceKind | None, clocks: Iterable[Clock], on: date
) -> Clock:
    """The clock that counts for this step: one that names the service goes before a general one.

    LookupError when none was in force on that day.
    """
    running = [clock for clock in clocks if clock.step is step and in_force(clock, on)]
    named = (clock for clock in running if service in clock.services)
    general = (clock for clock in running if not clock.services)
    clock = next(named, None) or next(general, None)
    if clock is None:
        raise LookupError(f"No clock for the step “{step}” was in force on {in_words(on)}.")
    return clock


def due(started_at: datetime, limit: Limit, holidays: Set[date]) -> date:
    """The London date at whose end the limit is used up; day 0 is the London date of the start."""
    first = london_date(started_at)
    if limit.unit is Unit.WORKING_DAYS:
        return add_working_days(first, limit.count, holidays)
    if limit.unit is Unit.WEEKS:
        return add_weeks(first, limit.count)
    return add_months(first, limit.count)


def due_at(started_at: datetime, limit: Limit, holidays: Set[date]) -> datetime:
    """The last second of the due date, in UTC."""
    return end_of_day(due(started_at, limit, holidays))


def is_late(due: date, now: datetime) -> bool:
    """Whether the due date is over in London; at 23:59:59 of that day it is not."""
    return london_date(now) > due

"""How long each step may take, and when it is late (Europe/London)."""

from collections.abc import Iterable, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from services.referral.domain.dated import Sure, in_force, in_words
from services.referral.domain.exceptions import ExceptionCode
from services.referral.domain.routing_rules import Priority
from services.referral.domain.service_directory import ServiceKind
from services.referral.domain.working_days import (
    add_months,
    add_weeks,
    add_working_days,
    end_of_day,
    london_date,
    start_of_day,
    working_days_between,
)

_DAY = timedelta(days=1)


class Unit(StrEnum):
    HOURS = "h"
    DAYS = "d"
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
    REACH_FAMILY = "reach-family"
    NEW_TIME = "new-time"


class Start(StrEnum):
    """What starts a clock on a referral.

    `requested`: this service, or one of the clock's services that passed it on, was asked.
    """

    ASKED = "asked"
    FIRST_RECEIVED = "first-received"
    REQUESTED = "requested"
    ACCEPTED = "accepted"
    QUESTION = "question-asked"
    CONTACT = "last-contact"
    PAUSED = "paused"


class Stop(StrEnum):
    """What stops it; each is also stopped by the end of the referral.

    `helped`: assessment, baseline, plan and intervention are all recorded.
    """

    RECEIPT = "receipt"
    DECISION = "decision"
    ANSWER = "answer"
    SEEN = "first-contact"
    HELPED = "helped"
    SUPPORT = "support"
    CONTACT = "next-contact"
    RESUMED = "resumed"
    CLOSED = "closed"


@dataclass(frozen=True, kw_only=True)
class Limit:
    count: int
    unit: Unit

    def __str__(self) -> str:
        return f"{self.count} {_UNIT_WORDS[self.unit]}{'' if self.count == 1 else 's'}"


_UNIT_WORDS = {
    Unit.HOURS: "hour",
    Unit.DAYS: "day",
    Unit.WORKING_DAYS: "working day",
    Unit.WEEKS: "week",
    Unit.MONTHS: "month",
}


@dataclass(frozen=True, kw_only=True)
class Clock:
    """One version of one limit: from when to when it runs, at which services (empty: at all).

    `step` names what the worklist's due date is taken from; a clock that names services goes before
    a general one for the same step. `start` and `stop` are missing where the limit is that of a
    question or a next step and not of a referral. `urgent_limit` counts for every priority above
    routine. `along_with` names the clock with which this one climbs: it is shown, and tells nobody
    a second time; `exceptions` are those for which it need not be met. `valid_to` is the version's
    last day; `applies_to_open`: it also replaces earlier versions that run.
    """

    id: str
    step: Step | None = None
    starts: str
    stops: str
    start: Start | None = None
    stop: Stop | None = None
    limit: Limit
    urgent_limit: Limit | None = None
    services: frozenset[ServiceKind] = frozenset()
    along_with: str | None = None
    exceptions: frozenset[ExceptionCode] = frozenset()
    kind: Force
    source: str
    sure: Sure
    valid_from: date
    valid_to: date | None = None
    applies_to_open: bool = False

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
    """The London date on which the limit is used up; day 0 is the London date of the start."""
    first = london_date(started_at)
    if limit.unit is Unit.HOURS:
        return london_date(started_at + timedelta(hours=limit.count))
    if limit.unit is Unit.WORKING_DAYS:
        return add_working_days(first, limit.count, holidays)
    if limit.unit is Unit.DAYS:
        return first + timedelta(days=limit.count)
    if limit.unit is Unit.WEEKS:
        return add_weeks(first, limit.count)
    return add_months(first, limit.count)


def due_at(started_at: datetime, limit: Limit, holidays: Set[date]) -> datetime:
    """The last second of the due date, in UTC; a limit in hours ends to the second."""
    if limit.unit is Unit.HOURS:
        return started_at + timedelta(hours=limit.count)
    return end_of_day(due(started_at, limit, holidays))


def used_at(
    percent: int, started_at: datetime, due_at: datetime, unit: Unit, holidays: Set[date]
) -> datetime:
    """When so much of the time is used: on a working day, where working days are counted.

    The days after day 0 are used up one by one, from midnight to midnight in London.
    """
    if unit is Unit.HOURS:
        return started_at + (due_at - started_at) * percent / 100
    first, last = london_date(started_at), london_date(due_at)
    is_working = unit is Unit.WORKING_DAYS
    days = working_days_between(first, last, holidays) if is_working else (last - first).days
    whole, part = divmod(days * percent, 100)
    before = _days_on(first, whole, is_working, holidays)
    if not part:
        return start_of_day(before + _DAY)
    during = _days_on(before, 1, is_working, holidays)
    begin = start_of_day(during)
    return begin + (start_of_day(during + _DAY) - begin) * part / 100


def _days_on(day: date, count: int, is_working: bool, holidays: Set[date]) -> date:
    return add_working_days(day, count, holidays) if is_working else day + timedelta(days=count)


def is_late(due: date, now: datetime) -> bool:
    """Whether the due date is over in London; at 23:59:59 of that day it is not."""
    return london_date(now) > due

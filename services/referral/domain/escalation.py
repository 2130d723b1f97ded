"""The ladder: what happens to a referral that waits too long, one rung after the other.

A rung is taken once a clock. The level of the referral is the highest that any of its clocks has
taken, and never goes down; acknowledging stops nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from services.referral.domain.clocks import Clock, Force, Limit
from services.referral.domain.dated import Sure
from services.referral.domain.referral import Referral, ServiceId
from services.referral.domain.routing_rules import Priority
from services.referral.domain.running import Risk
from services.referral.domain.service_directory import ServiceKind
from shared.contract import Audience


@dataclass(frozen=True, kw_only=True)
class After:
    """When a rung is reached: one of these, or the first of them.

    `percent` of the limit is used; the limit is over by so many working days (0: it is reached);
    so many weeks have passed since the clock started; an exception of the clock has run out.
    """

    percent: int | None = None
    working_days_late: int | None = None
    weeks: int | None = None
    exception_expires: bool = False


@dataclass(frozen=True, kw_only=True)
class Rung:
    """Who is told at a level, what they must do and by when, and what happens if they do not."""

    level: int
    after: After
    tells: tuple[Audience, ...]
    action: str
    action_due: Limit
    otherwise: str
    raises_priority: Priority | None = None
    offers_next_best: bool = False


@dataclass(frozen=True, kw_only=True)
class Ladder:
    """One version of one ladder, and for which clocks, services, priorities and risks it is; what
    is empty counts for all. With priorities or risks, any one of them is enough."""

    id: str
    clocks: frozenset[str] = frozenset()
    services: frozenset[ServiceKind] = frozenset()
    priorities: frozenset[Priority] = frozenset()
    risks: frozenset[Risk] = frozenset()
    rungs: tuple[Rung, ...]
    kind: Force
    source: str
    sure: Sure
    valid_from: date
    valid_to: date | None = None
    applies_to_open: bool = False


@dataclass(frozen=True, kw_only=True)
class Climb:
    """One rung taken by one clock. `why` names rule, dates and calendar in one sentence."""

    clock: str
    rung: Rung
    at: datetime
    why: str


@dataclass(frozen=True, kw_only=True)
class ClockRules:
    """What clocks and ladders there are, and of what kind a service is."""

    clocks: tuple[Clock, ...]
    ladders: tuple[Ladder, ...]
    holidays: frozenset[date]
    kind_of: Callable[[ServiceId], ServiceKind | None]


def next_climb_at(referral: Referral, rules: ClockRules) -> datetime | None:
    """When the next rung of any of its clocks is reached; None when there is none."""
    raise NotImplementedError


def climb(
    referral: Referral, now: datetime, rules: ClockRules
) -> tuple[Referral, tuple[Climb, ...]]:
    """The referral after this sweep, and the rungs taken: at most one a clock."""
    raise NotImplementedError

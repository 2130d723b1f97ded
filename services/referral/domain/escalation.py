"""How a referral that waits too long climbs its ladder, one rung after the other.

A rung is taken once a clock. The level of the referral is the highest that any of its clocks has
taken, and never goes down; acknowledging stops nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from services.referral.domain.clock_keeping import with_clocks
from services.referral.domain.clocks import Clock, Limit, Unit, due_at
from services.referral.domain.dated import in_words
from services.referral.domain.ladders import Rung
from services.referral.domain.referral import Referral
from services.referral.domain.routing_rules import Priority
from services.referral.domain.rungs import ClockRules, Reached, next_rung
from services.referral.domain.running import RunningClock
from services.referral.domain.working_days import london_date


@dataclass(frozen=True, kw_only=True)
class Climb:
    """One rung taken by one clock. `why` names rule, dates and calendar in one sentence."""

    clock: str
    rung: Rung
    at: datetime
    why: str


def next_climb_at(referral: Referral, rules: ClockRules) -> datetime | None:
    """When the next rung of any of its clocks is reached; None when there is none."""
    reached = (next_rung(referral, clock, rules) for clock in referral.clocks)
    return min((one.at for one in reached if one), default=None)


def climb(
    referral: Referral, now: datetime, rules: ClockRules
) -> tuple[Referral, tuple[Climb, ...]]:
    """The referral after this sweep, and the rungs taken: at most one a clock.

    Whoever is told of a new rung has not seen it yet, so an acknowledgement ends with it.
    """
    taken = [
        (clock, reached)
        for clock in referral.clocks
        if (reached := next_rung(referral, clock, rules)) and reached.at <= now
    ]
    if not taken:
        return referral, ()
    climbs = tuple(
        Climb(clock=clock.clock, rung=one.rung, at=now, why=_why(referral, clock, one, rules))
        for clock, one in taken
    )
    up = {clock: one.rung.level + 1 for clock, one in taken}
    clocks = tuple(
        replace(clock, rungs=up[clock], acknowledged_at=None) if clock in up else clock
        for clock in referral.clocks
    )
    return _raised(replace(referral, clocks=clocks), climbs, rules), climbs


def replayed(
    history: Sequence[tuple[Referral, datetime]], until: datetime, rules: ClockRules
) -> tuple[Referral, tuple[Climb, ...]]:
    """The last referral of the history as it would stand at `until` had it been swept whenever a
    rung was reached, and every rung that it took.

    The history is that of `clock_keeping.recomputed`; nothing in it of levels and clocks is used.
    """
    known: dict[str, Replayed] = {}
    for version, now in history:
        past = known.get(version.id)
        past = past.swept(now, rules) if past else None
        before = past.referral if past else None
        replaced = known[version.replaces].referral if version.replaces in known else None
        clocks, level = (before.clocks, before.level) if before else ((), 0)
        bare = replace(version, clocks=clocks, level=level)
        after = in_time(before, bare, now=now, rules=rules, replaced=replaced)
        known[version.id] = Replayed(after, now, past.climbs if past else ())
    end = known[history[-1][0].id].swept(until, rules)
    return end.referral, end.climbs


@dataclass(frozen=True)
class Replayed:
    """A referral as it was since some instant, and what it has climbed."""

    referral: Referral
    since: datetime
    climbs: tuple[Climb, ...] = ()

    def swept(self, until: datetime, rules: ClockRules) -> "Replayed":
        """Climbed as far as it would have by then; what is overdue already climbs at once."""
        referral, taken = self.referral, self.climbs
        while (due := next_climb_at(referral, rules)) and due <= until:
            referral, climbs = climb(referral, max(due, self.since), rules)
            taken += climbs
        return Replayed(referral, until, taken)


def in_time(
    before: Referral | None,
    after: Referral,
    *,
    now: datetime,
    rules: ClockRules,
    replaced: Referral | None = None,
) -> Referral:
    """The referral with its clocks, its due date, and when it climbs next, as the move left it."""
    timed = with_clocks(before, after, now=now, rules=rules, replaced=replaced)
    return replace(timed, next_escalation_at=next_climb_at(timed, rules))


def _raised(referral: Referral, climbs: Sequence[Climb], rules: ClockRules) -> Referral:
    priority = Priority(referral.priority)
    for one in climbs:
        priority = priority.or_higher(one.rung.raises_priority)
    level = max(referral.level, *(one.rung.level for one in climbs))
    raised = replace(referral, level=level, priority=priority)
    return replace(raised, next_escalation_at=next_climb_at(raised, rules))


def _why(referral: Referral, clock: RunningClock, reached: Reached, rules: ClockRules) -> str:
    row = rules.version(clock)
    limit = f", {_limit(clock, row, rules)} ({row.source})" if row else ""
    works = row is not None and row.limit.unit is Unit.WORKING_DAYS
    calendar = "working days of England and Wales" if works else "calendar days"
    dates = f"from {_day(clock.started_at)} to {_day(clock.due_at)}"
    by_date = replace(reached.rung.after, exception_expires=False)
    after = reached.rung.after if referral.exceptions else by_date
    return (
        f"{clock.clock} of {in_words(clock.version)}{limit} ran {dates} in {calendar}; "
        f"on {_day(reached.at)} {after}, so ladder “{reached.ladder.id}” of "
        f"{in_words(reached.ladder.valid_from)} goes to level {reached.rung.level}"
        f"{_excused(referral, clock)}."
    )


def _limit(clock: RunningClock, row: Clock, rules: ClockRules) -> Limit:
    """The one of the row's limits that gave the due date; the priority may have changed since."""
    limits = [row.limit, *([row.urgent_limit] if row.urgent_limit else [])]
    ends = (one for one in limits if due_at(clock.started_at, one, rules.holidays) == clock.due_at)
    return next(ends, row.limit)


def _day(instant: datetime) -> str:
    return in_words(london_date(instant))


def _excused(referral: Referral, clock: RunningClock) -> str:
    said = [
        f"; exception {one.code} applies from {in_words(one.from_)} to {in_words(one.to)}"
        for one in referral.exceptions
        if one.clock == clock.clock
    ]
    return "".join(said)

"""Which clocks start and stop as a referral goes its way.

Everything follows from the referral before and after, so that what was kept live can be computed
again from the record alone.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from services.referral.domain.clocks import Clock, Start, Step, Stop, due_at
from services.referral.domain.dated import in_force
from services.referral.domain.moves import HELPING, OPEN, TRIAGE, Kind, State
from services.referral.domain.referral import Referral, ServiceId
from services.referral.domain.routing_rules import Priority
from services.referral.domain.running import HelpPart, PartialStop, RunningClock
from services.referral.domain.service_directory import ServiceKind
from services.referral.domain.working_days import london_date

_WAITING = frozenset({State.ACCEPTED, State.OFFERED})
_UNDERWAY = OPEN - {State.PAUSED}

#: The steps of the way on which a clock can run once this has started it (a pause is no step) …
_SINCE: dict[Start, frozenset[State]] = {
    Start.ACCEPTED: HELPING,
    Start.QUESTION: frozenset({State.QUESTION}),
    Start.CONTACT: _WAITING,
}
#: … and those on which it runs until this stops it; what is in neither table: all.
_UNTIL: dict[Stop, frozenset[State]] = {
    Stop.RECEIPT: frozenset({State.SUBMITTED}),
    Stop.DECISION: TRIAGE,
    Stop.ANSWER: frozenset({State.QUESTION}),
    Stop.SEEN: TRIAGE | _WAITING,
    Stop.SUPPORT: TRIAGE | _WAITING | {State.ASSESSING},
    Stop.CONTACT: _WAITING,
}
#: The part of the help that is recorded by reaching the step.
_HELP_AT = {State.ASSESSING: HelpPart.ASSESSMENT, State.SUPPORTING: HelpPart.INTERVENTION}
#: These run from the beginning or never; a clock that comes later does not start on what is open.
_FROM_THE_BEGINNING = frozenset({Start.ASKED, Start.FIRST_RECEIVED, Start.REQUESTED})
#: What a referral made in place of another takes over.
_SURVIVES = frozenset({Start.FIRST_RECEIVED, Start.REQUESTED})


@dataclass(frozen=True, kw_only=True)
class LimitRules:
    """Every version of every clock, the bank holidays, and of what kind a service is."""

    clocks: tuple[Clock, ...]
    holidays: frozenset[date]
    kind_of: Callable[[ServiceId], ServiceKind | None]

    def version(self, clock: RunningClock) -> Clock | None:
        """The row that it runs under; None when the policies no longer hold it."""
        same = (one for one in self.clocks if one.id == clock.clock)
        return next((one for one in same if one.valid_from == clock.version), None)


def clocks_after(
    before: Referral | None,
    after: Referral,
    *,
    now: datetime,
    rules: LimitRules,
    replaced: Referral | None = None,
) -> tuple[RunningClock, ...]:
    """Its clocks once it has become what it is after; each that ran or runs, in order of starting.

    `replaced`: the referral in whose place this one was made. A pause stops nothing, and no due
    date moves but where a new version of the clock says that it applies to what is open.
    """
    kept = [_gone_on(one, before, after, now, rules) for one in (after.clocks if before else ())]
    running = {one.clock for one in kept if one.is_running}
    started = [
        _started(clock, before, after, now, rules, replaced)
        for clock in _in_force(after, now, rules)
        if clock.id not in running and _starts(clock, before, after)
    ]
    return (*kept, *started)


def with_clocks(
    before: Referral | None,
    after: Referral,
    *,
    now: datetime,
    rules: LimitRules,
    replaced: Referral | None = None,
) -> Referral:
    """The referral with its clocks, and due when the one that counts now is."""
    clocks = clocks_after(before, after, now=now, rules=rules, replaced=replaced)
    due = due_of(after, clocks, rules)
    carried = max((one.rungs - 1 for one in clocks if one.is_running), default=0)
    return replace(
        after, clocks=clocks, due_at=due or after.due_at, level=max(after.level, carried)
    )


def due_of(
    referral: Referral, clocks: Sequence[RunningClock], rules: LimitRules
) -> datetime | None:
    """The due date of the clock for the decision, and after it of the one for the wait; None once
    neither runs."""
    step = Step.TRIAGE if referral.step in TRIAGE else Step.WAIT
    counting = (one for one in clocks if one.is_running and _step(one, rules) is step)
    return next((one.due_at for one in counting), None)


def recomputed(
    history: Sequence[tuple[Referral, datetime]], rules: LimitRules
) -> tuple[RunningClock, ...]:
    """The clocks of the last referral in the history, from what the record says of its way alone;
    how far they have climbed is not among it (that is `escalation.replayed`).

    The history holds each version with the instant of its writing, and those of the referrals in
    whose place it was made.
    """
    known: dict[str, Referral] = {}
    for version, now in history:
        before = known.get(version.id)
        bare = replace(version, clocks=before.clocks if before else (), level=0)
        replaced = known.get(version.replaces) if version.replaces else None
        known[version.id] = with_clocks(before, bare, now=now, rules=rules, replaced=replaced)
    return known[history[-1][0].id].clocks if history else ()


def runs(clock: Clock, referral: Referral) -> bool:
    """Whether the limit runs on a referral that is so far on its way."""
    if not referral.is_open or clock.start is None or clock.stop is None:
        return False
    if clock.start is Start.PAUSED:
        return referral.state is State.PAUSED
    if clock.start is Start.CONTACT and referral.kind is Kind.DESK:
        return False
    everywhere = _UNDERWAY
    on = _SINCE.get(clock.start, everywhere) & _UNTIL.get(clock.stop, everywhere)
    return referral.step in on


def _starts(clock: Clock, before: Referral | None, after: Referral) -> bool:
    if not runs(clock, after):
        return False
    if before is None or not before.clocks:
        return True
    if clock.start is Start.CONTACT and before.last_contact != after.last_contact:
        return True
    return not runs(clock, before)


def _in_force(referral: Referral, now: datetime, rules: LimitRules) -> list[Clock]:
    """The clocks for this service; a general one gives way to one that names it."""
    kind, today = rules.kind_of(referral.service), london_date(now)
    fitting = [
        clock
        for clock in rules.clocks
        if in_force(clock, today) and (not clock.services or kind in clock.services)
    ]
    named = {clock.step for clock in fitting if clock.services and clock.step}
    return [clock for clock in fitting if clock.services or clock.step not in named]


def _started(
    clock: Clock,
    before: Referral | None,
    after: Referral,
    now: datetime,
    rules: LimitRules,
    replaced: Referral | None,
) -> RunningClock:
    if before is None and (taken_over := _taken_over(clock, replaced)):
        return taken_over
    begin = _begin(clock, before, after, now)
    limit = clock.limit_for(Priority(after.priority))
    one = RunningClock(
        clock=clock.id,
        version=clock.valid_from,
        started_at=begin,
        due_at=due_at(begin, limit, rules.holidays),
    )
    return _with_help(one, clock, after, now)


def _taken_over(clock: Clock, replaced: Referral | None) -> RunningClock | None:
    """The clock of the referral in whose place this one is made: it goes on, and so does its
    climb."""
    if replaced is None or clock.start not in _SURVIVES:
        return None
    ran = (one for one in reversed(replaced.clocks) if one.clock == clock.id)
    last = next(ran, None)
    if last is None or last.is_helped:
        return last
    return replace(last, stopped_at=None, acknowledged_at=None)


def _begin(clock: Clock, before: Referral | None, after: Referral, now: datetime) -> datetime:
    if clock.start is Start.FIRST_RECEIVED:
        return after.first_received_at
    is_new = before is None or not before.clocks
    if is_new and clock.start in _FROM_THE_BEGINNING:
        return after.made_at
    if clock.start is Start.CONTACT and after.last_contact:
        return after.last_contact
    return now


def _gone_on(
    one: RunningClock,
    before: Referral | None,
    after: Referral,
    now: datetime,
    rules: LimitRules,
) -> RunningClock:
    """The clock as it is now: running on, or stopped."""
    clock = rules.version(one)
    if not one.is_running:
        return one
    if clock is None:
        return one if after.is_open else replace(one, stopped_at=now)
    one = _with_help(one, clock, after, now)
    touched = clock.start is Start.CONTACT and before and before.last_contact != after.last_contact
    is_over = clock.stop is Stop.HELPED and one.is_helped
    if touched or is_over or not runs(clock, after):
        return replace(one, stopped_at=now)
    return _under_newer_version(one, after, now, rules)


def _with_help(one: RunningClock, clock: Clock, after: Referral, now: datetime) -> RunningClock:
    """With the parts of the help that are recorded by now, each since it was first seen."""
    if clock.stop is not Stop.HELPED:
        return one
    reached = _HELP_AT.get(after.step)
    recorded = after.recorded | ({reached} if reached else set())
    new = recorded - {part.part for part in one.partial}
    parts = tuple(PartialStop(part=part, at=now) for part in HelpPart if part in new)
    return replace(one, partial=one.partial + parts)


def _under_newer_version(
    one: RunningClock, after: Referral, now: datetime, rules: LimitRules
) -> RunningClock:
    """What has started stays under its version, unless a later one says that it applies to it."""
    today = london_date(now)
    later = [
        clock
        for clock in rules.clocks
        if clock.id == one.clock and clock.applies_to_open and one.version < clock.valid_from
    ]
    newest = max(
        (clock for clock in later if in_force(clock, today)),
        key=lambda clock: clock.valid_from,
        default=None,
    )
    if newest is None:
        return one
    due = due_at(one.started_at, newest.limit_for(Priority(after.priority)), rules.holidays)
    return replace(one, version=newest.valid_from, due_at=due)


def _step(one: RunningClock, rules: LimitRules) -> Step | None:
    clock = rules.version(one)
    return clock.step if clock else None

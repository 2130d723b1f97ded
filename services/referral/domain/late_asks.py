"""What was asked of somebody and is not done in time: those above are told, on and on.

A question has a clock of its own that climbs, and one to the family is besides that followed up by
keeping in touch; everything else that is asked would be late in silence.
"""

from collections.abc import Iterable, Set
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from services.referral.domain.clocks import Force, Limit, due
from services.referral.domain.concern import Ask, AskKind, AskState, Concern
from services.referral.domain.dated import Sure, in_force
from services.referral.domain.moves import State
from services.referral.domain.working_days import start_of_day
from shared.contract import Audience

#: Those of which others are told once they are late.
TOLD_OF = frozenset(AskKind) - {AskKind.QUESTION}
_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class LateRule:
    """One version of who is told of which late asks: first, then, and then; the last again and
    again until it is done. `each_has` is what each of them has before the next are told, and
    `again` what the last have each time."""

    id: str
    asks: frozenset[AskKind]
    tells: tuple[tuple[Audience, ...], ...]
    each_has: Limit
    again: Limit
    kind: Force
    source: str
    sure: Sure
    valid_from: date
    valid_to: date | None = None


def told_next_at(ask: Ask) -> datetime | None:
    """When others are next told that it is late: at first once its due date is over."""
    if ask.state is not AskState.OPEN or ask.kind not in TOLD_OF:
        return None
    return ask.next_told_at or ask.due_at + timedelta(seconds=1)


def rule_for(ask: Ask, rules: Iterable[LateRule], on: date) -> LateRule:
    """The one in force on that day. LookupError when there is none."""
    found = next((one for one in rules if ask.kind in one.asks and in_force(one, on)), None)
    if found is None:
        raise LookupError(f"Nobody is told of a late {ask.kind} on {on}.")
    return found


def tells(ask: Ask, concern: Concern, rule: LateRule) -> tuple[Audience, ...]:
    """Whom it reaches now; what a higher rung asked begins with those above that rung. Nobody,
    while a higher rung asks somebody else for the same, or the family wanted a pause."""
    if ask.kind is AskKind.ACTION and _is_for_others(ask, concern):
        return ()
    begin = _rung(ask, concern) - 1 if ask.kind is AskKind.ACTION else 0
    return rule.tells[min(max(ask.times_told, begin), len(rule.tells) - 1)]


def told(ask: Ask, audiences: tuple[Audience, ...], rule: LateRule, now: datetime,
         holidays: Set[date]) -> Ask:  # fmt: skip
    """Once they have been told. Its due date stays, and so does whoever was asked."""
    has = rule.again if audiences == rule.tells[-1] else rule.each_has
    after = start_of_day(due(now, has, holidays) + _DAY)
    times = ask.times_told + (1 if audiences else 0)
    return replace(ask, times_told=times, next_told_at=after)


def _is_for_others(ask: Ask, concern: Concern) -> bool:
    same = (one for one in concern.open_asks if one.kind is AskKind.ACTION)
    newer = (one for one in same if (one.referral, one.clock) == (ask.referral, ask.clock))
    is_paused = concern.referral(ask.referral).state is State.PAUSED
    return is_paused or any(one.made_at > ask.made_at for one in newer)


def _rung(ask: Ask, concern: Concern) -> int:
    """The level that its clock has taken."""
    clocks = concern.referral(ask.referral).clocks
    return next((one.rungs - 1 for one in reversed(clocks) if one.clock == ask.clock), 0)

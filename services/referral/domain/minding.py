"""What people say about a clock that is late: “I have seen it”, and why it could not be met.

Neither stops the climb nor moves a due date.
"""

from dataclasses import replace
from datetime import datetime

from services.referral.domain.clock_keeping import LimitRules
from services.referral.domain.exceptions import wrong_with
from services.referral.domain.referral import Referral
from services.referral.domain.running import ClockException, RunningClock
from shared.errors import Invalid, Issue

#: Where a part of an exception stands in a Task.
AT = "Task.extension.extension('{}')"


def seen(referral: Referral, now: datetime) -> Referral:
    """Each clock that has climbed is marked as seen."""
    clocks = (
        replace(one, acknowledged_at=now) if one.is_unseen else one for one in referral.clocks
    )
    return replace(referral, clocks=tuple(clocks))


def excused(referral: Referral, exception: ClockException | None, rules: LimitRules) -> Referral:
    """With the exception beside its clock. Invalid with all that is wrong with it."""
    if exception is None:
        raise Invalid(Issue("Say which exception applies.", "Task.extension", "required"))
    running = (one for one in referral.clocks if one.is_running)
    clock = next((one for one in running if one.clock == exception.clock), None)
    row = rules.version(clock) if clock else None
    found = wrong_with(exception, clock, row.exceptions if row else frozenset())
    if issues := [Issue(why, AT.format(part), "value") for part, why in found]:
        raise Invalid(*issues)
    return replace(referral, exceptions=(*referral.exceptions, exception))


def may_be_excused(referral: Referral, rules: LimitRules) -> list[RunningClock]:
    """The clocks that run and whose own rule knows an exception."""
    return [
        one
        for one in referral.clocks
        if one.is_running and (row := rules.version(one)) and row.exceptions
    ]

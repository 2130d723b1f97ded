"""What people say about a clock that is late: “I have seen it”, and why it could not be met.

Neither stops the climb nor moves a due date.
"""

from dataclasses import replace
from datetime import datetime

from services.referral.domain.referral import Referral
from services.referral.domain.running import ClockException, RunningClock
from shared.errors import Invalid, Issue

#: The Special Educational Needs and Disability Regulations 2014, regulations 5(3), 8(2) and 10(4).
EXCEPTIONS: dict[str, str] = {
    "E1": "Advice was asked of a school near or in a holiday of four weeks or more",
    "E2": "Advice was asked of an early years provider near or in a closure of four weeks or more",
    "E3": "Exceptional personal circumstances of the child or the parent",
    "E4": "The child or the parent was away from the area for four weeks or more",
}


def seen(referral: Referral, now: datetime) -> Referral:
    """Each clock that has climbed is marked as seen."""
    clocks = (
        replace(one, acknowledged_at=now) if one.is_unseen else one for one in referral.clocks
    )
    return replace(referral, clocks=tuple(clocks))


def excused(referral: Referral, exception: ClockException | None) -> Referral:
    """With the exception beside its clock. Invalid with all that is wrong with it."""
    if exception is None:
        raise Invalid(Issue("Say which exception applies.", "Task.extension", "required"))
    issues = [Issue(words, "Task.extension", "value") for words in _wrong(referral, exception)]
    if issues:
        raise Invalid(*issues)
    return replace(referral, exceptions=(*referral.exceptions, exception))


def _wrong(referral: Referral, exception: ClockException) -> list[str]:
    running = {one.clock for one in referral.clocks if one.is_running}
    wrong = {
        "The exception is one of E1 to E4.": exception.code not in EXCEPTIONS,
        "Name a limit that runs on this referral.": exception.clock not in running,
        "It ends on or after the day on which it begins.": exception.to < exception.from_,
        "Say what shows that it applies.": not exception.evidence.strip(),
    }
    return [words for words, is_wrong in wrong.items() if is_wrong]


def exceptions_of(referral: Referral, clock: RunningClock) -> list[ClockException]:
    """Those of this clock that fall in the time since it started."""
    return [one for one in referral.exceptions if one.clock == clock.clock]


def in_time(referral: Referral, clock: RunningClock, now: datetime) -> tuple[bool, bool]:
    """Whether it was met or still can be: without its exceptions, and with them."""
    without = (clock.stopped_at or now) <= clock.due_at
    return without, without or bool(exceptions_of(referral, clock))

"""What people say about a clock that is late: “I have seen it”, and why it could not be met.

Neither stops the climb nor moves a due date.
"""

from dataclasses import replace
from datetime import datetime

from services.referral.domain.referral import Referral
from services.referral.domain.running import ClockException, RunningClock
from shared.errors import Conflict, Invalid, Issue

#: The Special Educational Needs and Disability Regulations 2014, regulations 5(3), 8(2) and 10(4).
EXCEPTIONS: dict[str, str] = {
    "E1": "Advice was asked of a school near or in a holiday of four weeks or more",
    "E2": "Advice was asked of an early years provider near or in a closure of four weeks or more",
    "E3": "Exceptional personal circumstances of the child or the parent",
    "E4": "The child or the parent was away from the area for four weeks or more",
}


def may_be_seen(referral: Referral) -> bool:
    """Whether it has climbed and nobody has said yet that they have seen it."""
    return referral.is_open and any(_is_unseen(one) for one in referral.clocks)


def seen(referral: Referral, now: datetime) -> Referral:
    """Each clock that has climbed is marked as seen; Conflict where none waits for that."""
    if not may_be_seen(referral):
        raise Conflict("Nothing here waits to be seen by somebody.")
    clocks = (replace(c, acknowledged_at=now) if _is_unseen(c) else c for c in referral.clocks)
    return replace(referral, clocks=tuple(clocks))


def _is_unseen(clock: RunningClock) -> bool:
    return clock.is_running and clock.rungs > 0 and clock.acknowledged_at is None


def excused(referral: Referral, exception: ClockException) -> Referral:
    """With the exception beside its clock. Invalid with all that is wrong with it."""
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

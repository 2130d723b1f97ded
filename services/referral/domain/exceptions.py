"""When a limit of the law need not be met, and what is in time with and without that.

Source: SEND Regulations 2014, regulations 5(4), 8(2), 10(4) and 13(3). No day is ever subtracted.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from services.referral.domain.running import ClockException, RunningClock
from services.referral.domain.working_days import london_date

_WEEK = timedelta(weeks=1)
FOUR_WEEKS = timedelta(weeks=4)


class ExceptionCode(StrEnum):
    SCHOOL_CLOSED = "E1"
    SETTING_CLOSED = "E2"
    PERSONAL = "E3"
    OUT_OF_AREA = "E4"


EXCEPTION_WORDS: dict[ExceptionCode, str] = {
    ExceptionCode.SCHOOL_CLOSED: "advice was asked of a school while it was closed for long",
    ExceptionCode.SETTING_CLOSED: "advice was asked of a nursery while it was closed for long",
    ExceptionCode.PERSONAL: "exceptional personal circumstances of the child or a parent",
    ExceptionCode.OUT_OF_AREA: "the child or a parent was out of the area for four weeks or more",
}


@dataclass(frozen=True, kw_only=True)
class Closure:
    """A school or an early years provider is closed from the first day and open again on the
    other."""

    first_day: date
    reopens: date

    def excuses(self, asked_on: date) -> bool:
        """Whether advice that was asked for on that day may come late: in a closure of at least
        four continuous weeks, from one week before it to one week before it opens again."""
        is_long = self.reopens - self.first_day >= FOUR_WEEKS
        return is_long and self.first_day - _WEEK <= asked_on <= self.reopens - _WEEK


@dataclass(frozen=True, kw_only=True)
class Timeliness:
    """Whether a limit was, or still is, met; once as it is and once with what excuses it."""

    without_exceptions: bool
    with_exceptions: bool


def timeliness(
    clock: RunningClock, exceptions: Sequence[ClockException], now: datetime
) -> Timeliness:
    """A clock that runs is in time until the last second of its due date."""
    met = (clock.stopped_at or now) <= clock.due_at
    excused = any(_touches(one, clock) for one in exceptions)
    return Timeliness(without_exceptions=met, with_exceptions=met or excused)


def applying(
    clock: RunningClock, exceptions: Sequence[ClockException], on: date
) -> tuple[ClockException, ...]:
    """The exceptions of this clock that apply on that London date."""
    own = (one for one in exceptions if one.clock == clock.clock)
    return tuple(one for one in own if one.from_ <= on <= one.to)


def wrong_with(
    exception: ClockException, clock: RunningClock | None, allowed: frozenset[ExceptionCode]
) -> Iterator[str]:
    """All for which it cannot be recorded; `allowed` are those of the clock's own rule."""
    if clock is None:
        yield f"{exception.clock} does not run on this referral."
    if exception.code not in allowed:
        yield f"No exception {exception.code} is known for {exception.clock}."
    if exception.to < exception.from_:
        yield "It ends before it begins."
    elif (
        exception.code == ExceptionCode.OUT_OF_AREA and exception.to - exception.from_ < FOUR_WEEKS
    ):
        yield "Out of the area counts from four continuous weeks on."
    if clock is not None and not _touches(exception, clock):
        yield "It is over before the clock started, or begins after its due date."
    if not exception.evidence.strip():
        yield "Say what shows it."


def _touches(exception: ClockException, clock: RunningClock) -> bool:
    return (
        exception.clock == clock.clock
        and exception.from_ <= london_date(clock.due_at)
        and exception.to >= london_date(clock.started_at)
    )

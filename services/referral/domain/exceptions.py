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


EXCEPTION_WORDS: dict[str, str] = {
    ExceptionCode.SCHOOL_CLOSED: "Advice was asked of a school near or in a holiday of four weeks "
    "or more",
    ExceptionCode.SETTING_CLOSED: "Advice was asked of an early years provider near or in a "
    "closure of four weeks or more",
    ExceptionCode.PERSONAL: "Exceptional personal circumstances of the child or the parent",
    ExceptionCode.OUT_OF_AREA: "The child or the parent was away from the area for four weeks or "
    "more",
}
_CLOSED = frozenset({ExceptionCode.SCHOOL_CLOSED, ExceptionCode.SETTING_CLOSED})


@dataclass(frozen=True, kw_only=True)
class Closure:
    """A school or an early years provider is closed from the first day and open again on the
    other."""

    first_day: date
    reopens: date

    @property
    def is_long(self) -> bool:
        return self.reopens - self.first_day >= FOUR_WEEKS

    def excuses(self, asked_on: date) -> bool:
        """Whether advice that was asked for on that day may come late: in a closure of at least
        four continuous weeks, from one week before it to one week before it opens again."""
        in_edges = self.first_day - _WEEK <= asked_on <= self.reopens - _WEEK
        return self.is_long and in_edges


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


def wrong_with(
    exception: ClockException, clock: RunningClock | None, allowed: frozenset[ExceptionCode]
) -> Iterator[tuple[str, str]]:
    """Why it cannot be recorded, each with the part to look at; `allowed` are those of the clock's
    own rule, and no clock stands for one that does not run."""
    if clock is None:
        yield "clock", f"{exception.clock} does not run on this referral."
    elif not allowed:
        yield "clock", f"No exception is known for {clock.clock}: choose another limit."
    elif exception.code not in allowed:
        yield "code", f"{exception.code} is not an exception from {clock.clock}."
    elif exception.from_ <= exception.to and not _touches(exception, clock):
        yield "from", "It is over before the limit began, or begins after its last day."
    yield from _wrong_dates(exception)
    if exception.code in _CLOSED:
        yield from _wrong_closure(exception, clock)
    if not exception.evidence.strip():
        yield "evidence", "Say what shows it."


def _wrong_dates(exception: ClockException) -> Iterator[tuple[str, str]]:
    is_away = exception.code == ExceptionCode.OUT_OF_AREA
    if exception.to < exception.from_:
        yield "to", "It ends before it begins."
    elif is_away and exception.to - exception.from_ < FOUR_WEEKS:
        yield "to", "Out of the area counts from four continuous weeks on."


def _wrong_closure(
    exception: ClockException, clock: RunningClock | None
) -> Iterator[tuple[str, str]]:
    closure = Closure(first_day=exception.from_, reopens=exception.to + timedelta(days=1))
    asked = exception.asked_on
    if exception.from_ <= exception.to and not closure.is_long:
        yield "to", "A closure counts from four continuous weeks on."
    elif asked is None:
        yield "askedOn", "Say on which day advice was asked for."
    elif clock and asked < london_date(clock.started_at):
        yield "askedOn", "Advice was asked for before the limit began."
    elif exception.from_ <= exception.to and not closure.excuses(asked):
        yield (
            "askedOn",
            "It counts from a week before the closure until a week before it opens again.",
        )


def _touches(exception: ClockException, clock: RunningClock) -> bool:
    return (
        exception.clock == clock.clock
        and exception.from_ <= london_date(clock.due_at)
        and exception.to >= london_date(clock.started_at)
    )

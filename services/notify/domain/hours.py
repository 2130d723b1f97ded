"""When people may be written to: nights, telephone hours and their own safe times, in London."""

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
_DAY = timedelta(days=1)
_SATURDAY = 5
#: More steps than any rules need that can be met at once within a fortnight.
_MOST_STEPS = 60

#: A rule says from when on something may go, at or after an instant.
Rule = Callable[[datetime], datetime]


@dataclass(frozen=True, kw_only=True)
class Window:
    """Some hours of some days of the week (0 is Monday), but for holidays."""

    opens: time
    closes: time
    days: frozenset[int] = frozenset(range(7))
    holidays: Set[date] = frozenset()

    def next_open(self, at: datetime) -> datetime:
        """The instant itself where it is within; else when the window next opens."""
        local = at.astimezone(LONDON)
        if self._is_day(local.date()) and self.opens <= local.time() < self.closes:
            return at
        day = local.date() if local.time() < self.opens else local.date() + _DAY
        while not self._is_day(day):
            day += _DAY
        return on_clock(day, self.opens)

    def _is_day(self, day: date) -> bool:
        return day.weekday() in self.days and day not in self.holidays


@dataclass(frozen=True, kw_only=True)
class Hours:
    """The hours of the area. Families sleep outside of `awake`; while `phone` is open, somebody
    answers the telephone; the digest of staff leaves at `digest_at`."""

    awake: Window
    phone: Window
    digest_at: time = time(7, 30)

    def next_digest(self, at: datetime) -> datetime:
        """The first instant after `at` at which digests leave."""
        day = london_date(at)
        today = on_clock(day, self.digest_at)
        return today if at < today else on_clock(day + _DAY, self.digest_at)


def area_hours(*, quiet: tuple[time, time], phone: tuple[time, time], holidays: Set[date]) -> Hours:
    """From settings: from when until when it is quiet, and when the telephone is answered, on
    working days."""
    return Hours(
        awake=Window(opens=quiet[1], closes=quiet[0]),
        phone=Window(
            opens=phone[0],
            closes=phone[1],
            days=frozenset(range(_SATURDAY)),
            holidays=holidays,
        ),
    )


def workdays(holidays: Set[date]) -> Window:
    """The whole of each working day."""
    return Window(
        opens=time.min, closes=time.max, days=frozenset(range(_SATURDAY)), holidays=holidays
    )


def london_date(at: datetime) -> date:
    return at.astimezone(LONDON).date()


def start_of_day(day: date) -> datetime:
    """The first instant of that London day, as a UTC instant."""
    return on_clock(day, time())


def on_clock(day: date, at: time) -> datetime:
    """That time of that London day, as a UTC instant. A time that the clocks skip is taken as it
    would have been; one that comes twice is the first."""
    return datetime.combine(day, at, LONDON).astimezone(UTC)


def first_allowed(at: datetime, rules: Sequence[Rule]) -> datetime | None:
    """The first instant, at or after `at`, that every rule allows; None where there is none in
    sight."""
    for _ in range(_MOST_STEPS):
        later = at
        for rule in rules:
            later = rule(later)
        if later == at:
            return at
        at = later
    return None

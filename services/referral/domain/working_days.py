"""Days as people in England count them: London dates, working days, weeks and months."""

import calendar
from collections.abc import Set
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
_DAY = timedelta(days=1)
_SATURDAY = 5


def london_date(instant: datetime) -> date:
    """The date in London at that instant, which must know its time zone (else ValueError)."""
    if instant.tzinfo is None:
        raise ValueError(f"{instant} has no time zone")
    return instant.astimezone(LONDON).date()


def end_of_day(day: date) -> datetime:
    """The last second of that London day, as a UTC instant."""
    return datetime.combine(day, time(23, 59, 59), LONDON).astimezone(UTC)


@lru_cache(maxsize=10_000)
def start_of_day(day: date) -> datetime:
    """The first second of that London day, as a UTC instant."""
    return datetime.combine(day, time(), LONDON).astimezone(UTC)


def is_working_day(day: date, holidays: Set[date]) -> bool:
    return day.weekday() < _SATURDAY and day not in holidays


def add_working_days(day: date, count: int, holidays: Set[date]) -> date:
    """The working day that many after `day`, which is day 0 whether it is one itself or not."""
    return _working_days_later(day, count, frozenset(holidays))


@lru_cache(maxsize=10_000)  # each clock of each referral asks for the same few days of the ladder
def _working_days_later(day: date, count: int, holidays: frozenset[date]) -> date:
    for _ in range(count):
        day += _DAY
        while not is_working_day(day, holidays):
            day += _DAY
    return day


def working_days_between(after: date, until: date, holidays: Set[date]) -> int:
    """How many working days there are after the first date, up to and including the second."""
    days = (after + timedelta(days=n) for n in range(1, (until - after).days + 1))
    return sum(is_working_day(day, holidays) for day in days)


def add_weeks(day: date, count: int) -> date:
    """School holidays, weekends and bank holidays all count."""
    return day + timedelta(weeks=count)


def add_months(day: date, count: int) -> date:
    """The same day of a later month, or its last day where it has no such one."""
    years, month = divmod(day.month - 1 + count, 12)
    year = day.year + years
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def age_in_months(birth: date, on: date) -> int:
    """Whole months completed; someone born on 29 February turns a year on 1 March."""
    months = (on.year - birth.year) * 12 + on.month - birth.month
    return months - (on.day < birth.day)


def due_words(due: date, today: date, holidays: Set[date]) -> str:
    """What staff read beside a due date: "due tomorrow", "3 working days left", "2 days late"."""
    days = (due - today).days
    if days < 0:
        return "1 day late" if days == -1 else f"{-days} days late"
    if days < 2:
        return "due tomorrow" if days else "due today"
    return _left(due, days, working_days_between(today, due, holidays))


def _left(due: date, days: int, working: int) -> str:
    if working > 10:
        return f"{days // 7} weeks left"
    if working > 1:
        return f"{working} working days left"
    return "1 working day left" if working else f"due on {due:%A}"

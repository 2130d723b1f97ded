"""How dates, ages and numbers are written on pages: in London time and in full words."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")

Moment = date | datetime | str


def full_date(when: Moment) -> str:
    """“19 November 2026”, for text; the empty string for nothing."""
    return _day(when).strftime("%-d %B %Y") if when else ""


def short_date(when: Moment) -> str:
    """“19 Nov 2026”, for tables only."""
    return _day(when).strftime("%-d %b %Y") if when else ""


def date_and_time(when: Moment) -> str:
    """“19 November 2026 at 4:20pm”; a date without a time stays a date."""
    moment = _parsed(when) if when else None
    if not isinstance(moment, datetime):
        return full_date(when)
    return f"{full_date(moment.astimezone(LONDON))} at {clock_time(moment)}"


def clock_time(when: datetime) -> str:
    """“4:20pm”, where the day is said already."""
    local = when.astimezone(LONDON)
    return f"{local:%-I:%M}{local:%p}".replace("AM", "am").replace("PM", "pm")


def age(born: Moment, today: date) -> str:
    """“3 years 4 months”, “7 months”, “2 years”: completed months, as clinicians count."""
    if not born:
        return ""
    years, months = divmod(months_old(_day(born), today), 12)
    parts = [_counted(years, "year"), _counted(months, "month")]
    return " ".join(part for part in parts if part) or "under 1 month"


def months_old(born: date, today: date) -> int:
    months = (today.year - born.year) * 12 + today.month - born.month
    return months - (today.day < born.day)


def due_in_words(due: Moment, today: date) -> str:
    """“due today”, “due in 3 days”, “12 days late”: late is said in words, never only in colour."""
    if not due:
        return ""
    days = (_day(due) - today).days
    if days < 0:
        return f"{_counted(-days, 'day')} late"
    if days == 0:
        return "due today"
    return "due tomorrow" if days == 1 else f"due in {_counted(days, 'day')}"


def is_late(due: Moment, today: date) -> bool:
    return bool(due) and _day(due) < today


def spaced_nhs_number(number: str) -> str:
    """“999 000 0018”; anything that is not ten digits stays as it is."""
    digits = number or ""
    return f"{digits[:3]} {digits[3:6]} {digits[6:]}" if len(digits) == 10 else digits


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}" if number else ""


def _day(when: Moment) -> date:
    moment = _parsed(when)
    return moment.astimezone(LONDON).date() if isinstance(moment, datetime) else moment


def _parsed(when: Moment) -> date:
    if not isinstance(when, str):
        return when
    return date.fromisoformat(when) if len(when) == 10 else datetime.fromisoformat(when)


#: The names under which templates know them.
FILTERS = {
    "full_date": full_date,
    "short_date": short_date,
    "date_and_time": date_and_time,
    "clock_time": clock_time,
    "age": age,
    "due_in_words": due_in_words,
    "spaced_nhs_number": spaced_nhs_number,
}
TESTS = {"late": is_late}

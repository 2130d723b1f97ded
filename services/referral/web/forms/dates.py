"""Dates as people type them in three boxes: months as numbers or words."""

import re
from datetime import date, time

PARTS = ("day", "month", "year")
MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
EARLIEST = 1900
LATEST = 2100


class NotADate(ValueError):
    """What is typed is no date; `parts` are the boxes to look at."""

    def __init__(self, text: str, parts: tuple[str, ...]) -> None:
        super().__init__(text)
        self.parts = parts


def date_of(typed: dict[str, str]) -> date:
    """The date in the boxes `day`, `month` and `year`; NotADate says which boxes are wrong."""
    boxes = {part: typed.get(part, "").strip() for part in PARTS}
    if empty := tuple(part for part in PARTS if not boxes[part]):
        raise NotADate(f"add the {' and the '.join(empty)}", empty)
    numbers = {part: _number(boxes[part]) for part in ("day", "year")}
    numbers["month"] = month_of(boxes["month"])
    if unread := tuple(part for part in PARTS if numbers[part] is None):
        raise NotADate(_EXAMPLE, unread)
    return _real(numbers["year"] or 0, numbers["month"] or 0, numbers["day"] or 0)


def month_of(typed: str) -> int | None:
    """1 to 12 from “2”, “02”, “Feb”, “Febr.” or “February”; None if it is none of these."""
    word = typed.strip().rstrip(".").casefold()
    if (number := _number(word)) is not None:
        return number
    found = [i for i, month in enumerate(MONTHS, 1) if len(word) > 2 and month.startswith(word)]
    return found[0] if found else (9 if word == "sept" else None)


TIME = re.compile(r"^([0-9]{1,2})(?:[:.]?([0-9]{2}))? ?(am|pm)?$")


def time_of(typed: str) -> time | None:
    """The time in “14:30”, “9.05”, “2pm” or “2:30 pm”; None if it is none of these."""
    found = TIME.match(typed.strip().casefold())
    if not found or not (found[2] or found[3]):
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3] and 1 <= hour <= 12:
        hour = hour % 12 + (12 if found[3] == "pm" else 0)
    elif found[3]:
        return None
    return time(hour, minute) if hour < 24 and minute < 60 else None


_EXAMPLE = "enter a real date, like 27 3 2023"


def _number(typed: str) -> int | None:
    return int(typed) if re.fullmatch(r"[0-9]{1,4}", typed) else None


def _real(year: int, month: int, day: int) -> date:
    if not EARLIEST <= year <= LATEST:
        raise NotADate("enter the year in 4 digits, like 2023", ("year",))
    try:
        return date(year, month, day)
    except ValueError as problem:
        raise NotADate(_EXAMPLE, PARTS if month > 12 else ("day", "month")) from problem

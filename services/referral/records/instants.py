"""FHIR dates of any precision as spans of UTC instants, in a text that sorts as time does."""

import re
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta

_TEXT = "%Y-%m-%dT%H:%M:%S.%fZ"
_TIME = re.compile("[Z+-]")
_LENGTH = len("2026-11-20T10:00:00.000000Z")
#: Python's own reader takes weeks, other digits and +14:60 as well.
_FORM = re.compile(
    r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-](0\d|1[0-4]):[0-5]\d)?)?)?)?", re.ASCII
)

#: What a period without a start begins at, and one without an end ends at.
EARLIEST, LATEST = "0001-01-01T00:00:00.000000Z", "9999-12-31T23:59:59.999999Z"


def span(written: str) -> tuple[str, str]:
    """The first and the last instant that the text covers, both sortable.

    A year, month or day covers all of it; a time its minute, its second or the part of a second
    that its digits tell. Raises ValueError, or OverflowError at the ends of the calendar.
    """
    if not _FORM.fullmatch(written):
        raise ValueError("This is no date or time of FHIR.")
    if "T" in written:
        start = _instant(written)
        return _text(start), _text(start + _width(written) - timedelta(microseconds=1))
    first, last = _days(written)
    midnight = datetime.min.time()
    start = datetime.combine(first, midnight, UTC)
    end = datetime.combine(last, midnight, UTC) + timedelta(days=1, microseconds=-1)
    return _text(start), _text(end)


def _width(written: str) -> timedelta:
    time = _TIME.split(written.partition("T")[2])[0]
    digits = len(time.partition(".")[2])
    if digits:
        return timedelta(microseconds=10 ** max(6 - digits, 0))
    return timedelta(minutes=1) if time.count(":") == 1 else timedelta(seconds=1)


def _days(written: str) -> tuple[date, date]:
    parts = [int(part) for part in written.split("-")]
    if len(parts) == 1:
        return date(parts[0], 1, 1), date(parts[0], 12, 31)
    if len(parts) == 2:
        year, month = parts
        return date(year, month, 1), date(year, month, monthrange(year, month)[1])
    day = date.fromisoformat(written)
    return day, day


def _instant(written: str) -> datetime:
    at = datetime.fromisoformat(written)
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def _text(at: datetime) -> str:
    return at.strftime(_TEXT).zfill(_LENGTH)  # years before 1000 would sort last

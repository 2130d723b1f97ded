"""FHIR dates of any precision as spans of UTC instants, in a text that sorts as time does."""

import re
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta

_TEXT = "%Y-%m-%dT%H:%M:%S.%fZ"
_LENGTH = len("2026-11-20T10:00:00.000000Z")
#: Python's own reader takes weeks, other digits and +14:60 as well.
_FORM = re.compile(
    r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-](0\d|1[0-4]):[0-5]\d)?)?)?)?", re.ASCII
)


def span(written: str) -> tuple[str, str]:
    """The first and the last instant that the text covers, both sortable.

    A year, month or day covers all of it; a time covers its second. Raises ValueError,
    or OverflowError at the ends of the calendar.
    """
    if not _FORM.fullmatch(written):
        raise ValueError("This is no date or time of FHIR.")
    if "T" in written:
        start = _instant(written)
        width = timedelta(microseconds=1) if "." in written else timedelta(seconds=1)
        return _text(start), _text(start + width - timedelta(microseconds=1))
    first, last = _days(written)
    midnight = datetime.min.time()
    start = datetime.combine(first, midnight, UTC)
    end = datetime.combine(last, midnight, UTC) + timedelta(days=1, microseconds=-1)
    return _text(start), _text(end)


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

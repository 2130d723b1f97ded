"""FHIR dates of any precision as spans of UTC instants, in a text that sorts as time does."""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta

_TEXT = "%Y-%m-%dT%H:%M:%S.%fZ"


def span(written: str) -> tuple[str, str]:
    """The first and the last instant that the text covers, both sortable.

    A year, month or day covers all of it; a time covers its second. Raises ValueError.
    """
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
    return at.strftime(_TEXT)

"""Dates and numbers compared as FHIR's prefixes say: https://hl7.org/fhir/R4/search.html#prefix"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, or_

from services.referral.records.instants import EARLIEST, LATEST, span
from services.referral.records.search_query import Criterion, Prefix, prefixed, wrong_value

_WHOLE = re.compile(r"[0-9]{1,9}", re.ASCII)


class Sought(NamedTuple):
    """A prefix and the span that it stands before: its first and its last instant, or number."""

    prefix: Prefix
    low: Any
    high: Any


def fits(own_low: Any, own_high: Any, sought: Sought) -> ColumnElement[bool]:
    """Whether the span of a resource, from its first to its last, fits the one sought."""
    found: ColumnElement[bool] = _FITS[sought.prefix](own_low, own_high, sought.low, sought.high)
    return found


_FITS: dict[Prefix, Callable[[Any, Any, Any, Any], Any]] = {
    "eq": lambda own_low, own_high, low, high: and_(own_low >= low, own_high <= high),
    "ne": lambda own_low, own_high, low, high: or_(own_low < low, own_high > high),
    "gt": lambda own_low, own_high, low, high: own_high > high,
    "lt": lambda own_low, own_high, low, high: own_low < low,
    "ge": lambda own_low, own_high, low, high: own_high >= low,
    "le": lambda own_low, own_high, low, high: own_low <= high,
    "sa": lambda own_low, own_high, low, high: own_low > high,
    "eb": lambda own_low, own_high, low, high: own_high < low,
    "ap": lambda own_low, own_high, low, high: and_(own_high >= low, own_low <= high),
}


def date_sought(criterion: Criterion, value: str, now: datetime) -> Sought:
    """As the sortable texts of the index. Raises Invalid for what is no date."""
    prefix, rest = prefixed(value)
    try:
        low, high = span(rest)
    except (ValueError, OverflowError):
        raise wrong_value(f"“{rest[:80]}” is not a date of FHIR.", criterion.spelled) from None
    return _approximate(low, high, now) if prefix == "ap" else Sought(prefix, low, high)


def instant_sought(criterion: Criterion, value: str, now: datetime) -> Sought:
    """As instants, for a typed column."""
    prefix, low, high = date_sought(criterion, value, now)
    return Sought(prefix, datetime.fromisoformat(low), datetime.fromisoformat(high))


def _approximate(low: str, high: str, now: datetime) -> Sought:
    """Wider by a tenth of how long ago it is, or will be."""
    first, last = datetime.fromisoformat(low), datetime.fromisoformat(high)
    slack = max(abs(now - first), abs(last - now)) / 10
    return Sought("ap", _moved(first, -slack), _moved(last, slack))


def _moved(at: datetime, by: timedelta) -> str:
    try:
        return span((at + by).astimezone(UTC).isoformat(timespec="microseconds"))[0]
    except (ValueError, OverflowError):
        return EARLIEST if by < timedelta() else LATEST


def number_sought(criterion: Criterion, value: str) -> Sought:
    """A whole number; about is within a tenth of it."""
    prefix, rest = prefixed(value)
    if not _WHOLE.fullmatch(rest):
        raise wrong_value(f"“{value[:80]}” is not a whole number.", criterion.spelled)
    number = int(rest)
    slack = abs(number) // 10 if prefix == "ap" else 0
    return Sought(prefix, number - slack, number + slack)

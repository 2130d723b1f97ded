"""The `_after` of a next link: where a page ended, in a text that means nothing to a client."""

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence

from services.referral.records.search_query import Order
from shared.errors import Invalid, Issue

#: What no database can look for.
UNSEARCHABLE = re.compile(r"[\x00-\x08\x0b-\x1f\ud800-\udfff]")


def place_of(place: Sequence[str], type: str, order: Sequence[Order]) -> str:
    """The values of the last resource, with the search that they are a place in."""
    written = json.dumps([type, _spelled(order), *place], separators=(",", ":"))
    return urlsafe_b64encode(written.encode()).decode().rstrip("=")


def place_in(after: str, type: str, order: Sequence[Order]) -> tuple[str, ...]:
    """The values, in that order of that type. Raises Invalid for anything but such a text."""
    try:
        read = json.loads(urlsafe_b64decode(after + "=" * (-len(after) % 4)))
    except (ValueError, RecursionError):
        raise _nowhere() from None
    if not isinstance(read, list) or not all(_is_kept_text(one) for one in read):
        raise _nowhere()
    if read[:2] != [type, _spelled(order)]:
        raise _nowhere()
    return tuple(read[2:])


def _is_kept_text(one: object) -> bool:
    return isinstance(one, str) and not UNSEARCHABLE.search(one)


def _spelled(order: Sequence[Order]) -> str:
    return ",".join(f"{'-' if one.descending else ''}{one.name}" for one in order)


def _nowhere() -> Invalid:
    text = "This is no place in this search: follow the next link as it was given."
    return Invalid(Issue(text, "_after", "value"))

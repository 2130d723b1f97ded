"""Whether a client has the newest version already, as its headers say.

https://hl7.org/fhir/R4/http.html#cread
"""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from starlette.datastructures import Headers

from services.referral.records.resource import Resource


def is_unchanged(one: Resource, headers: Headers) -> bool:
    """If-None-Match is heard before If-Modified-Since: RFC 9110, 13.1.3."""
    if "if-none-match" in headers:
        return is_known_tag(str(one.version), headers)
    since = _instant(headers.get("if-modified-since", ""))
    return since is not None and one.last_updated.replace(microsecond=0) <= since


def is_known_tag(tag: str, headers: Headers) -> bool:
    """Whether If-None-Match names it, or anything at all."""
    seen = headers.get("if-none-match", "")
    return bool({tag, "*"}.intersection(map(_bare, seen.split(","))))


def _bare(tag: str) -> str:
    """`W/"3"`, `"3"` or 3."""
    return tag.strip().removeprefix("W/").strip('"')


def _instant(written: str) -> datetime | None:
    """None for what is no date of HTTP: such a header is not heard."""
    try:
        found = parsedate_to_datetime(written)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)

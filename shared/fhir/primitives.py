"""What each primitive type of FHIR R4 may look like (https://hl7.org/fhir/R4/datatypes.html).

A reader gets a value as `read_json` gives it and answers None, or in words what it should be.
"""

import re
from base64 import b64decode
from binascii import Error as BadBase64
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

Reader = Callable[[Any], str | None]

_YEAR_MONTH_DAY = r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?"
_TIME = r"(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?"
_ZONE = r"(?:Z|[+-](?:0\d|1[0-3]):[0-5]\d|[+-]14:00)"
_SCRIPT = re.compile(r"\s*(?:javascript|vbscript|data)\s*:", re.IGNORECASE)
_ACTIVE_MARKUP = re.compile(
    r"<\s*+/?+\s*+(?:script|iframe|frame|object|embed|applet|form|input|button|link|base|meta|svg)\b"
    r"|\son\w++\s*+=|(?:javascript|vbscript)\s*+:",
    re.IGNORECASE,
)


def of_form(form: str, wanted: str) -> Reader:
    """A reader of text that the regular expression matches as a whole."""
    matches = re.compile(form, re.ASCII).fullmatch

    def read(value: Any) -> str | None:
        return None if isinstance(value, str) and matches(value) else wanted

    return read


def _whole_number(least: int, most: int, wanted: str) -> Reader:
    def read(value: Any) -> str | None:
        return None if type(value) is int and least <= value <= most else wanted

    return read


def _calendar(form: str, wanted: str) -> Reader:
    matches = re.compile(form, re.ASCII).fullmatch

    def read(value: Any) -> str | None:
        if not (isinstance(value, str) and matches(value)):
            return wanted
        return None if _is_real_day(value) else "a day that exists"

    return read


def _is_real_day(text: str) -> bool:
    """Whether the day exists, where the text goes down to the day; there is no year 0000."""
    try:
        date.fromisoformat(text[:10]) if len(text) >= 10 else date(int(text[:4]), 1, 1)
    except ValueError:
        return False
    return True


def _boolean(value: Any) -> str | None:
    return None if value is True or value is False else "true or false, without quotes"


def _string(value: Any) -> str | None:
    return None if isinstance(value, str) and value else "text that is not empty"


def _decimal(value: Any) -> str | None:
    return None if type(value) in (int, Decimal, float) else "a number, without quotes"


def _uri(value: Any) -> str | None:
    if not isinstance(value, str) or not value or re.search(r"\s", value):
        return "a URI without spaces"
    return "a link to something that is not a script" if _SCRIPT.match(value) else None


def _base64(value: Any) -> str | None:
    try:
        return None if value and b64decode(re.sub(r"\s", "", value), validate=True) else "base64"
    except (BadBase64, TypeError, ValueError):
        return "base64"


def _xhtml(value: Any) -> str | None:
    if not isinstance(value, str) or not value.lstrip().startswith("<div"):
        return "XHTML in a <div>"
    return "XHTML without scripts or forms" if _ACTIVE_MARKUP.search(value) else None


_LARGEST = 2**31 - 1
_DATE = "a date such as 2023-07-19, 2023-07 or 2023"
_DATE_TIME = "a date, or a time with its zone such as 2026-11-19T09:05:00+00:00"

READERS: dict[str, Reader] = {
    "boolean": _boolean,
    "string": _string,
    "markdown": _string,
    "decimal": _decimal,
    "integer": _whole_number(-(2**31), _LARGEST, "a whole number, without quotes"),
    "unsignedInt": _whole_number(0, _LARGEST, "a whole number of 0 or more, without quotes"),
    "positiveInt": _whole_number(1, _LARGEST, "a whole number of 1 or more, without quotes"),
    "id": of_form(r"[A-Za-z0-9\-.]{1,64}", "1 to 64 letters, digits, '-' or '.'"),
    "code": of_form(r"\S+(?:\s\S+)*", "a code, without spaces around it"),
    "oid": of_form(r"urn:oid:[0-2](?:\.(?:0|[1-9]\d*))+", "an OID such as urn:oid:1.2.3"),
    "uuid": of_form(
        r"urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", "a UUID as urn:uuid:..."
    ),
    "uri": _uri,
    "url": _uri,
    "canonical": _uri,
    "date": _calendar(_YEAR_MONTH_DAY, _DATE),
    "dateTime": _calendar(rf"{_YEAR_MONTH_DAY}|\d{{4}}-\d\d-\d\dT{_TIME}{_ZONE}", _DATE_TIME),
    "instant": _calendar(
        rf"\d{{4}}-\d\d-\d\dT{_TIME}{_ZONE}", "a time such as 2026-11-19T09:05:00.000+00:00"
    ),
    "time": of_form(_TIME, "a time of day such as 09:05:00"),
    "base64Binary": _base64,
    "xhtml": _xhtml,
}

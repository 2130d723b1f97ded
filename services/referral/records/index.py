"""The searchable values of a resource, as rows."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from services.referral.records.instants import span
from services.referral.records.resource import Json
from services.referral.records.search_params import PARAMS, Kind, Param


class Value(NamedTuple):
    """What one search row says: a code with its system, a word, or a span of time."""

    system: str | None = None
    value: str | None = None
    low: str | None = None
    high: str | None = None


def search_rows(resource: Json) -> list[dict[str, Any]]:
    """One row for each searchable value, as the columns of the search table."""
    type, id = resource["resourceType"], resource["id"]
    return [
        {"type": type, "id": id, "param": param.name, "position": position, **value._asdict()}
        for param in PARAMS[type]
        for position, value in enumerate(dict.fromkeys(_values(resource, param)))
    ]


def _values(resource: Json, param: Param) -> Iterator[Value]:
    for path in param.paths:
        for found in _walk(resource, path):
            yield from _READERS[param.kind](found, param)


def _walk(node: Any, path: str) -> Iterator[Any]:
    name, _, rest = path.partition(".")
    name, _, wanted = name.partition("[")
    found = node.get(name) if isinstance(node, dict) else None
    for one in found if isinstance(found, list) else [found]:
        if one is None or (wanted and _kind(one) != wanted.rstrip("]")):
            continue
        if rest:
            yield from _walk(one, rest)
        else:
            yield one


def _kind(one: Json) -> str:
    """The system of a contact point, or the last word of an extension's url."""
    return str(one.get("system") or one.get("url", "").rpartition("/")[2])


def _tokens(found: Any, _param: Param) -> Iterator[Value]:
    if isinstance(found, bool):
        yield Value(value=str(found).lower())
    elif isinstance(found, str):
        yield Value(value=found)
    elif "coding" in found or set(found) == {"text"}:
        for coding in found.get("coding", []):
            yield Value(coding.get("system"), coding.get("code"))
    else:
        yield Value(found.get("system"), found.get("value", found.get("code")))


def _references(found: Any, param: Param) -> Iterator[Value]:
    reference = found.get("reference", "").partition("/_history/")[0]
    if reference and (param.target is None or reference.startswith(f"{param.target}/")):
        yield Value(value=reference)


def _strings(found: Any, _param: Param) -> Iterator[Value]:
    for word in _words(found):
        yield Value(value=folded(word))


def _words(found: Any) -> Iterator[str]:
    if isinstance(found, str):
        yield found
    elif isinstance(found, list):
        for one in found:
            yield from _words(one)
    elif isinstance(found, dict):
        parts = ("text", "family", "given", "line", "city", "district", "postalCode")
        for part in parts:
            yield from _words(found.get(part))


def folded(word: str) -> str:
    """As strings are compared: no difference of case or of spaces at the ends."""
    return word.strip().casefold()


def _dates(found: Any, _param: Param) -> Iterator[Value]:
    start, end = (
        (found.get("start"), found.get("end")) if isinstance(found, dict) else (found, found)
    )
    low = span(start)[0] if start else None
    high = span(end)[1] if end else None
    if low or high:
        yield Value(low=low, high=high)


_READERS = {
    Kind.TOKEN: _tokens,
    Kind.REFERENCE: _references,
    Kind.STRING: _strings,
    Kind.DATE: _dates,
}

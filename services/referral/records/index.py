"""The searchable values of a resource, as rows."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any, NamedTuple

from services.referral.domain.minimum import is_cut_for_some
from services.referral.records.instants import EARLIEST, LATEST, span
from services.referral.records.resource import Json
from services.referral.records.search_params import (
    COMMON_PARAMS,
    PARAMS,
    QUEUE_PARAMS,
    Kind,
    Param,
)
from shared.fhir.references import reference_parts

#: Goes up when rows written before are no longer what the code below would write.
INDEX_VERSION = 1
#: The parameter of the row that marks a resource of which some are not given all.
CUT_FOR_SOME = "_cut"
_BY_IDENTIFIER = ":identifier"


class Value(NamedTuple):
    """What one search row says: a code with its system, a word, or a span of time.

    With nothing at all it says that the element is there. The system of a word is the word as it
    was written.
    """

    system: str | None = None
    value: str | None = None
    low: str | None = None
    high: str | None = None


PRESENT = Value()


def search_rows(resource: Json) -> list[dict[str, Any]]:
    """One row for each searchable value, as the columns of the search table."""
    type, id = resource["resourceType"], resource["id"]
    return [
        {"type": type, "id": id, "param": name, "position": position, **value._asdict()}
        for name, values in _by_name(resource)
        for position, value in enumerate(dict.fromkeys(values))
    ]


def identifier_of(param: str) -> str:
    """The name under which the identifiers of a reference parameter's references are kept."""
    return f"{param}{_BY_IDENTIFIER}"


def _by_name(resource: Json) -> Iterator[tuple[str, Iterator[Value]]]:
    for param in _LOOKED_FOR[resource["resourceType"]]:
        if param.elements.isdisjoint(resource):
            continue
        if param.is_indexed:
            yield param.name, _values(resource, param.param)
        if param.param.kind is Kind.REFERENCE:
            yield identifier_of(param.name), _identifiers(resource, param.param)
    if is_cut_for_some(resource):
        yield CUT_FOR_SOME, iter((PRESENT,))


class _Looked(NamedTuple):
    """A parameter, the elements that it looks into, and whether its values are kept here."""

    name: str
    param: Param
    elements: frozenset[str]
    is_indexed: bool


def _looked(param: Param, is_indexed: bool) -> _Looked:
    """Whether somebody has died is said of everybody."""
    firsts = frozenset(_FIRST.split(path, maxsplit=1)[0] for path in param.paths)
    always = {"resourceType"} if param.name == _DECEASED else set()
    return _Looked(param.name, param, firsts | always, is_indexed)


_FIRST = re.compile(r"[.\[]")
_DECEASED = "deceased"
#: Most resources have few of the elements that their type could have.
_LOOKED_FOR = {
    type: (
        *(_looked(param, True) for param in (*params, *COMMON_PARAMS[2:])),
        *(_looked(param, False) for param in QUEUE_PARAMS if type == "Task"),
    )
    for type, params in PARAMS.items()
}


def _values(resource: Json, param: Param) -> Iterator[Value]:
    if param.name == _DECEASED:
        yield Value(value=_is_deceased(resource))
        return
    for path in param.paths:
        for found in _walk(resource, path):
            values = list(_READERS[param.kind](found, param))
            yield from values or _if_present(found, param)


def _is_deceased(patient: Json) -> str:
    """https://hl7.org/fhir/R4/patient.html#search: a date says so too."""
    return str(bool(patient.get("deceasedBoolean") or patient.get("deceasedDateTime"))).lower()


def _if_present(found: Any, param: Param) -> Iterator[Value]:
    """A reference to another type is of another parameter of the same element."""
    is_elsewhere = param.kind is Kind.REFERENCE and param.targets and _target(found)
    if not is_elsewhere:
        yield PRESENT


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


def _tokens(found: Any, param: Param) -> Iterator[Value]:
    if isinstance(found, bool):
        yield Value(value=str(found).lower())
    elif isinstance(found, str):
        yield Value(value=found)
    elif "coding" in found or set(found) == {"text"}:
        for coding in found.get("coding", []):
            yield from _token(coding.get("system"), coding.get("code"))
    else:
        value = found.get("value", found.get("code"))
        yield from _token(found.get("system"), token_key(param, value) if value else None)


def _token(system: str | None, code: str | None) -> Iterator[Value]:
    if system or code:
        yield Value(system, code)


def token_key(param: Param, code: str) -> str:
    """A code as it is compared: as it is written, but for ways to reach somebody."""
    return code.casefold() if param.name in ("telecom", "phone", "email") else code


def _references(found: Any, param: Param) -> Iterator[Value]:
    reference = _target(found)
    type = (reference_parts(reference) or (None,))[0]
    if reference and (not param.targets or type is None or type in param.targets):
        yield Value(value=reference)


def _target(found: Any) -> str:
    """Where a Reference or a canonical leads, whatever the version."""
    if isinstance(found, str):
        return found
    written: str = found.get("reference", "")
    return written.partition("/_history/")[0]


def _identifiers(resource: Json, param: Param) -> Iterator[Value]:
    for path in param.paths:
        for found in _walk(resource, path):
            identifier = found.get("identifier", {}) if isinstance(found, dict) else {}
            if identifier.get("value"):
                yield Value(identifier.get("system"), identifier["value"])


def _strings(found: Any, _param: Param) -> Iterator[Value]:
    for word in _words(found):
        yield Value(system=word, value=folded(word))


def _words(found: Any) -> Iterator[str]:
    if isinstance(found, str):
        yield found
    elif isinstance(found, list):
        for one in found:
            yield from _words(one)
    elif isinstance(found, dict):
        for part in _PARTS:
            yield from _words(found.get(part))


_PARTS = (
    *("text", "family", "given", "prefix", "suffix"),
    *("line", "city", "district", "state", "postalCode", "country"),
)


def folded(word: str) -> str:
    """As strings are compared: no difference of case, of accents or of how much space there is."""
    if word.isascii():
        return " ".join(word.casefold().split())
    plain = unicodedata.normalize("NFKD", word.casefold())
    letters = "".join(one for one in plain if not unicodedata.combining(one))
    return " ".join(letters.split())


def _uris(found: Any, _param: Param) -> Iterator[Value]:
    if isinstance(found, str):
        yield Value(value=found)


def _dates(found: Any, _param: Param) -> Iterator[Value]:
    start, end = (
        (found.get("start"), found.get("end")) if isinstance(found, dict) else (found, found)
    )
    if start or end:
        low = span(start)[0] if start else EARLIEST
        yield Value(low=low, high=span(end)[1] if end else LATEST)


_READERS = {
    Kind.TOKEN: _tokens,
    Kind.REFERENCE: _references,
    Kind.STRING: _strings,
    Kind.DATE: _dates,
    Kind.URI: _uris,
}

"""Searches answered by looking at every resource: FHIR's rules written a second time, and simply.

A question keeps its values apart (system and code, prefix and date), so that what it means needs no
parser; `spelled` writes it as a client would.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from services.referral.records.resource import Json

FOREVER = datetime(9999, 12, 31, 23, 59, 59, 999999, UTC)
NEVER = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Question:
    """`values`: (system, code) of a token, (prefix, date) of a date, else texts."""

    type: str
    name: str
    modifier: str = ""
    values: tuple[Any, ...] = ()
    chain: "Question | None" = None
    back_by: str = ""


def _identifiers(resource: Json) -> list[Any]:
    return list(resource.get("identifier", []))


def _names(resource: Json, *parts: str) -> list[str]:
    found = []
    for name in resource.get("name", []):
        for part in parts:
            value = name.get(part, [])
            found += value if isinstance(value, list) else [value]
    return found


def _one(name: str) -> Callable[[Json], list[Any]]:
    return lambda resource: [resource[name]] if name in resource else []


def _meta(name: str) -> Callable[[Json], list[Any]]:
    return lambda resource: list(resource["meta"].get(name, []))


def _phones(resource: Json) -> list[Any]:
    return [one for one in resource.get("telecom", []) if one["system"] == "phone"]


def _when(resource: Json) -> list[Any]:
    keys = ("effectiveDateTime", "effectivePeriod")
    return [resource[key] for key in keys if key in resource]


def _of_patient(name: str) -> Callable[[Json], list[Any]]:
    def found(resource: Json) -> list[Any]:
        references = [resource[name]] if name in resource else []
        return [
            one for one in references if one.get("reference", "Patient/").startswith("Patient/")
        ]

    return found


def _level(task: Json) -> list[Any]:
    levels = (one for one in task["extension"] if one["url"].endswith("/escalation-level"))
    return [one["valueInteger"] for one in levels] or [0]


#: For each type and parameter what kind it is of, and the elements that it looks at.
ELEMENTS: dict[str, dict[str, tuple[str, Callable[[Json], list[Any]]]]] = {
    "Patient": {
        "identifier": ("token", _identifiers),
        "gender": ("token", _one("gender")),
        "active": ("token", _one("active")),
        "telecom": ("contact", lambda child: list(child.get("telecom", []))),
        "phone": ("contact", _phones),
        "name": ("string", lambda child: _names(child, "text", "family", "given", "prefix")),
        "family": ("string", lambda child: _names(child, "family")),
        "given": ("string", lambda child: _names(child, "given")),
        "birthdate": ("date", _one("birthDate")),
        "general-practitioner": ("reference", lambda one: one.get("generalPractitioner", [])),
        "organization": ("reference", _one("managingOrganization")),
        "_tag": ("token", _meta("tag")),
        "_profile": ("uri", _meta("profile")),
    },
    "Observation": {
        "code": ("token", _one("code")),
        "category": ("token", lambda one: one.get("category", [])),
        "status": ("token", _one("status")),
        "date": ("date", _when),
        "subject": ("reference", _one("subject")),
        "patient": ("reference", _of_patient("subject")),
        "value-string": ("string", _one("valueString")),
        "performer": ("reference", lambda one: one.get("performer", [])),
    },
    "Task": {
        "owner": ("reference", _one("owner")),
        "requester": ("reference", _one("requester")),
        "focus": ("reference", _one("focus")),
        "patient": ("reference", _of_patient("for")),
        "status": ("token", _one("status")),
        "business-status": ("token", _one("businessStatus")),
        "priority": ("token", lambda task: [task.get("priority", "routine")]),
        "code": ("token", _one("code")),
        "due": ("date", lambda task: [task["restriction"]["period"]["end"]]),
        "authored-on": ("date", _one("authoredOn")),
        "modified": ("date", _one("lastModified")),
        "level": ("number", _level),
    },
}
#: The code systems of elements that are plain codes.
SYSTEMS = {
    ("Task", "status"): "http://hl7.org/fhir/task-status",
    ("Task", "priority"): "http://hl7.org/fhir/request-priority",
}


def fits(resource: Json, asked: Question, everything: Iterable[Json]) -> bool:
    """Whether the resource is one that the question is about."""
    if asked.back_by:
        return any(
            _leads(one, asked.back_by, resource) and asked.chain and fits(one, asked.chain, ())
            for one in everything
            if asked.chain and one["resourceType"] == asked.chain.type
        )
    if asked.chain:
        return any(
            _leads(resource, asked.name, one) and fits(one, asked.chain, ())
            for one in everything
            if one["resourceType"] == asked.chain.type
        )
    kind, look = ELEMENTS[asked.type][asked.name]
    found = look(resource)
    if asked.modifier == "missing":
        return bool(found) != (asked.values == ("true",))
    system = SYSTEMS.get((asked.type, asked.name))
    hit = any(
        _FITS[kind](one, value, asked.modifier, system) for one in found for value in asked.values
    )
    return hit != (asked.modifier == "not")


def _leads(resource: Json, name: str, target: Json) -> bool:
    _, look = ELEMENTS[resource["resourceType"]][name]
    reference = f"{target['resourceType']}/{target['id']}"
    return any(one.get("reference") == reference for one in look(resource))


def _token(element: Any, value: Any, _modifier: str, system: str | None) -> bool:
    return any(
        value[1] in ("", code) and _of_system(value[0], own)
        for own, code in _codings(element, system)
    )


def _contact(element: Any, value: Any, _modifier: str, _system: str | None) -> bool:
    is_it = value[1].lower() in ("", element["value"].lower())
    return is_it and _of_system(value[0], element["system"])


def _of_system(wanted: str | None, own: str | None) -> bool:
    return wanted is None or (wanted or None) == own


def _codings(element: Any, system: str | None) -> list[tuple[str | None, str]]:
    if isinstance(element, bool):
        return [(None, "true" if element else "false")]
    if isinstance(element, str):
        return [(system, element)]
    if "coding" in element or "text" in element:
        return [(one.get("system"), one["code"]) for one in element.get("coding", [])]
    return [(element.get("system"), element.get("value") or element["code"])]


def plain(word: str) -> str:
    """Without case, accents, and space that says nothing."""
    letters = unicodedata.normalize("NFD", word.casefold())
    return " ".join("".join(one for one in letters if unicodedata.category(one) != "Mn").split())


def _string(element: str, value: str, modifier: str, _system: str | None) -> bool:
    if modifier == "exact":
        return element == value
    if modifier == "contains":
        return plain(value) in plain(element)
    return plain(element).startswith(plain(value))


def _reference(element: Json, value: str, modifier: str, _system: str | None) -> bool:
    if modifier == "identifier":
        known = element.get("identifier")
        return known is not None and _token(known, value, "", None)
    reference = element.get("reference", "")
    type, _, id = reference.partition("/")
    if modifier:
        return type == modifier and value in (id, reference)
    return value in (reference, id) and bool(value)


def _uri(element: str, value: str, _modifier: str, _system: str | None) -> bool:
    return element == value


def _number(element: int, value: tuple[str, str], _modifier: str, _system: str | None) -> bool:
    return _fits_span((element, element), value[0], (int(value[1]), int(value[1])))


def _date(element: Any, value: tuple[str, str], _modifier: str, _system: str | None) -> bool:
    if isinstance(element, dict):
        start, end = element.get("start"), element.get("end")
        own = (span(start)[0] if start else NEVER, span(end)[1] if end else FOREVER)
    else:
        own = span(element)
    return _fits_span(own, value[0], span(value[1]))


def _fits_span(own: tuple[Any, Any], prefix: str, sought: tuple[Any, Any]) -> bool:
    is_inside = sought[0] <= own[0] and own[1] <= sought[1]
    return {
        "": is_inside,
        "eq": is_inside,
        "ne": not is_inside,
        "gt": own[1] > sought[1],
        "lt": own[0] < sought[0],
        "ge": own[1] >= sought[0],
        "le": own[0] <= sought[1],
        "sa": own[0] > sought[1],
        "eb": own[1] < sought[0],
    }[prefix] is True


def span(written: str) -> tuple[datetime, datetime]:
    """The first and the last instant of a date or time."""
    if "T" in written:
        start = datetime.fromisoformat(written).astimezone(UTC)
        width = timedelta(milliseconds=1) if "." in written else timedelta(seconds=1)
        return start, start + width - timedelta(microseconds=1)
    numbers = [int(part) for part in written.split("-")]
    year, month, day = (*numbers, 1, 1)[:3]
    start = datetime(year, month, day, tzinfo=UTC)
    if len(numbers) == 3:
        end = start + timedelta(days=1)
    elif len(numbers) == 2:
        end = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
    else:
        end = datetime(year + 1, 1, 1, tzinfo=UTC)
    return start, end - timedelta(microseconds=1)


_FITS: dict[str, Callable[[Any, Any, str, str | None], bool]] = {
    "token": _token,
    "contact": _contact,
    "string": _string,
    "reference": _reference,
    "uri": _uri,
    "number": _number,
    "date": _date,
}


def spelled(asked: Question) -> tuple[str, str]:
    """The parameter as a client writes it: its name and its value."""
    if asked.back_by and asked.chain:
        name, value = spelled(asked.chain)
        return f"_has:{asked.chain.type}:{asked.back_by}:{name}", value
    name = f"{asked.name}:{asked.modifier}" if asked.modifier else asked.name
    if asked.chain:
        rest, value = spelled(asked.chain)
        return f"{name}.{rest}", value
    return name, ",".join(_written(asked, value) for value in asked.values)


def _written(asked: Question, value: Any) -> str:
    if isinstance(value, str):
        return _escaped(value)
    first, second = value
    if ELEMENTS[asked.type][asked.name][0] in ("date", "number"):
        return f"{first}{second}"
    return _escaped(second) if first is None else f"{_escaped(first)}|{_escaped(second)}"


def _escaped(text: str) -> str:
    return re.sub(r"([\\,|$])", r"\\\1", text)

"""Resources that hold a value for every search parameter of their type, by the type's own shape.

What is searched for is read from the resource here, and not by the index that is tried.
"""

import copy
from collections.abc import Mapping
from typing import Any

from services.referral.records.search_params import Kind, Param, params_of
from shared.fhir.shapes import Element, Shape, element_shape, resource_shape

Json = dict[str, Any]

SYSTEM, CODE, DAY = "https://example.org/codes", "filled", "2026-02-03"
ADDRESS = "https://example.org/filled"
_CODING = {"system": SYSTEM, "code": CODE}
_SAMPLES: Mapping[str, Any] = {
    "CodeableConcept": {"coding": [_CODING], "text": "filled"},
    "Coding": _CODING,
    "Identifier": {"system": SYSTEM, "value": CODE},
    "HumanName": {"family": "Filled", "given": ["Zoe"]},
    "Address": {
        "use": "home", "line": ["1 Filled Lane"], "city": "Filledton", "state": "Filledshire",
        "district": "North", "postalCode": "ZZ99 3CZ", "country": "GB",
    },
    "ContactPoint": {"system": "phone", "value": "0300 555 0100"},
    "Period": {"start": DAY, "end": DAY},
    "boolean": True,
    "date": DAY,
    "dateTime": f"{DAY}T10:00:00Z",
    "instant": f"{DAY}T10:00:00.000Z",
    "code": CODE,
}  # fmt: skip
_PHONE_AND_MAIL = [
    {"system": "phone", "value": "0300 555 0100"},
    {"system": "email", "value": "filled@example.org"},
]
_ADDRESSES = frozenset({"uri", "url", "canonical"})


def filled(type: str, anchors: Mapping[str, str], params: tuple[Param, ...] = ()) -> Json:
    """A resource of that type; its references lead to `anchors`, one of each type."""
    resource: Json = {"resourceType": type}
    shape = resource_shape(type)
    assert shape is not None
    for param in params or params_of(type):
        if param.paths and param.name not in ("_id", "_lastUpdated"):
            target = anchors[param.stored_targets[0]]
            _fill(resource, shape, param.paths[0].split("."), target)
    return resource


def _fill(node: Json, shape: Shape, path: list[str], target: str) -> None:
    name = path[0].partition("[")[0]
    element = shape.elements[name]
    if name == "telecom":
        node[name] = copy.deepcopy(_PHONE_AND_MAIL)
        return
    if name not in node:
        made = _sample(element, target)
        node[name] = [made] if element.many else made
    if len(path) > 1:
        inner = node[name][0] if element.many else node[name]
        _fill(inner, element_shape(element), path[1:], target)


def _sample(element: Element, target: str) -> Any:
    if element.codes:
        return sorted(element.codes)[0]
    if element.type_name == "Reference":
        return {"reference": target}
    if element.type_name in _ADDRESSES:
        return ADDRESS
    default: Any = {} if element.read is None else "filled"
    return copy.deepcopy(_SAMPLES.get(element.type_name, default))


def searched(resource: Json, param: Param) -> str:
    """What to search for, so that this resource is found."""
    value = _value(resource, param.paths[0].split("."))
    assert value is not None, param
    match param.kind:
        case Kind.TOKEN:
            return _token(value)
        case Kind.DATE:
            return DAY
        case Kind.REFERENCE:
            return str(value if isinstance(value, str) else value["reference"])
    return _word(value)


def _value(node: Any, path: list[str]) -> Any:
    name, _, wanted = path[0].partition("[")
    found = node.get(name)
    for one in found if isinstance(found, list) else [found]:
        if not wanted or one.get("system") == wanted.rstrip("]"):
            return _value(one, path[1:]) if path[1:] else one
    return None


def _token(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str():
            return value
        case {"coding": [coding, *_]}:
            return f"{coding['system']}|{coding['code']}"
        case {"system": "phone" | "email", "value": reached}:
            return str(reached)
        case {"system": system, "code": code} | {"system": system, "value": code}:
            return f"{system}|{code}"
    raise AssertionError(value)


def _word(value: Any) -> str:
    match value:
        case {"family": word} | {"city": word}:
            return str(word)
    return str(value)


def other_value(param: Param, value: str) -> str:
    """What no resource here holds in that place."""
    match param.kind:
        case Kind.TOKEN if value in ("true", "false"):
            return "false" if value == "true" else "true"
        case Kind.TOKEN:
            return f"{SYSTEM}|nothing"
        case Kind.DATE:
            return "1999-01-01"
        case Kind.REFERENCE:
            return f"{value.partition('/')[0]}/nothing" if "://" not in value else f"{value}/none"
        case Kind.NUMBER:
            return "77"
    return "https://example.org/nothing"

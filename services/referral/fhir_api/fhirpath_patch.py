"""A FHIRPath Patch: a Parameters resource whose operations name elements by simple paths.

https://hl7.org/fhir/R4/fhirpatch.html; docs/decisions/0026 says why no more of FHIRPath is taken.
"""

import copy
from collections.abc import Callable, Mapping
from typing import Any

from services.referral.fhir_api.element_places import (
    Slot,
    Spot,
    inner_shape,
    list_at,
    plain_name,
    slot_in,
    slot_of,
    spots,
    unfit,
)
from services.referral.records.resource import Json
from shared.errors import Invalid, Issue
from shared.fhir.shapes import Shape

MOST_OPERATIONS = 500
_VALUE = "value"
Parts = Mapping[str, Json]


def fhirpath_patched(stored: Json, sent: Json) -> Json:
    """The resource after every operation. Invalid, naming the first that cannot be applied."""
    operations = sent.get("parameter")
    if not isinstance(operations, list) or len(operations) > MOST_OPERATIONS:
        text = f"A FHIRPath Patch has from one to {MOST_OPERATIONS} parameters."
        raise Invalid(Issue(text, "Parameters.parameter", "structure"))
    result = copy.deepcopy(stored)
    for index, operation in enumerate(operations):
        place = f"Parameters.parameter[{index}]"
        try:
            _apply(result, _parts(operation))
        except Invalid as wrong:
            raise Invalid(*(Issue(one.text, place, one.code) for one in wrong.issues)) from wrong
    return result


def _parts(operation: Any) -> Parts:
    parts = operation.get("part") if isinstance(operation, dict) else None
    if not isinstance(parts, list) or operation.get("name") != "operation":
        raise _wrong("An operation is a parameter of that name with parts.")
    if not all(isinstance(one, dict) and isinstance(one.get("name"), str) for one in parts):
        raise _wrong("Each part has a name.")
    return {one["name"]: one for one in parts}


def _apply(resource: Json, parts: Parts) -> None:
    kind = parts.get("type", {}).get("valueCode")
    if not isinstance(kind, str) or kind not in _OPERATIONS:
        raise _wrong("The type of an operation is add, insert, delete, replace or move.")
    path = parts.get("path", {}).get("valueString")
    if not isinstance(path, str):
        raise _wrong("An operation names its path as valueString.")
    _OPERATIONS[kind](resource, path, parts)


def _add(resource: Json, path: str, parts: Parts) -> None:
    name, part = str(parts.get("name", {}).get("valueString")), _part(parts, _VALUE)
    slot = slot_of(_one(resource, path), name, _type(part))
    if slot is None:
        raise unfit(path, f"has no element “{name[:80]}” for such a value")
    if slot.element.many:
        _insert_at(slot, len(slot.holder.get(slot.name, ())), _value(part, slot))
    elif slot.name in slot.holder:
        raise unfit(path, f"has one “{slot.name}” already")
    else:
        slot.holder[slot.name] = _value(part, slot)


def _insert(resource: Json, path: str, parts: Parts) -> None:
    slot = list_at(resource, path)
    index = _index(parts, "index", len(slot.holder.get(slot.name, ())))
    _insert_at(slot, index, _value(_part(parts, _VALUE), slot))


def _delete(resource: Json, path: str, _: Parts) -> None:
    """Nothing to delete is no failure: what is wanted is so."""
    found = spots(resource, path)
    if len(found) > 1 or any(one.name == "" for one in found):
        raise unfit(path, "names not one element")
    for one in found:
        _take(one)


def _replace(resource: Json, path: str, parts: Parts) -> None:
    found, part = _one(resource, path), _part(parts, _VALUE)
    slot = slot_in(found.holder, found.within, plain_name(found), _type(part))
    if slot is None:
        raise unfit(path, "cannot be replaced by such a value")
    value = _value(part, slot)
    if found.index is not None:
        found.holder[found.name][found.index] = value
        return
    _take(found)
    slot.holder[slot.name] = value


def _move(resource: Json, path: str, parts: Parts) -> None:
    slot = list_at(resource, path)
    last = len(slot.holder.get(slot.name, ())) - 1
    source, to = _index(parts, "source", last), _index(parts, "destination", last)
    for name in (slot.name, f"_{slot.name}"):
        if name in slot.holder:
            slot.holder[name].insert(to, slot.holder[name].pop(source))


_OPERATIONS: Mapping[str, Callable[[Json, str, Parts], None]] = {
    "add": _add,
    "insert": _insert,
    "delete": _delete,
    "replace": _replace,
    "move": _move,
}


def _one(resource: Json, path: str) -> Spot:
    found = spots(resource, path)
    if len(found) != 1:
        raise unfit(path, f"names {len(found)} elements, and not one")
    return found[0]


def _part(parts: Parts, name: str) -> Json:
    if name not in parts:
        raise _wrong(f"This operation needs the part “{name}”.")
    return parts[name]


def _index(parts: Parts, name: str, last: int) -> int:
    index = _part(parts, name).get("valueInteger")
    if not isinstance(index, int) or isinstance(index, bool) or not 0 <= index <= last:
        raise _wrong(f"“{name}” is a valueInteger from 0 to {last}.")
    return index


def _insert_at(slot: Slot, index: int, value: Any) -> None:
    """Beside a list of primitives their own extensions stand in a second list."""
    slot.holder.setdefault(slot.name, []).insert(index, value)
    if f"_{slot.name}" in slot.holder:
        slot.holder[f"_{slot.name}"].insert(index, None)


def _take(spot: Spot) -> None:
    """With the extensions of a primitive; a list with nothing in it goes too."""
    for name in (spot.name, f"_{spot.name}"):
        held = spot.holder.get(name)
        if spot.index is not None and isinstance(held, list) and spot.index < len(held):
            del held[spot.index]
        if spot.index is None or not held or all(one is None for one in held):
            spot.holder.pop(name, None)


def _type(part: Json) -> str:
    """`Quantity` for a valueQuantity; "" where the value is put together of parts."""
    key = next((key for key in part if key.startswith(_VALUE)), _VALUE)
    return key.removeprefix(_VALUE)


def _value(part: Json, slot: Slot) -> Any:
    if "part" in part:
        return _built(part["part"], inner_shape(slot.element, None))
    known = [key for key in part if key.startswith(_VALUE) or key == "resource"]
    if len(known) != 1:
        raise _wrong("A value is one value[x], a resource, or parts.")
    return part[known[0]]


def _built(parts: Any, shape: Shape | None) -> Json:
    """An element that has no value[x] of its own, such as Patient.contact."""
    built: Json = {}
    for part in parts if isinstance(parts, list) else ():
        name = part.get("name") if isinstance(part, dict) else None
        slot = slot_in(built, shape, str(name), _type(part)) if name else None
        if slot is None:
            raise _wrong(f"“{str(name)[:80]}” is no element here.")
        if slot.element.many:
            _insert_at(slot, len(built.get(slot.name, ())), _value(part, slot))
        else:
            built[slot.name] = _value(part, slot)
    return built


def _wrong(text: str) -> Invalid:
    return Invalid(Issue(text, code="processing"))

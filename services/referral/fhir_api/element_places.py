"""Finds the places in a resource that a simple FHIRPath names: for a patch, which must change them.

Taken are names of elements (`value` for any value[x]), `[0]`, `first()`, `last()`,
`extension('url')` and `where(element = 'text')`. https://hl7.org/fhirpath/
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from services.referral.records.resource import Json
from shared.errors import Invalid, Issue
from shared.fhir.shapes import ANY_RESOURCE, Element, Shape, element_shape, resource_shape

_STEP = re.compile(
    r"""
    \.?(?:
    where\(\s*(?P<of>[A-Za-z]\w*(?:\.[A-Za-z]\w*)*)\s*=\s*(?:'(?P<text>[^'\\]*)'|(?P<bare>\w+))\s*\)
    | extension\(\s*'(?P<url>[^'\\]*)'\s*\)
    | (?P<end>first|last)\(\)
    | (?P<name>[A-Za-z]\w*)(?!\s*\()
    )
    | \[(?P<index>[0-9]{1,5})\]
    """,
    re.VERBOSE | re.ASCII,
)
_LONGEST = 500


@dataclass(frozen=True, kw_only=True)
class Spot:
    """Where an element stands: in `holder` under `name`, in a list at `index`; the resource itself
    under no name. `within` is the shape of the holder, `shape` its own, None for a primitive."""

    holder: Json
    name: str
    index: int | None
    within: Shape | None
    shape: Shape | None

    @property
    def value(self) -> Any:
        held = self.holder[self.name]
        return held if self.index is None else held[self.index]


@dataclass(frozen=True, kw_only=True)
class Slot:
    """An element that may be there or not: what holds it, and its name in JSON."""

    holder: Json
    name: str
    element: Element


def spots(resource: Json, path: str) -> list[Spot]:
    """Every place that the path names. Invalid for a path that is not one of the simple ones."""
    return _walked(resource, _steps(path, resource["resourceType"]))


def list_at(resource: Json, path: str) -> Slot:
    """The list that the path names, which may be empty. Invalid unless it is one list."""
    *before, last = _steps(path, resource["resourceType"])
    around = _walked(resource, before)
    if len(around) != 1 or not last["name"]:
        raise unfit(path, "names no one list")
    slot = slot_of(around[0], last["name"])
    if slot is None or not slot.element.many:
        raise unfit(path, "names no list")
    return slot


def slot_of(spot: Spot, name: str, type: str = "") -> Slot | None:
    """The element of that name, or for `value` and a type `Quantity`; None without one."""
    held = spot.value
    return slot_in(held, spot.shape, name, type) if isinstance(held, dict) else None


def slot_in(holder: Json, shape: Shape | None, name: str, type: str = "") -> Slot | None:
    """The same of what holds it."""
    if shape is None or name.startswith("_"):
        return None
    key = name if name in shape.elements else _chosen(shape, name, type)
    return Slot(holder=holder, name=key, element=shape.elements[key]) if key else None


def plain_name(spot: Spot) -> str:
    """`value` for a `valueQuantity` that is one of several choices."""
    choices = spot.within.choices if spot.within else ()
    return next((one.name for one in choices if spot.name in one.names), spot.name)


def inner_shape(element: Element, value: Any) -> Shape | None:
    """What is inside an element; None for a primitive."""
    if element.read is not None:
        return None
    if element.type_name == ANY_RESOURCE:
        return resource_shape(value.get("resourceType", "")) if isinstance(value, dict) else None
    return element_shape(element)


def unfit(path: str, why: str) -> Invalid:
    return Invalid(Issue(f"The path “{path[:80]}” {why}.", code="processing"))


def _chosen(shape: Shape, name: str, type: str) -> str | None:
    written = f"{name}{type[:1].upper()}{type[1:]}"
    return next((written for one in shape.choices if one.name == name and written in one.names),
                None)  # fmt: skip


def _steps(path: str, type: str) -> list[dict[str, str | None]]:
    """The parts of a path after the resource's own type."""
    steps, at = [], 0
    while at < len(path) <= _LONGEST:
        found = _STEP.match(path, at)
        if found is None:
            break
        steps.append(found.groupdict())
        at = found.end()
    if at != len(path) or not steps:
        raise unfit(path, "is not one that is taken here: names, [0], first() and where(a = 'b')")
    return steps[1:] if steps[0]["name"] == type else steps


def _walked(resource: Json, steps: Sequence[dict[str, str | None]]) -> list[Spot]:
    shape = resource_shape(resource["resourceType"])
    found = [Spot(holder={"": resource}, name="", index=None, within=None, shape=shape)]
    for step in steps:
        found = _after(found, step)
    return found


def _after(found: list[Spot], step: dict[str, str | None]) -> list[Spot]:
    if step["name"]:
        return [inner for one in found for inner in _inside(one, step["name"])]
    if step["url"] is not None:
        inside = [inner for one in found for inner in _inside(one, "extension")]
        return [one for one in inside if one.value.get("url") == step["url"]]
    if step["of"]:
        wanted = step["text"] if step["text"] is not None else step["bare"]
        return [one for one in found if wanted in _texts(one, step["of"])]
    if step["end"]:
        return found[:1] if step["end"] == "first" else found[-1:]
    index = int(step["index"] or 0)
    return found[index : index + 1]


def _inside(spot: Spot, name: str) -> list[Spot]:
    if spot.shape is None or not isinstance(spot.value, dict):
        return []
    keys = {name} | {key for one in spot.shape.choices if one.name == name for key in one.names}
    return [
        Spot(
            holder=spot.value,
            name=key,
            index=index,
            within=spot.shape,
            shape=inner_shape(element, value),
        )
        for key in sorted(keys & spot.value.keys() & spot.shape.elements.keys())
        if not key.startswith("_")
        for element in [spot.shape.elements[key]]
        for index, value in _held(spot.value[key], element)
    ]


def _held(value: Any, element: Element) -> list[tuple[int | None, Any]]:
    return list(enumerate(value)) if element.many else [(None, value)]


def _texts(spot: Spot, path: str) -> set[str]:
    """What stands at a path inside, as text."""
    found = [spot]
    for name in path.split("."):
        found = [inner for one in found for inner in _inside(one, name)]
    return {str(one.value).lower() if isinstance(one.value, bool) else str(one.value)
            for one in found}  # fmt: skip

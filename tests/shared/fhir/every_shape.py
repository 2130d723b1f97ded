"""The shapes of everything that may be sent."""

from shared.fhir.shapes import ANY_RESOURCE, Shape, element_shape, resource_shape
from shared.fhir.types import STORED_TYPES


def shapes() -> dict[str, Shape]:
    """Every shape that the stored types and Bundle reach, by name."""
    found: dict[str, Shape] = {}
    to_see = [resource_shape(kind) for kind in STORED_TYPES | {"Bundle"}]
    while to_see:
        shape = to_see.pop()
        if shape is None or shape.name in found:
            continue
        found[shape.name] = shape
        inner = [e for e in shape.elements.values() if not e.read and e.type_name != ANY_RESOURCE]
        to_see += [element_shape(element) for element in inner]
    return found

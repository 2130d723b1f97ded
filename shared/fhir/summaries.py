"""Which elements of a resource belong to its summary, and which are never left out.

https://hl7.org/fhir/R4/search.html#summary; read from the models of fhir.resources.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from shared.fhir.shapes import Shape, element_shape, resource_model, resource_shape

#: https://hl7.org/fhir/R4/conformance-rules.html#isModifier, of all types that are kept.
_MODIFIERS = frozenset(
    {
        "implicitRules",
        "modifierExtension",
        "status",
        "intent",
        "active",
        "deceased",
        "link",
        "doNotPerform",
    }
)
_ALWAYS = frozenset({"resourceType", "id", "meta"}) | _MODIFIERS


def summary_of(resource: Mapping[str, Any]) -> dict[str, Any]:
    """What of a resource of a known type is marked as summary, parts within parts included."""
    type = resource["resourceType"]
    shape = resource_shape(type)
    if shape is None:
        return dict(resource)
    return _summary(resource, resource_model(type), shape, needed(type))


def needed(type: str) -> frozenset[str]:
    """The elements of a type that stay whatever is asked for, choices by their common name."""
    shape = resource_shape(type)
    return _ALWAYS | (_required(shape) if shape else frozenset())


def elements_of(type: str) -> frozenset[str]:
    """All elements that a type has, choices by their common name as well."""
    shape = resource_shape(type)
    return frozenset(shape.elements) | {one.name for one in shape.choices} if shape else _ALWAYS


def common_name(type: str, key: str) -> str:
    """`value` for `valueQuantity` and for `_valueString`; any other element's own name."""
    name = key.removeprefix("_")
    shape = resource_shape(type)
    return _named(shape, name) if shape else name


def _named(shape: Shape, name: str) -> str:
    return next((one.name for one in shape.choices if name in one.names), name)


def _required(shape: Shape) -> frozenset[str]:
    return frozenset(shape.required) | {one.name for one in shape.choices if one.required}


def _summary(
    value: Mapping[str, Any], model: Any, shape: Shape, kept: frozenset[str]
) -> dict[str, Any]:
    marked = _marked(model)
    cut = {
        key: _inner(key, inner, shape)
        for key, inner in value.items()
        if key.removeprefix("_") in marked or _named(shape, key.removeprefix("_")) in kept
    }
    return {key: inner for key, inner in cut.items() if inner not in ({}, [])}


def _inner(key: str, value: Any, shape: Shape) -> Any:
    """A part of the resource itself is cut as well; a data type is whole, or not there."""
    element = shape.elements.get(key)
    if element is None or "." not in element.type_name:
        return value
    part, model = element_shape(element), element.model.get_model_klass()
    kept = _required(part) | _ALWAYS
    if isinstance(value, list):
        return [cut for one in value if (cut := _summary(one, model, part, kept))]
    return _summary(value, model, part, kept)


@cache
def _marked(model: Any) -> frozenset[str]:
    facts = {field.alias: field.json_schema_extra for field in model.model_fields.values()}
    return frozenset(
        str(name)
        for name, said in facts.items()
        if isinstance(said, dict) and said.get("summary_element_property")
    )

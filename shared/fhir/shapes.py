"""The shape of each FHIR type: its elements, what they hold and how many.

Read once from the models of fhir.resources (R4B, which equals R4 for the stored types) into plain
tables that a check can walk without building a model.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Annotated, Any, get_args, get_origin

from fhir.resources.R4B import get_fhir_model_class
from pydantic.fields import FieldInfo

from shared.fhir.bindings import CODE_FORMS, REQUIRED_CODES
from shared.fhir.primitives import READERS, Reader, of_form
from shared.fhir.types import RESOURCE_TYPES

_RENAMED = {"encodedBytes": "base64Binary", "uuidVersion": "uuid", "bool": "boolean"}
_NOT_FHIR = {"fhir_comments", "resource_type"}
ANY_RESOURCE = "Resource"


@dataclass(frozen=True, slots=True, eq=False)
class Element:
    """One element of a type: a primitive if it has a reader, else the type or part named."""

    many: bool
    type_name: str
    read: Reader | None
    codes: frozenset[str] | None
    targets: frozenset[str] | None
    model: Any


@dataclass(frozen=True, slots=True)
class Choice:
    """An element `value[x]` that is written under one of several names."""

    name: str
    names: frozenset[str]
    required: bool


@dataclass(frozen=True, slots=True)
class Shape:
    """A type (`Period`) or a part of a resource (`Patient.contact`), by FHIR's names."""

    name: str
    elements: Mapping[str, Element]
    required: tuple[str, ...]
    choices: tuple[Choice, ...]


_RESOURCE_TYPE = Element(
    many=False, type_name="code", read=READERS["code"], codes=None, targets=None, model=None
)


def resource_model(resource_type: str) -> Any:
    """The fhir.resources model of an R4 resource type; None for one it does not know."""
    try:
        return get_fhir_model_class(resource_type) if resource_type in RESOURCE_TYPES else None
    except (KeyError, ValueError):
        return None


@cache
def resource_shape(resource_type: str) -> Shape | None:
    """The shape of an R4 resource type; None for one that fhir.resources does not know."""
    model = resource_model(resource_type)
    if model is None:
        return None
    shape = _shape(model, resource_type)
    return replace(shape, elements={**shape.elements, "resourceType": _RESOURCE_TYPE})


@cache
def element_shape(element: Element) -> Shape:
    """The shape of an element that is not a primitive."""
    return _shape(element.model.get_model_klass(), element.type_name)


def _shape(model: Any, name: str) -> Shape:
    fields = {
        field.alias: field for key, field in model.model_fields.items() if key not in _NOT_FHIR
    }
    return Shape(
        name=name,
        elements={key: _element(model, name, key, field) for key, field in fields.items()},
        required=tuple(key for key, field in fields.items() if _is_required(field)),
        choices=_choices(fields),
    )


def _element(model: Any, parent: str, key: str, field: FieldInfo) -> Element:
    many, held = _held(field.annotation)
    targets = frozenset(_facts(field).get("enum_reference_types", ())) - {ANY_RESOURCE}
    path = f"{parent}.{key}"
    primitive = not hasattr(held, "get_model_klass")
    return Element(
        many=many,
        type_name=_primitive_name(held) if primitive else _type_name(model, path, held),
        read=_reader(path, held) if primitive else None,
        codes=REQUIRED_CODES.get(path),
        targets=targets or None,
        model=held,
    )


def _held(annotation: Any) -> tuple[bool, Any]:
    """Whether it is a list, and the type inside `X | None`, `list[X]` and `list[X | None]`."""
    many = False
    while get_origin(annotation) is not Annotated and get_args(annotation):
        many = many or get_origin(annotation) is list
        annotation = next(inner for inner in get_args(annotation) if inner is not type(None))
    return many, annotation


def _primitive_name(held: Any) -> str:
    kind = type(held.__metadata__[0]).__name__ if get_origin(held) is Annotated else held.__name__
    name = kind[0].lower() + kind[1:]
    return _RENAMED.get(name, name)


def _reader(path: str, held: Any) -> Reader:
    if path in CODE_FORMS:
        return of_form(*CODE_FORMS[path])
    return READERS[_primitive_name(held)]


def _type_name(model: Any, path: str, held: Any) -> str:
    """`Period` for a data type, `Patient.contact` for a part; a part within itself keeps its name.

    An item of a QuestionnaireResponse holds answers that hold items: the same part at any depth.
    """
    module, _, name = held._model_klass.rpartition(".")
    if module != model.__module__:
        return str(name)
    above = [path.rsplit(".", steps)[0] for steps in range(1, path.count(".") + 1)]
    return next((part for part in above if _class_name(part) == name), path)


def _class_name(path: str) -> str:
    return "".join(step[0].upper() + step[1:] for step in path.split("."))


def _facts(field: FieldInfo) -> dict[str, Any]:
    return field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}


def _is_required(field: FieldInfo) -> bool:
    return field.is_required() or bool(_facts(field).get("element_required"))


def _choices(fields: Mapping[str | None, FieldInfo]) -> tuple[Choice, ...]:
    names: dict[str, list[str]] = {}
    required: set[str] = set()
    for key, field in fields.items():
        if choice := _facts(field).get("one_of_many"):
            names.setdefault(choice, []).append(str(key))
            if _facts(field).get("one_of_many_required"):
                required.add(choice)
    return tuple(Choice(name, frozenset(keys), name in required) for name, keys in names.items())

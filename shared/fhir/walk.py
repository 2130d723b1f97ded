"""Walks a resource along its shape and notes all that does not fit."""

from dataclasses import dataclass, field
from typing import Any

from shared.errors import Issue
from shared.fhir.invariants import invariant_issues
from shared.fhir.references import reference_problem
from shared.fhir.rules import RULES, Around
from shared.fhir.shapes import ANY_RESOURCE, Element, Shape, element_shape, resource_shape

_MAX_OBJECTS = 5_000
_MAX_ITEMS = 1_000


class TooMuch(Exception):
    """More than any honest resource holds; looking further would only cost time."""


@dataclass(slots=True)
class Walk:
    """One look at one resource; `found` grows as it goes. `into_resources`: look inside those it
    holds as well. Raises `TooMuch`, and RecursionError where the nesting outgrows Python's stack.
    """

    around: Around
    into_resources: bool = True
    found: list[Issue] = field(default_factory=list)
    _objects: int = 0
    _inner_ids: set[str] = field(default_factory=set)

    def look_at(self, value: Any, shape: Shape, path: str) -> None:
        """Compare an object with the shape it should have, all the way down."""
        self._count()
        if not isinstance(value, dict) or not value:
            return self._say("This must be an object that is not empty.", path)
        for name, inner in value.items():
            element = shape.elements.get(name)
            if element is None:
                self._say(f"{shape.name} has no element '{name[:40]}'.", f"{path}.{name[:40]}")
            elif element.many:
                self._list(inner, element, f"{path}.{name}", _partner(value, name))
            else:
                self._one(inner, element, f"{path}.{name}")
        self._presence(value, shape, path)
        self.found.extend(invariant_issues(shape.name, value, path))
        for rule in RULES.get(shape.name, ()):
            self.found.extend(rule(value, path, self.around))

    def _say(self, text: str, path: str, code: str = "structure") -> None:
        self.found.append(Issue(text, path, code))

    def _count(self) -> None:
        self._objects += 1
        if self._objects > _MAX_OBJECTS:
            raise TooMuch(f"This holds more than {_MAX_OBJECTS} objects.")

    def _list(self, values: Any, element: Element, path: str, partner: Any) -> None:
        if not isinstance(values, list) or not values:
            return self._say("This must be a list that is not empty.", path)
        if len(values) > _MAX_ITEMS:
            raise TooMuch(f"{path} has more than {_MAX_ITEMS} items.")
        for index, value in enumerate(values):
            if value is not None or not _stands_in(partner, index):
                self._one(value, element, f"{path}[{index}]")

    def _one(self, value: Any, element: Element, path: str) -> None:
        if element.read:
            self._primitive(value, element, path)
        elif element.type_name != ANY_RESOURCE:
            self.look_at(value, element_shape(element), path)
            if element.type_name == "Reference":
                self._reference(value, element, path)
        elif self.into_resources:
            self._resource(value, path)

    def _primitive(self, value: Any, element: Element, path: str) -> None:
        wanted = element.read(value) if element.read else None
        if wanted:
            self._say(f"This must be {wanted}.", path, _fault(value))
        elif element.codes and value not in element.codes:
            allowed = ", ".join(sorted(element.codes))
            self._say(f"'{value[:40]}' is not one of: {allowed}.", path, "code-invalid")

    def _reference(self, value: Any, element: Element, path: str) -> None:
        if isinstance(value, dict) and isinstance(reference := value.get("reference"), str):
            problem = reference_problem(reference, element.targets, self.around.contained)
            if problem:
                self._say(problem, f"{path}.reference", "value")

    def _resource(self, value: Any, path: str) -> None:
        kind = value.get("resourceType") if isinstance(value, dict) else None
        shape = resource_shape(kind) if isinstance(kind, str) else None
        if shape is None:
            return self._say("This must be a resource of a type of FHIR R4.", path)
        if "contained" in value:
            self._say("What is contained cannot contain more.", f"{path}.contained", "invariant")
        self._inner_id(value.get("id"), path)
        self.look_at(value, shape, path)

    def _inner_id(self, inner_id: Any, path: str) -> None:
        if not isinstance(inner_id, str):
            self._say("A contained resource needs an id.", f"{path}.id", "required")
        elif inner_id in self._inner_ids:
            self._say("Two contained resources have this id.", f"{path}.id", "duplicate")
        else:
            self._inner_ids.add(inner_id)

    def _presence(self, value: dict[str, Any], shape: Shape, path: str) -> None:
        for name in shape.required:
            if name not in value and f"_{name}" not in value:
                self._say(f"{shape.name} needs '{name}'.", f"{path}.{name}", "required")
        for choice in shape.choices:
            given = choice.names & value.keys()
            if len(given) > 1:
                names = ", ".join(sorted(given))
                self._say(f"Only one of these can be given: {names}.", f"{path}.{choice.name}")
            elif choice.required and not given:
                self._say(
                    f"{shape.name} needs '{choice.name}[x]'.", f"{path}.{choice.name}", "required"
                )


def _partner(value: dict[str, Any], name: str) -> Any:
    """The list beside a list of primitives that holds their extensions, or the other way round."""
    return value.get(name[1:] if name.startswith("_") else f"_{name}")


def _stands_in(partner: Any, index: int) -> bool:
    return isinstance(partner, list) and index < len(partner) and partner[index] is not None


def _fault(value: Any) -> str:
    return "value" if isinstance(value, str) and value else "structure"

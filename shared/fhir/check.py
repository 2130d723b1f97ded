"""Checks FHIR from outside: all that is wrong with it, at once, with the place.

One walk over tables that are read from fhir.resources' R4B models (`shapes`), strict about types,
codes, references and rules where that library is not. The tests hold it to the library: what the
library refuses, the walk refuses.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from shared.errors import Issue
from shared.fhir.codes import CODE_SYSTEMS
from shared.fhir.rules import Around
from shared.fhir.shapes import resource_shape
from shared.fhir.types import RESOURCE_TYPES, STORED_TYPES
from shared.fhir.uk_core import uk_core_warnings
from shared.fhir.walk import TooMuch, Walk

_LONDON = ZoneInfo("Europe/London")


def check(
    resource: Any,
    *,
    now: datetime,
    prefix: str = "",
    code_systems: Mapping[str, Mapping[str, str]] = CODE_SYSTEMS,
) -> list[Issue]:
    """Everything wrong (`error`) or doubtful (`warning`) with one resource; empty if all is well.

    `prefix` is its place in a Bundle (`Bundle.entry[2].resource`) and begins each expression.
    `now` is an aware instant; nobody is born after it. Never raises for what a client sent.
    """
    if unknown := _type_issue(resource, prefix):
        return [unknown]
    around = Around(now.astimezone(_LONDON).date(), _contained(resource), code_systems)
    path = prefix or resource["resourceType"]
    found = walk_issues(resource, path, Walk(around))
    return found if is_refused(found) else [*found, *uk_core_warnings(resource, path)]


def is_refused(issues: list[Issue]) -> bool:
    """Whether any of the issues is more than a warning."""
    return any(issue.severity == "error" for issue in issues)


def walk_issues(resource: dict[str, Any], path: str, walk: Walk) -> list[Issue]:
    """What the walk finds, or that there is too much to walk."""
    shape = resource_shape(resource["resourceType"])
    try:
        if shape:
            walk.look_at(resource, shape, path)
    except TooMuch as error:
        return [Issue(str(error), path, "too-costly")]
    except RecursionError:
        return [Issue("This is nested too deep.", path, "too-costly")]
    return walk.found


def _type_issue(resource: Any, prefix: str) -> Issue | None:
    if not isinstance(resource, dict):
        return Issue("A resource is a JSON object.", prefix or "Resource", "structure")
    kind = resource.get("resourceType")
    place = f"{prefix}.resourceType" if prefix else "resourceType"
    if not isinstance(kind, str):
        return Issue("A resource says its resourceType.", place, "required")
    if kind not in RESOURCE_TYPES:
        return Issue(f"'{kind[:40]}' is not a type of FHIR R4.", place, "structure")
    if kind not in STORED_TYPES:
        kept = ", ".join(sorted(STORED_TYPES))
        return Issue(f"{kind} is not kept here, only: {kept}.", place, "not-supported")
    return None


def _contained(resource: dict[str, Any]) -> dict[str, str]:
    """The types of the resources inside, by their ids, as far as they have both."""
    inside = resource.get("contained")
    return {
        inner["id"]: inner["resourceType"]
        for inner in (inside if isinstance(inside, list) else [])
        if isinstance(inner, dict)
        and isinstance(inner.get("id"), str)
        and isinstance(inner.get("resourceType"), str)
    }

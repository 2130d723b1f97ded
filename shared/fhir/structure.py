"""What fhir.resources says of a resource's structure; its model is thrown away."""

from typing import Any

from pydantic import ValidationError

from shared.errors import Issue
from shared.fhir.shapes import resource_model

#: The library's kinds of error, where FHIR has a closer word than `structure`.
_ISSUE_CODES = {"missing": "required", "model_field_validation.missing": "required"}


def structure_issues(resource: dict[str, Any], path: str) -> list[Issue]:
    """The library's findings with their places; whatever it raises becomes an issue."""
    try:
        resource_model(resource["resourceType"]).model_validate(resource)
    except ValidationError as error:
        return [_issue(found["type"], found["msg"], found["loc"], path) for found in error.errors()]
    except Exception as error:  # it lets RecursionError, KeyError and others escape
        kind = type(error).__name__
        return [Issue(f"This cannot be read as FHIR R4 ({kind}).", path, "structure")]
    return []


def _issue(kind: str, message: str, place: tuple[int | str, ...], path: str) -> Issue:
    steps = [f"[{step}]" if isinstance(step, int) else f".{step}" for step in place]
    return Issue(message, path + "".join(steps), _ISSUE_CODES.get(kind, "structure"))

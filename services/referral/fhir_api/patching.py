"""A resource after a patch: JSON Patch (RFC 6902), FHIRPath Patch, or merge patch (RFC 7396)."""

import copy
from typing import Any

import jsonpatch
import jsonpointer

from services.referral.fhir_api.asking import MAX_BYTES
from services.referral.fhir_api.fhirpath_patch import fhirpath_patched
from services.referral.records.resource import Json
from shared.errors import Invalid, Issue
from shared.fhir.json import read_json, write_json

MOST_OPERATIONS = 500
#: What the library raises for an operation that is no operation, or that fits nothing here.
_REFUSED = (
    jsonpatch.JsonPatchException,
    jsonpointer.JsonPointerException,
    AttributeError,
    KeyError,
    TypeError,
    ValueError,
)


def patched(stored: Json, sent: Any, content_type: str) -> Json:
    """A list is a JSON Patch, a Parameters a FHIRPath Patch, any other object a merge patch. Raises
    Invalid when it cannot be applied."""
    if isinstance(sent, list):
        return _json_patched(stored, sent)
    if isinstance(sent, dict) and sent.get("resourceType") == "Parameters":
        return fhirpath_patched(stored, sent)
    if isinstance(sent, dict) and "json-patch" not in content_type:
        merged: Json = _merged(stored, sent)
        return merged
    raise Invalid(Issue("A JSON Patch is a list of operations.", code="structure"))


def _json_patched(stored: Json, operations: list[Any]) -> Json:
    if len(operations) > MOST_OPERATIONS:
        text = f"A patch of at most {MOST_OPERATIONS} operations is taken."
        raise Invalid(Issue(text, code="processing"))
    result = copy.deepcopy(stored)
    for index, operation in enumerate(operations):
        result = _after(result, operation, index)
    return result


def _after(resource: Any, operation: Any, index: int) -> Json:
    """Looked at after each step, because a few copies into each other would fill the memory."""
    try:
        result: Any = jsonpatch.apply_patch(resource, [operation], in_place=True)
        text = write_json(result)
    except _REFUSED as failure:
        said = f"Operation {index + 1} of the patch cannot be applied."
        raise Invalid(Issue(said, code="processing")) from failure
    if not isinstance(result, dict):
        raise Invalid(Issue("The patch leaves no resource.", code="processing"))
    read_json(text, max_bytes=MAX_BYTES)
    return result


def _merged(stored: Any, sent: Any) -> Any:
    if not isinstance(sent, dict):
        return sent
    kept = dict(stored) if isinstance(stored, dict) else {}
    for key, value in sent.items():
        if value is None:
            kept.pop(key, None)
        else:
            kept[key] = _merged(kept.get(key), value)
    return kept

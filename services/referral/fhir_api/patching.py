"""A resource after a patch: JSON Patch (RFC 6902), or a JSON merge patch (RFC 7396)."""

import copy
from typing import Any

import jsonpatch
import jsonpointer

from services.referral.records.resource import Json
from shared.errors import Invalid, Issue


def patched(stored: Json, sent: Any, content_type: str) -> Json:
    """A list is a JSON Patch, an object a merge patch. Raises Invalid when it cannot be applied."""
    if isinstance(sent, list):
        return _json_patched(stored, sent)
    if isinstance(sent, dict) and "json-patch" not in content_type:
        merged: Json = _merged(stored, sent)
        return merged
    raise Invalid(Issue("A JSON Patch is a list of operations.", code="structure"))


def _json_patched(stored: Json, operations: list[Any]) -> Json:
    try:
        result = jsonpatch.apply_patch(copy.deepcopy(stored), operations)
    except (jsonpatch.JsonPatchException, jsonpointer.JsonPointerException, TypeError) as failure:
        text = f"The patch cannot be applied: {failure}"[:300]
        raise Invalid(Issue(text, code="processing")) from failure
    if not isinstance(result, dict):
        raise Invalid(Issue("The patch leaves no resource.", code="processing"))
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

"""The patch in an entry of a Bundle: a Parameters resource, or a Binary that holds one.

https://hl7.org/fhir/R4/http.html#patch
"""

import base64
import binascii
from typing import Any

from services.referral.fhir_api.asking import MAX_BYTES
from services.referral.records.resource import Json
from shared.errors import Invalid, Issue
from shared.fhir.json import read_json

PARAMETERS = "application/fhir+json"
_IN_BINARY = ("application/json-patch+json", "application/merge-patch+json")


def read_patch(resource: Any) -> tuple[Any, str]:
    """The patch, and the content type that it would have by itself. Raises Invalid."""
    kind = resource.get("resourceType") if isinstance(resource, dict) else None
    if kind == "Parameters":
        return resource, PARAMETERS
    if kind == "Binary" and resource.get("contentType") in _IN_BINARY:
        return read_json(_content(resource), max_bytes=MAX_BYTES), resource["contentType"]
    text = f"A patch is a Parameters, or a Binary of {' or '.join(_IN_BINARY)}."
    raise Invalid(Issue(text, "Binary.contentType", "value"))


def _content(binary: Json) -> bytes:
    try:
        return base64.b64decode(str(binary.get("data", "")), validate=True)
    except binascii.Error:
        raise Invalid(Issue("This is not base64.", "Binary.data", "value")) from None

"""Looks at every document inside what was sent, before anything is kept."""

import base64
import binascii
import hashlib
from collections.abc import Iterator
from typing import Any

from services.referral.records.resource import Json
from shared.documents.look import document_problem
from shared.documents.scanner import Scan
from shared.errors import Invalid, Issue

MOST_DOCUMENTS = 20

Found = tuple[str, Json, str]  # where, the element around it, and the base64 of it


def check_documents(
    resource: Json, *, scan: Scan, prefix: str = "", kept: Json | None = None
) -> None:
    """Raise Invalid with each document that must not be kept, NotScanned when nobody can tell.

    What is in `kept`, the version before, was looked at when it came.
    """
    before = {data for _, _, data in _documents(kept or {}, "")}
    found = [one for one in _documents(resource, prefix or resource["resourceType"])
             if one[2] not in before]  # fmt: skip
    if len(found) > MOST_DOCUMENTS:
        text = f"At most {MOST_DOCUMENTS} documents are taken at once."
        raise Invalid(Issue(text, prefix, "too-costly"))
    issues = [
        Issue(problem, where, "value")
        for where, around, data in found
        if (problem := _problem(around, data, scan))
    ]
    if issues:
        raise Invalid(*issues)


def _documents(value: Any, where: str) -> Iterator[Found]:
    """Attachments and Binaries anywhere, and bytes in extensions."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _documents(item, f"{where}[{index}]")
    elif isinstance(value, dict):
        for name in ("data", "valueBase64Binary"):
            if isinstance(value.get(name), str) and "origin" not in value:  # a SampledData has one
                yield f"{where}.{name}", value, value[name]
        for name, inner in value.items():
            yield from _documents(inner, f"{where}.{name}")


def _problem(around: Json, data: str, scan: Scan) -> str | None:
    try:
        content = base64.b64decode("".join(data.split()), validate=True)
    except binascii.Error:
        return "This is not base64."
    if (size := around.get("size")) is not None and size != len(content):
        return f"This is said to be {size} bytes long, and is {len(content)}."
    if (stated := around.get("hash")) is not None and stated != _fhir_hash(content):
        return "This is not what its hash was made from."
    problem = document_problem(content, str(around.get("contentType", "")))
    if problem is None and scan(content) is not None:
        return "The virus scanner found something in this document."
    return problem


def _fhir_hash(content: bytes) -> str:
    """SHA-1, because https://hl7.org/fhir/R4/datatypes.html#Attachment says so; it guards against
    accidents only."""
    return base64.b64encode(hashlib.sha1(content, usedforsecurity=False).digest()).decode()

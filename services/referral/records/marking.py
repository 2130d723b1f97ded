"""Marks what must not reach everybody who sees a child's record, whoever brought it.

A sender may mark more than this, and nobody can take these marks away.
"""

from services.referral.domain.minimum import PRIVATE_ADDRESS
from services.referral.records.form_resources_child import RESTRICTED
from services.referral.records.form_resources_family import (
    KNOWS,
    WITHOUT_AGREEMENT,
    safe_to_contact,
)
from services.referral.records.resource import Json
from services.referral.records.tasks import extension


def marked(resource: Json) -> Json:
    """The resource, marked as restricted if it tells of danger, of somebody who must not know, or
    of an address that must not become known."""
    if not _is_restricted(resource):
        return resource
    meta = resource.get("meta", {})
    (mark,) = RESTRICTED["security"]
    kept = [one for one in meta.get("security", []) if one != mark]
    return {**resource, "meta": {**meta, "security": [*kept, mark]}}


def _is_restricted(resource: Json) -> bool:
    match resource["resourceType"]:
        case "Flag":
            return True
        case "Consent":
            return _has(resource, WITHOUT_AGREEMENT)
        case "RelatedPerson":
            is_limited = safe_to_contact(resource).get("answer", "yes") != "yes"
            return is_limited or extension(resource, KNOWS) is False
        case "Patient":
            return any(_has(one, PRIVATE_ADDRESS) for one in resource.get("address", []))
    return False


def _has(element: Json, url: str) -> bool:
    return any(one.get("url") == url for one in element.get("extension", []))

"""References between resources: their form, where they stand, and how they are rewritten."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from shared.fhir.types import RESOURCE_TYPES

_ID = r"[A-Za-z0-9\-.]{1,64}"
_TYPE_AND_ID = re.compile(rf"(?:^|/)([A-Z][A-Za-z]+)/({_ID})(?:/_history/{_ID})?$")
_RELATIVE = re.compile(rf"([A-Z][A-Za-z]+)(?:/{_ID}(?:/_history/{_ID})?|\?\S+)", re.ASCII)
_ABSOLUTE = re.compile(r"https?://\S+|urn:(?:uuid|oid):\S+")
_BARE_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
#: Elements whose text may be the `fullUrl` of another entry of a transaction.
_LINKS = frozenset({"reference", "url", "uri", "valueUri", "valueUrl"})

#: https://hl7.org/fhir/R4/http.html#trules: also what a narrative links to or shows.
_NARRATIVE_LINK = re.compile(r"""(\b(?:href|src)\s*=\s*["'])([^"']*)(["'])""")


def references(resource: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Each `Reference.reference` in the resource with its place, `subject` or `performer[0]`."""
    if isinstance(resource, list):
        for index, item in enumerate(resource):
            yield from references(item, f"{path}[{index}]")
    elif isinstance(resource, dict):
        for key, value in resource.items():
            if key == "reference" and isinstance(value, str):
                yield path, value
            else:
                yield from references(value, f"{path}.{key}" if path else key)


def rewrite_references(resource: Any, mapping: Mapping[str, str]) -> Any:
    """The resource with each link that the mapping names replaced (`urn:uuid:…` by `Patient/…`).

    What does not change is shared with the resource given, which is left alone.
    """
    if isinstance(resource, list):
        items = [rewrite_references(item, mapping) for item in resource]
        return items if _differs(items, resource) else resource
    if not isinstance(resource, dict):
        return resource
    changed = {key: _rewritten(key, value, mapping) for key, value in resource.items()}
    return changed if _differs(changed.values(), resource.values()) else resource


def _rewritten(key: str, value: Any, mapping: Mapping[str, str]) -> Any:
    if key == "div" and isinstance(value, str):
        return _NARRATIVE_LINK.sub(lambda link: _relinked(link, mapping), value)
    if isinstance(value, str):
        return mapping.get(value, value) if key in _LINKS else value
    return rewrite_references(value, mapping)


def _relinked(link: re.Match[str], mapping: Mapping[str, str]) -> str:
    return f"{link[1]}{mapping.get(link[2], link[2])}{link[3]}"


def _differs(new: Any, old: Any) -> bool:
    return any(after is not before for after, before in zip(new, old, strict=True))


def reference_parts(reference: str) -> tuple[str, str] | None:
    """`("Patient", "7")` of `Patient/7`, `https://…/Patient/7` or either with a version."""
    found = _TYPE_AND_ID.search(reference)
    return (found[1], found[2]) if found else None


def reference_problem(
    reference: str, targets: frozenset[str] | None, contained: Mapping[str, str]
) -> str | None:
    """What is wrong with the form of a reference or the type it points to, in words; or None.

    `targets` are the types allowed here (None: any), `contained` the types of the resources inside
    by their ids. Whether the thing exists is for whoever keeps the records.
    """
    if reference.startswith("#"):
        return _contained_problem(reference[1:], targets, contained)
    if _ABSOLUTE.fullmatch(reference):
        parts = reference_parts(reference)
        kind = parts[0] if parts and parts[0] in RESOURCE_TYPES else None
    elif found := _RELATIVE.fullmatch(reference):
        kind = found[1]
    elif is_untyped(reference):
        return None
    else:
        return "A reference is written as Patient/123, a URL, urn:uuid:… or #id."
    return _type_problem(kind, targets)


def is_untyped(reference: str) -> bool:
    """Whether it is an id and no more, as BaRS messages have it: kept, but it leads nowhere."""
    return _BARE_UUID.fullmatch(reference) is not None


def _contained_problem(
    inner_id: str, targets: frozenset[str] | None, contained: Mapping[str, str]
) -> str | None:
    if not inner_id:
        return None  # "#" alone is the resource that contains this one
    if inner_id not in contained:
        return "Nothing with this id is contained in the resource."
    return _type_problem(contained[inner_id], targets)


def _type_problem(kind: str | None, targets: frozenset[str] | None) -> str | None:
    if kind is None:
        return None
    if kind not in RESOURCE_TYPES:
        return f"'{kind[:40]}' is not a type of FHIR R4."
    if targets and kind not in targets:
        return f"{kind} cannot stand here, only: {', '.join(sorted(targets))}."
    return None

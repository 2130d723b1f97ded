"""How much of each resource an answer holds, and what comes along with it.

https://hl7.org/fhir/R4/search.html#summary, #elements and #include
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from services.referral.records.included import Include, may_include
from services.referral.records.resource import Json
from shared.errors import Invalid, Issue
from shared.fhir.summaries import common_name, elements_of, needed, summary_of


class Summary(StrEnum):
    TRUE = "true"
    TEXT = "text"
    DATA = "data"
    COUNT = "count"
    FALSE = "false"


SUBSETTED = {
    "system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue",
    "code": "SUBSETTED",
    "display": "subsetted",
}
_INCLUDES = frozenset({"_include", "_revinclude"})
#: The parameters that are read here, and by nothing else.
NAMES = frozenset({"_summary", "_elements"}) | _INCLUDES
MOST_INCLUDES = 20

Pairs = Iterable[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class Shape:
    """What was asked for; `used` gives it back for the self link."""

    summary: Summary = Summary.FALSE
    elements: frozenset[str] = frozenset()
    includes: tuple[Include, ...] = ()
    used: tuple[tuple[str, str], ...] = ()

    def of_match(self, resource: Json) -> Json:
        """What of a resource that was asked for is answered."""
        if self.elements:
            return _only(resource, self.elements)
        return self.of_included(resource)

    def of_included(self, resource: Json) -> Json:
        """The same for one that comes along: `_elements` names elements of the other type."""
        match self.summary:
            case Summary.TRUE:
                return _subsetted(summary_of(resource))
            case Summary.TEXT:
                return _only(resource, frozenset({"text"}))
            case Summary.DATA:
                return _subsetted({key: one for key, one in resource.items() if key != "text"})
        return resource

    @property
    def is_whole(self) -> bool:
        return not self.elements and self.summary in (Summary.FALSE, Summary.COUNT)


def is_shaping(name: str) -> bool:
    """Whether a parameter, with or without a modifier, is read here."""
    return name.partition(":")[0] in NAMES


def shape_of(type: str, given: Pairs, *, lenient: bool = False) -> Shape:
    """What these parameters ask for. Invalid for what cannot be understood, unless `lenient`."""
    asked = [(name, value) for name, value in given if is_shaping(name)]
    issues: list[Issue] = []
    used = []
    for name, value in asked:
        wrong = _wrong_with(type, name, value)
        issues += wrong
        if not wrong:
            used.append((name, value))
    shape = _shape(used)
    if issues and not lenient:
        raise Invalid(*issues)
    _check_together(shape)
    return shape


def _shape(used: list[tuple[str, str]]) -> Shape:
    last = dict(used)
    elements = last.get("_elements", "")
    includes = dict.fromkeys(
        _include(name, value) for name, value in used if name.partition(":")[0] in _INCLUDES
    )
    return Shape(
        summary=Summary(last.get("_summary", Summary.FALSE)),
        elements=frozenset(elements.split(",")) if elements else frozenset(),
        includes=tuple(includes),
        used=tuple(used),
    )


def _wrong_with(type: str, name: str, value: str) -> list[Issue]:
    if name == "_summary":
        known = ", ".join(Summary)
        is_known = value in set(Summary)
        return [] if is_known else [Issue(f"_summary is one of: {known}.", name, "value")]
    if name == "_elements":
        unknown = sorted(set(value.split(",")) - elements_of(type))
        return [Issue(f"{type} has no element “{one[:80]}”.", name, "value") for one in unknown]
    return _wrong_include(type, name, value)


def _wrong_include(type: str, name: str, value: str) -> list[Issue]:
    if name.partition(":")[2] not in ("", "iterate") or name.partition(":")[0] not in _INCLUDES:
        return [Issue(f"“{name[:80]}” is not known.", name[:80], "value")]
    include = _include(name, value)
    if may_include(type, include):
        return []
    text = f"“{value[:80]}” is no reference that can be followed here."
    return [Issue(text, name, "value")]


def _include(name: str, value: str) -> Include:
    source, _, rest = value.partition(":")
    param, _, target = rest.partition(":")
    return Include(
        type=source,
        param=param,
        target=target or None,
        is_reverse=name.startswith("_revinclude"),
        is_iterated=name.endswith(":iterate"),
    )


def _check_together(shape: Shape) -> None:
    if shape.elements and shape.summary is not Summary.FALSE:
        raise Invalid(Issue("Ask for _summary or for _elements.", "_elements", "value"))
    if shape.includes and shape.summary is Summary.TEXT:
        text = "With _summary=text nothing is included."
        raise Invalid(Issue(text, "_summary", "value"))
    if len(shape.includes) > MOST_INCLUDES:
        text = f"At most {MOST_INCLUDES} includes are followed at once."
        raise Invalid(Issue(text, "_include", "too-costly"))


def _only(resource: Json, wanted: frozenset[str]) -> Json:
    type = resource["resourceType"]
    kept = wanted | needed(type)
    return _subsetted(
        {
            key: one
            for key, one in resource.items()
            if key.removeprefix("_") in kept or common_name(type, key) in kept
        }
    )


def _subsetted(resource: Json) -> Json:
    """Marked, so that nobody sends the part back in place of the whole."""
    meta = resource.get("meta", {})
    tags = [one for one in meta.get("tag", []) if one != SUBSETTED]
    return {**resource, "meta": {**meta, "tag": [*tags, SUBSETTED]}}

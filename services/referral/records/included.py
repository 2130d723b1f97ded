"""What comes along with the resources that a search found: what they point at, and what points
at them.

https://hl7.org/fhir/R4/search.html#include
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from services.referral.records.look_up import look_up
from services.referral.records.reading import Reading
from services.referral.records.resource import Resource
from services.referral.records.search import Criterion, Query, search
from services.referral.records.search_params import Kind, Param, find_param, params_of
from shared.fhir.references import references
from shared.fhir.shapes import Element, Shape, element_shape, resource_shape
from shared.fhir.types import STORED_TYPES

#: More than this is not sent along with one page.
MOST_INCLUDED = 1_000
#: Looks at records are no part of them.
_FOLLOWED = STORED_TYPES - {"AuditEvent"}
_POSITION = re.compile(r"\[\d+\]")
_HERE = re.compile(r"([A-Z][A-Za-z]+/[A-Za-z0-9.-]{1,64})(?:/_history/.*)?")


@dataclass(frozen=True, kw_only=True)
class Include:
    """`Task:focus`, with a target type or without. `is_reverse`: from what points at a match.
    `is_iterated`: from what has come along as well, one step further."""

    type: str
    param: str
    target: str | None = None
    is_reverse: bool = False
    is_iterated: bool = False


@dataclass(frozen=True, kw_only=True)
class Included:
    """`is_cut_short`: there is more, and it was left out."""

    resources: tuple[Resource, ...] = ()
    is_cut_short: bool = False


@cache
def includes_of(type: str) -> dict[str, frozenset[str]]:
    """The parameters of a type whose references can be followed, each with the kept types that
    may stand there."""
    if type not in _FOLLOWED:
        return {}
    found = {one.name: _targets(type, one) for one in params_of(type) if one.kind is Kind.REFERENCE}
    return {name: targets for name, targets in found.items() if targets}


def may_include(searched: str, include: Include) -> bool:
    """Whether it can lead anywhere in a search of that type."""
    targets = includes_of(include.type).get(include.param)
    if not targets or (include.target and include.target not in targets):
        return False
    if include.is_iterated:
        return True
    return searched in targets if include.is_reverse else searched == include.type


def included(
    record: Reading,
    found: Sequence[Resource],
    asked: Sequence[Include],
    shown: Callable[[Sequence[Resource]], Sequence[Resource]],
) -> Included:
    """Each that comes along once, and none of those that were found anyway. `shown` says what of
    it the caller is given: nothing else is followed further."""
    first = shown(_next_to(record, found, asked))
    again = [one for one in asked if one.is_iterated]
    second = shown(_next_to(record, first, again)) if again else ()
    known = {one.reference for one in found}
    along = {one.reference: one for one in (*first, *second) if one.reference not in known}
    return Included(
        resources=tuple(along.values())[:MOST_INCLUDED], is_cut_short=len(along) > MOST_INCLUDED
    )


def _next_to(
    record: Reading, found: Sequence[Resource], asked: Sequence[Include]
) -> list[Resource]:
    pointed_at = [one for include in asked if not include.is_reverse
                  for one in _pointed_at(found, include)]  # fmt: skip
    wanted = list(dict.fromkeys(pointed_at))[: MOST_INCLUDED + 1]
    kept = look_up(record, wanted)
    along = {ref: kept[ref] for ref in wanted if ref in kept and not kept[ref].deleted}
    for include in asked:
        if include.is_reverse:
            along |= {one.reference: one for one in _pointing(record, found, include)}
    return list(along.values())


def _pointed_at(found: Iterable[Resource], include: Include) -> list[str]:
    param = find_param(include.type, include.param)
    places = frozenset(param.paths) if param else frozenset()
    targets = {include.target} if include.target else includes_of(include.type)[include.param]
    return [
        here[1]
        for one in found
        if one.type == include.type
        for place, written in references(one.json)
        if _POSITION.sub("", place) in places
        and (here := _HERE.fullmatch(written))
        and here[1].partition("/")[0] in targets
    ]


def _pointing(record: Reading, found: Sequence[Resource], include: Include) -> tuple[Resource, ...]:
    targets = {include.target} if include.target else includes_of(include.type)[include.param]
    at = tuple(one.reference for one in found if one.type in targets)
    if not at:
        return ()
    pointing = Criterion(name=include.param, values=at)
    query = Query(type=include.type, criteria=(pointing,), size=MOST_INCLUDED + 1)
    return search(record, query).resources


def _targets(type: str, param: Param) -> frozenset[str]:
    """The kept types that a parameter leads to."""
    shape = resource_shape(type)
    may_stand = frozenset().union(*(_at(shape, path) for path in param.paths)) if shape else ()
    return frozenset(may_stand) & frozenset(param.stored_targets)


def _at(shape: Shape, path: str) -> frozenset[str]:
    """The kept types that a reference at this path may point at; none for what is no reference."""
    name, _, rest = path.partition(".")
    element: Element | None = shape.elements.get(name)
    if element is None or element.read:
        return frozenset()
    if rest:
        return _at(element_shape(element), rest)
    if element.type_name != "Reference":
        return frozenset()
    return (element.targets or _FOLLOWED) & _FOLLOWED

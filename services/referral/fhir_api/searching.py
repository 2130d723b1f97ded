"""Search parameters as they come in a URL, and the page that answers them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from services.referral.domain.scopes import Interaction
from services.referral.fhir_api.answers import bundle
from services.referral.fhir_api.asking import check_scope
from services.referral.fhir_api.cursors import UNSEARCHABLE, place_in, place_of
from services.referral.fhir_api.search_words import REFUSED, read_criterion
from services.referral.records.resource import Json
from services.referral.records.search_criteria import targets_of
from services.referral.records.search_query import Criterion, Order, Page, Query
from services.referral.records.search_sort import sorts_of
from shared.errors import Invalid, Issue
from shared.identity import Principal

#: More values than this in one search no client needs, and a database plans them for minutes.
MOST_VALUES = 200
_WHOLE_NUMBER = re.compile(r"[0-9]{1,18}")
DEFAULT_SIZE = 20
MAX_SIZE = 1000
#: More keys than this say nothing more, and chains over other tables are looked up row by row.
MOST_SORTS, MOST_CHAINS = 3, 3
RESULT = frozenset(
    {"_count", "_after", "_total", "_totalMethod", "_sort", "_summary", "_format", "_pretty"}
)
_TOTALS = ("none", "estimate", "accurate")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A query with the parameters that it used, as the self link gives them back."""

    query: Query
    used: tuple[tuple[str, str], ...]


def query_of(type: str, given: Iterable[tuple[str, str]], prefer: str | None) -> Asked:
    """Unknown parameters are an error, unless the client prefers `handling=lenient`."""
    lenient = "handling=lenient" in (prefer or "")
    results: dict[str, str] = {}
    criteria: list[Criterion] = []
    used, issues = [], []
    for name, value in given:
        if name in RESULT:
            results[name] = value
        elif found := read_criterion(type, name, value):
            criteria.append(found)
        else:
            issues += [] if lenient else [_unknown(type, name)]
            continue
        used.append((name, value))
    issues += _value_issues(used) + _chain_issues(criteria)
    if issues:
        raise Invalid(*issues)
    return Asked(query=_query(type, criteria, results), used=tuple(used))


def _query(type: str, criteria: Iterable[Criterion], results: Mapping[str, str]) -> Query:
    order = _order(type, results.get("_sort", ""))
    after = results.get("_after")
    counts = results.get("_total", "none") != "none" or results.get("_totalMethod") == "count"
    if results.get("_total", "none") not in _TOTALS:
        raise Invalid(Issue(f"_total is one of: {', '.join(_TOTALS)}.", "_total", "value"))
    size = 0 if results.get("_summary") == "count" else _size(results.get("_count"))
    return Query(
        type=type,
        criteria=tuple(criteria),
        size=size,
        order=order,
        after=None if after is None else place_in(after, type, order),
        counted=counts or size == 0,
    )


def _unknown(type: str, name: str) -> Issue:
    why = REFUSED.get(name, f"{type} cannot be searched by “{name[:80]}”.")
    return Issue(why, name[:80], "value")


def _value_issues(used: Iterable[tuple[str, str]]) -> list[Issue]:
    """What no database could look for, or not in a reasonable time."""
    issues, values = [], 0
    for name, value in used:
        values += 1 + value.count(",")
        if UNSEARCHABLE.search(value):
            issues.append(Issue("This holds a control character.", name[:80], "value"))
    if values > MOST_VALUES:
        text = f"At most {MOST_VALUES} values are searched for at once."
        return [Issue(text, code="too-costly")]
    return issues


def _chain_issues(criteria: Iterable[Criterion]) -> list[Issue]:
    chains = sum(1 for one in criteria if one.then)
    if chains <= MOST_CHAINS:
        return []
    return [Issue(f"At most {MOST_CHAINS} chains in one search.", code="too-costly")]


def _order(type: str, written: str) -> tuple[Order, ...]:
    """`_sort=-due,_id`: the keys, each once."""
    names = [one for one in written.split(",") if one]
    order = tuple(Order(one.removeprefix("-"), one.startswith("-")) for one in names)
    known = sorts_of(type)
    for one in order:
        if one.name not in known:
            text = f"{type} cannot be sorted by “{one.name[:80]}”; it can by: {', '.join(known)}."
            raise Invalid(Issue(text, "_sort", "value"))
    if len({one.name for one in order}) < len(order) or len(order) > MOST_SORTS:
        text = f"_sort takes up to {MOST_SORTS} keys, each once."
        raise Invalid(Issue(text, "_sort", "value"))
    return order


def _size(written: str | None) -> int:
    if written is None:
        return DEFAULT_SIZE
    if not _WHOLE_NUMBER.fullmatch(written):
        raise Invalid(Issue("_count is a whole number.", "_count", "value"))
    return min(int(written), MAX_SIZE)


def check_chains(query: Query, who: Principal) -> None:
    """A chain tells something of every type that it leads to: the token must allow to search them
    as well. Raises NotAllowed."""
    for type in sorted(types_reached(query)):
        check_scope(who, type, Interaction.SEARCH)


def types_reached(query: Query) -> frozenset[str]:
    """The types of which the criteria ask something, besides the one that is searched."""
    return frozenset(
        type for one in query.criteria if one.then for type in targets_of(query.type, one, one.then)
    )


def searchset(page: Page, asked: Asked, base: str) -> Json:
    """The page with links to itself and to the next."""
    entries = [
        {
            "fullUrl": f"{base}/fhir/{one.reference}",
            "resource": one.json,
            "search": {"mode": "match"},
        }
        for one in page.resources
    ]
    address = f"{base}/fhir/{asked.query.type}"
    links = [{"relation": "self", "url": _url(address, asked.used)}]
    if page.next:
        links.append({"relation": "next", "url": next_url(page.next, asked, address)})
    parts = {"total": page.total} if page.total is not None else {}
    return bundle("searchset", entries, link=links, **parts)


def next_url(place: tuple[str, ...], asked: Asked, address: str) -> str:
    """The address of the page that begins behind that place."""
    kept = [(name, value) for name, value in asked.used if name != "_after"]
    after = place_of(place, asked.query.type, asked.query.order)
    return _url(address, [*kept, ("_after", after)])


def _url(address: str, parameters: Iterable[tuple[str, str]]) -> str:
    query = urlencode(list(parameters))
    return f"{address}?{query}" if query else address

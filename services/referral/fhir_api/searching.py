"""Search parameters as they come in a URL, and the page that answers them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from services.referral.fhir_api.answers import bundle
from services.referral.records.resource import Json
from services.referral.records.search import Criterion, Page, Query, find_param
from shared.errors import Invalid, Issue

#: More values than this in one search no client needs, and a database plans them for minutes.
MOST_VALUES = 200
_WHOLE_NUMBER = re.compile(r"[0-9]{1,18}")
_UNSEARCHABLE = re.compile(r"[\x00-\x08\x0b-\x1f\ud800-\udfff]")
DEFAULT_SIZE = 20
MAX_SIZE = 200
_MODIFIERS = frozenset({"", "not", "exact", "contains", "missing"})
_RESULT = frozenset({"_count", "_after", "_total", "_format", "_pretty"})


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A query with the parameters that it used, as the self link gives them back."""

    query: Query
    used: tuple[tuple[str, str], ...]


def query_of(type: str, given: Iterable[tuple[str, str]], prefer: str | None) -> Asked:
    """Unknown parameters are an error, unless the client prefers `handling=lenient`."""
    lenient = "handling=lenient" in (prefer or "")
    results, criteria, used, issues = {}, [], [], []
    for name, value in given:
        base, _, modifier = name.partition(":")
        if base in _RESULT:
            results[base] = value
            used.append((name, value))
        elif _is_known(type, base) and modifier in _MODIFIERS:
            criteria.append(Criterion(name=base, modifier=modifier, values=tuple(value.split(","))))
            used.append((name, value))
        elif not lenient:
            issues.append(Issue(f"{type} cannot be searched by “{name[:80]}”.", name[:80], "value"))
    issues += _value_issues(used)
    if issues:
        raise Invalid(*issues)
    query = Query(
        type=type,
        criteria=tuple(criteria),
        size=_size(results.get("_count")),
        after=results.get("_after"),
        counted=results.get("_total") == "accurate" or results.get("_count") == "0",
    )
    return Asked(query=query, used=tuple(used))


def _value_issues(used: Iterable[tuple[str, str]]) -> list[Issue]:
    """What no database could look for, or not in a reasonable time."""
    issues, values = [], 0
    for name, value in used:
        values += 1 + value.count(",")
        if _UNSEARCHABLE.search(value):
            issues.append(Issue("This holds a control character.", name[:80], "value"))
    if values > MOST_VALUES:
        text = f"At most {MOST_VALUES} values are searched for at once."
        return [Issue(text, code="too-costly")]
    return issues


def _is_known(type: str, name: str) -> bool:
    return name in ("_id", "_lastUpdated") or find_param(type, name) is not None


def _size(written: str | None) -> int:
    if written is None:
        return DEFAULT_SIZE
    if not _WHOLE_NUMBER.fullmatch(written):
        raise Invalid(Issue("_count is a whole number.", "_count", "value"))
    return min(int(written), MAX_SIZE)


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
    if page.has_more and page.resources:
        kept = [(name, value) for name, value in asked.used if name != "_after"]
        following = [*kept, ("_after", page.resources[-1].id)]
        links.append({"relation": "next", "url": _url(address, following)})
    parts = {"total": page.total} if page.total is not None else {}
    return bundle("searchset", entries, link=links, **parts)


def _url(address: str, parameters: Iterable[tuple[str, str]]) -> str:
    query = urlencode(list(parameters))
    return f"{address}?{query}" if query else address

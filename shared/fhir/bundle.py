"""Checks the envelope of a Bundle from outside; what its entries hold is `check`ed one by one."""

from collections import Counter
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from shared.errors import Issue
from shared.fhir.check import walk_issues
from shared.fhir.codes import CODE_SYSTEMS
from shared.fhir.rules import Around
from shared.fhir.walk import Walk

_WITH_REQUESTS = {"transaction", "batch"}
_WITH_BODY = {"POST", "PUT", "PATCH"}


def check_bundle(
    bundle: Any, *, now: datetime, types: Collection[str], max_entries: int = 500
) -> list[Issue]:
    """Everything wrong with a Bundle but for the resources in it; empty if all is well.

    `types` are the kinds of Bundle taken here. More than `max_entries` is `too-costly` and looked
    at no further.
    """
    if not isinstance(bundle, dict) or bundle.get("resourceType") != "Bundle":
        return [Issue("This must be a Bundle.", "resourceType", "structure")]
    entries = bundle.get("entry")
    if isinstance(entries, list) and len(entries) > max_entries:
        text = f"This Bundle has {len(entries)} entries; at most {max_entries} are taken at once."
        return [Issue(text, "Bundle.entry", "too-costly")]
    around = Around(now.date(), {}, CODE_SYSTEMS)
    found = walk_issues(bundle, "Bundle", Walk(around, into_resources=False))
    return [*found, *_type_issues(bundle, types), *_entry_issues(bundle)]


def _type_issues(bundle: dict[str, Any], types: Collection[str]) -> Iterator[Issue]:
    kind = bundle.get("type")
    if isinstance(kind, str) and kind not in types:
        text = f"A Bundle taken here is of type {' or '.join(sorted(types))}."
        yield Issue(text, "Bundle.type", "not-supported")
    if not bundle.get("entry"):
        yield Issue("A Bundle needs at least one entry.", "Bundle.entry", "required")


def _entry_issues(bundle: dict[str, Any]) -> Iterator[Issue]:
    entries = bundle.get("entry")
    for index, entry in enumerate(entries if isinstance(entries, list) else []):
        if isinstance(entry, dict):
            yield from _missing(entry, bundle.get("type"), f"Bundle.entry[{index}]")
    yield from _repeated_urls(entries if isinstance(entries, list) else [])


def _missing(entry: dict[str, Any], kind: Any, path: str) -> Iterator[Issue]:
    request = entry.get("request")
    method = request.get("method") if isinstance(request, dict) else None
    asks = isinstance(kind, str) and kind in _WITH_REQUESTS
    if asks and request is None:
        yield Issue("Each entry says what to do in its request.", f"{path}.request", "required")
    needed = not asks or (isinstance(method, str) and method in _WITH_BODY)
    if "resource" not in entry and needed:
        yield Issue("This entry needs a resource.", f"{path}.resource", "required")


def _repeated_urls(entries: list[Any]) -> Iterator[Issue]:
    urls = [entry.get("fullUrl") if isinstance(entry, dict) else None for entry in entries]
    times = Counter(url for url in urls if isinstance(url, str))
    for index, url in enumerate(urls):
        if isinstance(url, str) and times[url] > 1:
            text = "Two entries have this fullUrl, so a reference to it is ambiguous."
            yield Issue(text, f"Bundle.entry[{index}].fullUrl", "duplicate")

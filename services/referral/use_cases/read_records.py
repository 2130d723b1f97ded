"""Look at records: one resource, its versions, or those that a search finds. Each look is noted.

Of a search the names of what it asked by are noted, and never their values.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from services.referral.domain.scopes import Interaction, allows
from services.referral.records.histories import (
    Versions,
    Wanted,
    marked_versions,
    versions,
)
from services.referral.records.included import Include, Included, included
from services.referral.records.reading import MISSING, Reading
from services.referral.records.resource import Resource
from services.referral.records.search import Page, Query, search
from services.referral.use_cases.leaving import all_leaving, leaving, versions_leaving
from services.referral.use_cases.workplace import Workplace
from shared.errors import NotFound
from shared.identity import Principal


def read_resource(
    type: str, id: str, *, who: Principal, at: Workplace, version: int | None = None
) -> Resource:
    """NotFound when there is none that the principal may see."""
    with at.records.reading(who, now=at.clock()) as record:
        return look_at(type, id, version, record=record)


def look_at(type: str, id: str, version: int | None, *, record: Reading) -> Resource:
    """The same in a transaction that is open already."""
    if version is None:
        found = record.resource(type, id)
        record.note("read", found)
        return leaving(found, record)
    found = record.version(type, id, version)
    record.note("vread", found)
    newest = record.newest(type, id) or found
    return versions_leaving((found, newest), record)[0]


def read_history(wanted: Wanted, *, who: Principal, at: Workplace) -> Versions:
    """A page of versions, newest first. NotFound when the one that is named may not be seen."""
    with at.records.reading(who, now=at.clock()) as record:
        _check_history(record, wanted)
        found = versions(record, wanted)
        if wanted.id is None:
            detail = f"{len(found.resources)} versions"
            record.note_several("history", found.resources, detail, wanted.type)
        return replace(found, resources=tuple(_versions_leaving(found.resources, record)))


def _check_history(record: Reading, wanted: Wanted) -> None:
    if wanted.id is None:
        return
    record.sought = (wanted.type, wanted.id)
    about = record.newest(wanted.type, wanted.id)
    if about is None:
        raise NotFound(MISSING)
    record.note("history", about)


def _versions_leaving(found: Sequence[Resource], record: Reading) -> Iterator[Resource]:
    """What is left out of any version is left out of all, also of one on another page."""
    marked = marked_versions(record, found)
    for one in found:
        yield versions_leaving((one, *marked.get(one.id, ())), record)[0]


@dataclass(frozen=True, kw_only=True)
class Searched:
    """A page with what comes along with it."""

    page: Page
    along: Included


def search_resources(
    query: Query, *, who: Principal, at: Workplace, includes: Sequence[Include] = ()
) -> Searched:
    """What comes along is what the principal may see and the token may read; the rest is left out
    without a word."""
    with at.records.reading(who, now=at.clock()) as record:
        page = look_for(query, record=record)
        return Searched(page=page, along=_along(record, page.resources, includes))


def look_for(query: Query, *, record: Reading) -> Page:
    """The same in a transaction that is open already, without what comes along."""
    page = search(record, query)
    asked = " ".join(one.spelled for one in query.criteria)
    detail = f"{asked}: {len(page.resources)} found".removeprefix(": ")
    record.note_several("search", page.resources, detail, query.type)
    return replace(page, resources=tuple(all_leaving(page.resources, record)))


def _along(record: Reading, found: Sequence[Resource], includes: Sequence[Include]) -> Included:
    """One line of the audit for each type that comes along."""
    if not includes:
        return Included()
    scope = record.who.scope or ""

    def shown(some: Sequence[Resource]) -> Sequence[Resource]:
        read = [one for one in some if allows(scope, one.type, Interaction.READ)]
        return all_leaving(read, record)

    along = included(record, found, includes, shown)
    for type in dict.fromkeys(one.type for one in along.resources):
        of_type = [one for one in along.resources if one.type == type]
        record.note_several("search", of_type, f"included: {len(of_type)} found", type)
    return along

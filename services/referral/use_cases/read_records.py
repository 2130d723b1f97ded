"""Look at records: one resource, its versions, or those that a search finds. Each look is noted.

Of a search the names of what it asked by are noted, and never their values.
"""

from dataclasses import replace

from services.referral.records.reading import Reading
from services.referral.records.resource import Resource
from services.referral.records.search import Page, Query, search
from services.referral.use_cases.leaving import all_leaving, leaving, versions_leaving
from services.referral.use_cases.workplace import Workplace
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


def read_history(type: str, id: str, *, who: Principal, at: Workplace) -> list[Resource]:
    """Every version, newest first."""
    with at.records.reading(who, now=at.clock()) as record:
        versions = record.history(type, id)
        record.note("history", versions[0])
        return versions_leaving(versions, record)


def search_resources(query: Query, *, who: Principal, at: Workplace) -> Page:
    with at.records.reading(who, now=at.clock()) as record:
        return look_for(query, record=record)


def look_for(query: Query, *, record: Reading) -> Page:
    """The same in a transaction that is open already."""
    page = search(record, query)
    asked = " ".join(one.name for one in query.criteria)
    detail = f"{asked}: {len(page.resources)} found".removeprefix(": ")
    record.note_several("search", page.resources, detail, query.type)
    return replace(page, resources=tuple(all_leaving(page.resources, record)))

"""Look at records: one resource, its versions, or those that a search finds. Each look is noted."""

from services.referral.records.resource import Resource
from services.referral.records.search import Page, Query, search
from services.referral.use_cases.workplace import Workplace
from shared.identity import Principal


def read_resource(
    type: str, id: str, *, who: Principal, at: Workplace, version: int | None = None
) -> Resource:
    """NotFound when there is none that the principal may see."""
    with at.records.reading(who, now=at.clock()) as record:
        if version is not None:
            return record.version(type, id, version)
        return record.resource(type, id)


def read_history(type: str, id: str, *, who: Principal, at: Workplace) -> list[Resource]:
    """Every version, newest first."""
    with at.records.reading(who, now=at.clock()) as record:
        return record.history(type, id)


def search_resources(query: Query, *, who: Principal, at: Workplace) -> Page:
    with at.records.reading(who, now=at.clock()) as record:
        return search(record, query)

"""Searches over the records: what fits, in order, and page by page."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy
from sqlalchemy import Select, func, union_all
from sqlmodel import col, select

from services.referral.records.reading import Reading
from services.referral.records.resource import Resource, to_resource
from services.referral.records.search_criteria import conditions, ids_of
from services.referral.records.search_params import find_param
from services.referral.records.search_query import Criterion, Page, Query, token_parts
from services.referral.records.search_queue import owners
from services.referral.records.search_sort import (
    Key,
    behind,
    in_order,
    keys_of,
    written_values,
)
from services.referral.records.tables import QueueRow, ResourceRow

__all__ = ["Criterion", "Page", "Query", "search"]

#: https://hl7.org/fhir/R4/valueset-task-status.html
_STATUSES = (
    *("draft", "requested", "received", "accepted", "rejected", "ready", "cancelled"),
    *("in-progress", "on-hold", "failed", "completed", "entered-in-error"),
)
#: More worklists than this are not read one by one.
_MOST_WORKLISTS = 60


def search(record: Reading, query: Query) -> Page:
    """The next page, oldest first if no order is asked for. Raises Invalid for a value that cannot
    be read."""
    keys = keys_of(record, query.type, query.order)
    places = _places(record, query, keys) if query.size else []
    shown = places[: query.size]
    found = _by_id(record, query.type, [place[-1] for place in shown])
    return Page(
        resources=tuple(found[place[-1]] for place in shown if place[-1] in found),
        next=written_values(keys, shown[-1]) if len(places) > query.size else None,
        total=_count(record, query) if query.counted else None,
    )


def _places(record: Reading, query: Query, keys: Sequence[Key]) -> list[tuple[Any, ...]]:
    """The values of the keys, the id last, of one more than the page holds."""
    lists = _worklists(record, query)
    wanted = sqlalchemy.select(*(key.value.label(f"key_{n}") for n, key in enumerate(keys)))
    wanted = wanted.where(*conditions(record, query.type, query.criteria), *behind(keys, query))
    wanted = wanted.order_by(*in_order(keys)).limit(query.size + 1)
    if lists:
        wanted = _merged(wanted, lists, keys, query.size + 1)
    return [tuple(row) for row in record.session.execute(wanted)]


def _merged(
    wanted: Select[Any], lists: Sequence[tuple[str, str]], keys: Sequence[Key], size: int
) -> Select[Any]:
    """Each worklist is read in the order of its index as far as the page goes: for several at once
    the database would sort all that is in them."""
    parts = [sqlalchemy.select(_of(wanted, owner, status).subquery()) for owner, status in lists]
    both = union_all(*parts).subquery()
    columns = [both.c[f"key_{n}"] for n in range(len(keys))]
    order = [
        one.desc() if key.descending else one.asc() for one, key in zip(columns, keys, strict=True)
    ]
    return sqlalchemy.select(*columns).order_by(*order).limit(size)


def _of(wanted: Select[Any], owner: str, status: str) -> Select[Any]:
    return wanted.where(col(QueueRow.owner) == owner, col(QueueRow.status) == status)


def _worklists(record: Reading, query: Query) -> list[tuple[str, str]]:
    """The owners and statuses that a search of Tasks keeps to, if it names owners."""
    if query.type != "Task":
        return []
    by_name = {one.name: one for one in query.criteria}
    param, owner = find_param("Task", "owner"), by_name.get("owner")
    known = owners(record, param, owner) if param and owner else None
    lists = [(one, status) for one in known or () for status in _statuses(by_name.get("status"))]
    return lists if len(lists) <= _MOST_WORKLISTS else []


def _statuses(asked: Criterion | None) -> Sequence[str]:
    if asked is None or asked.modifier:
        return _STATUSES
    codes = {token_parts(value)[1] for value in asked.values}
    return [one for one in _STATUSES if one in codes] if "" not in codes else _STATUSES


def _by_id(record: Reading, type: str, ids: Sequence[str]) -> dict[str, Resource]:
    if not ids:
        return {}
    wanted = select(ResourceRow).where(ResourceRow.type == type, col(ResourceRow.id).in_(ids))
    return {row.id: to_resource(row) for row in record.session.exec(wanted)}


def _count(record: Reading, query: Query) -> int:
    fitting = ids_of(record, query.type, query.criteria).subquery()
    return record.session.exec(select(func.count()).select_from(fitting)).one()

"""Searches over the records: criteria to statements, and pages by keyset.

Criteria of Task that the queue has a column for are answered from the queue.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, not_, or_, true
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from services.referral.records.index import folded
from services.referral.records.instants import span
from services.referral.records.resource import Resource, to_resource
from services.referral.records.search_params import PARAMS, QUEUE_PARAMS, Kind, Param
from services.referral.records.store import Reading
from services.referral.records.tables import QueueRow, ResourceRow, SearchRow
from shared.errors import Invalid, Issue


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """One search parameter with a modifier ("" for none) and its values, any of which may fit."""

    name: str
    modifier: str = ""
    values: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Query:
    """A search of one type; all criteria must fit. `after` is the last id of the page before."""

    type: str
    criteria: tuple[Criterion, ...] = ()
    size: int = 20
    after: str | None = None
    counted: bool = False


@dataclass(frozen=True, kw_only=True)
class Page:
    resources: tuple[Resource, ...]
    has_more: bool
    total: int | None = None


_QUEUE_COLUMNS: dict[str, Any] = {
    "owner": QueueRow.owner,
    "status": QueueRow.status,
    "business-status": QueueRow.business_status,
    "priority": QueueRow.priority,
    "due": QueueRow.due_at,
    "authored-on": QueueRow.made_at,
    "next-escalation": QueueRow.next_escalation_at,
    "level": QueueRow.level,
    "concern": QueueRow.concern_code,
}
#: Reference parameters of Task: the queue's column, and the type that its ids are of.
_QUEUE_REFERENCES: dict[str, tuple[Any, str]] = {
    "requester": (QueueRow.setting_id, "Organization"),
    "focus": (QueueRow.concern_id, "ServiceRequest"),
    "part-of": (QueueRow.part_of, "Task"),
    "patient": (QueueRow.child_id, "Patient"),
    "subject": (QueueRow.child_id, "Patient"),
}
_LEVEL = re.compile(r"[0-9]{1,9}")
_PREFIXES = ("eq", "ne", "gt", "lt", "ge", "le", "sa", "eb")


def find_param(type: str, name: str) -> Param | None:
    known = (*PARAMS[type], *(QUEUE_PARAMS if type == "Task" else ()))
    return next((param for param in known if param.name == name), None)


def search(record: Reading, query: Query) -> Page:
    """The next page, oldest first. Raises Invalid for a value that cannot be read."""
    wanted = _wanted(query)
    page = wanted.order_by(col(ResourceRow.id)).limit(query.size + 1)
    if query.after:
        page = page.where(col(ResourceRow.id) > query.after)
    found = [to_resource(row) for row in record.session.exec(page)]
    total = None
    if query.counted:
        total = record.session.exec(select(func.count()).select_from(wanted.subquery())).one()
    return Page(resources=tuple(found[: query.size]), has_more=len(found) > query.size, total=total)


def _wanted(query: Query) -> SelectOfScalar[ResourceRow]:
    wanted = select(ResourceRow).where(
        ResourceRow.type == query.type, col(ResourceRow.deleted).is_(False)
    )
    if any(_is_of_queue(query.type, criterion) for criterion in query.criteria):
        wanted = wanted.join(QueueRow, col(QueueRow.task_id) == ResourceRow.id)
    for criterion in query.criteria:
        wanted = wanted.where(_condition(query.type, criterion))
    return wanted


def _is_of_queue(type: str, criterion: Criterion) -> bool:
    return type == "Task" and any(param.name == criterion.name for param in QUEUE_PARAMS)


def _condition(type: str, criterion: Criterion) -> ColumnElement[bool]:
    if criterion.name == "_id":
        return col(ResourceRow.id).in_(criterion.values)
    if criterion.name == "_lastUpdated":
        return or_(*(_at(ResourceRow.last_updated, value) for value in criterion.values))
    param = find_param(type, criterion.name)
    if param is None:
        raise Invalid(Issue(f"{type} cannot be searched by “{criterion.name}”.", code="value"))
    if _is_of_queue(type, criterion):
        condition = or_(*(_in_queue(criterion.name, value) for value in criterion.values))
    else:
        condition = _in_index(type, param, criterion)
    if criterion.modifier == "not":
        return not_(func.coalesce(condition, false()))  # what has no value at all is not that value
    return condition


def _in_queue(name: str, value: str) -> ColumnElement[bool]:
    if name in _QUEUE_REFERENCES:
        column, type = _QUEUE_REFERENCES[name]
        return col(column) == value.removeprefix(f"{type}/")
    column = _QUEUE_COLUMNS[name]
    if name == "owner" and "/" not in value:
        return col(column).endswith(f"/{value}", autoescape=True)
    if name in ("due", "authored-on", "next-escalation"):
        return _at(column, value)
    if name == "level":
        return _number(column, value)
    return col(column) == value.rpartition("|")[2]


def _number(column: Any, value: str) -> ColumnElement[bool]:
    prefix, rest = _prefixed(value)
    if not _LEVEL.fullmatch(rest):
        raise Invalid(Issue(f"“{value[:80]}” is not a whole number.", code="value"))
    return _compared(col(column), prefix, int(rest), int(rest))


def _at(column: Any, value: str) -> ColumnElement[bool]:
    prefix, rest = _prefixed(value)
    low, high = _span(rest)
    return _compared(col(column), prefix, datetime.fromisoformat(low), datetime.fromisoformat(high))


def _compared(column: Any, prefix: str, low: Any, high: Any) -> ColumnElement[bool]:
    conditions = {
        "eq": and_(column >= low, column <= high),
        "ne": or_(column < low, column > high),
        "gt": column > high,
        "sa": column > high,
        "lt": column < low,
        "eb": column < low,
        "ge": column >= low,
        "le": column <= high,
    }
    found: ColumnElement[bool] = conditions[prefix]
    return found


def _prefixed(value: str) -> tuple[str, str]:
    return (value[:2], value[2:]) if value[:2] in _PREFIXES else ("eq", value)


def _span(written: str) -> tuple[str, str]:
    try:
        return span(written)
    except (ValueError, OverflowError):
        raise Invalid(Issue(f"“{written[:80]}” is not a date of FHIR.", code="value")) from None


def _in_index(type: str, param: Param, criterion: Criterion) -> ColumnElement[bool]:
    rows = select(SearchRow.id).where(SearchRow.type == type, SearchRow.param == param.name)
    if criterion.modifier == "missing":
        has_one = col(ResourceRow.id).in_(rows)
        return not_(has_one) if criterion.values == ("true",) else has_one
    matches = or_(*(_matches(param, criterion.modifier, value) for value in criterion.values))
    return col(ResourceRow.id).in_(rows.where(matches))


def _matches(param: Param, modifier: str, value: str) -> ColumnElement[bool]:
    if param.kind is Kind.TOKEN:
        return _token(value)
    if param.kind is Kind.REFERENCE:
        return _reference(param, value)
    if param.kind is Kind.DATE:
        return _within(value)
    return _string(modifier, value)


def _token(value: str) -> ColumnElement[bool]:
    system, bar, code = value.rpartition("|")
    conditions = []
    if code:
        conditions.append(col(SearchRow.value) == code)
    if bar:
        conditions.append(
            col(SearchRow.system) == system if system else col(SearchRow.system).is_(None)
        )
    return and_(true(), *conditions)


def _reference(param: Param, value: str) -> ColumnElement[bool]:
    if "/" in value:
        return col(SearchRow.value) == value
    if param.target:
        return col(SearchRow.value) == f"{param.target}/{value}"
    return col(SearchRow.value).endswith(f"/{value}", autoescape=True)


def _within(value: str) -> ColumnElement[bool]:
    """Whether the resource's own span fits the searched one, as FHIR's prefixes say."""
    prefix, rest = _prefixed(value)
    low, high = _span(rest)
    own_low, own_high = col(SearchRow.low), col(SearchRow.high)
    conditions = {
        "eq": and_(own_low >= low, own_high <= high),
        "ne": or_(own_low < low, own_high > high),
        "gt": own_high > high,
        "lt": own_low < low,
        "ge": own_high >= low,
        "le": own_low <= high,
        "sa": own_low > high,
        "eb": own_high < low,
    }
    return conditions[prefix]


def _string(modifier: str, value: str) -> ColumnElement[bool]:
    column = col(SearchRow.value)
    if modifier == "exact":
        return column == folded(value)
    if modifier == "contains":
        return column.contains(folded(value), autoescape=True)
    return column.startswith(folded(value), autoescape=True)

"""The orders in which a search answers, and the place in them behind which a next page begins.

Every order ends with the id, so that no two resources have one place. A resource that is written
meanwhile stands where its new values put it; all others are answered once, whatever comes in.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, collate, func, or_, tuple_
from sqlmodel import col, select

from services.referral.records.reading import Reading
from services.referral.records.search_criteria import id_column
from services.referral.records.search_params import Kind, Param, find_param, params_of
from services.referral.records.search_query import Order, Query, wrong_value
from services.referral.records.tables import QueueRow, ResourceRow, SearchRow

#: Of these a name is nobody's secret. Where somebody was born, or is called, would stand in links.
_DIRECTORY = frozenset(
    {"Organization", "HealthcareService", "Location", "Practitioner", "Questionnaire"}
)
_OF_A_LIFE = frozenset({"birthdate", "death-date"})
#: Sorts of Task from the queue: most pressing first, and of these the soonest due.
_OF_QUEUE: dict[str, tuple[Any, ...]] = {
    "due": (QueueRow.due_at,),
    "priority": (QueueRow.priority_rank, QueueRow.due_at),
    "level": (QueueRow.level, QueueRow.due_at),
    "authored-on": (QueueRow.made_at,),
    "modified": (QueueRow.modified_at,),
    "_lastUpdated": (QueueRow.last_updated,),
    "_id": (),
}
#: Stand in for what has no value, which comes last either way.
_LAST, _FIRST = "\U0010ffff", ""

Spelled = Literal["time", "number", "text"]


@dataclass(frozen=True)
class Key:
    """What resources are put in order by, and how its value is written in a link."""

    value: Any
    spelled: Spelled
    descending: bool


@cache
def sorts_of(type: str) -> tuple[str, ...]:
    """The names that `_sort` takes for a type."""
    if type == "AuditEvent":
        return ()
    if type == "Task":
        return tuple(sorted(_OF_QUEUE))
    return tuple(param.name for param in params_of(type) if _is_sortable(type, param))


def _is_sortable(type: str, param: Param) -> bool:
    if param.name == "name":
        return type in _DIRECTORY
    return param.name == "_id" or (param.kind is Kind.DATE and param.name not in _OF_A_LIFE)


def keys_of(record: Reading, type: str, order: Sequence[Order]) -> tuple[Key, ...]:
    """The keys of an order, the id at the end. Raises Invalid for what a type is not sorted by."""
    keys: list[Key] = []
    for one in order:
        if one.name not in sorts_of(type):
            names = ", ".join(sorts_of(type)) or "nothing"
            text = f"{type} cannot be sorted by “{one.name[:80]}”, only by: {names}."
            raise wrong_value(text, "_sort")
        keys += _keys(record, type, one)
    is_down = keys[-1].descending if keys else bool(order and order[-1].descending)
    return (*keys, Key(id_column(type), "text", is_down))


def _keys(record: Reading, type: str, order: Order) -> list[Key]:
    if type == "Task":
        return [Key(col(one), _spelled(one), order.descending) for one in _OF_QUEUE[order.name]]
    if order.name == "_id":
        return []
    if order.name == "_lastUpdated":
        return [Key(col(ResourceRow.last_updated), "time", order.descending)]
    return [Key(_first_value(record, type, order), "text", order.descending)]


def _spelled(column: Any) -> Spelled:
    return "number" if column in (QueueRow.level, QueueRow.priority_rank) else "time"


def _first_value(record: Reading, type: str, order: Order) -> Any:
    """The earliest value of the index, or the latest when going down."""
    is_date = (found := find_param(type, order.name)) is not None and found.kind is Kind.DATE
    if is_date:
        edge: Any = func.max(SearchRow.high) if order.descending else func.min(SearchRow.low)
    else:
        edge = (func.max if order.descending else func.min)(SearchRow.value)
    rows = select(edge).where(
        SearchRow.type == type, SearchRow.param == order.name, SearchRow.id == ResourceRow.id
    )
    value = func.coalesce(
        rows.correlate(ResourceRow).scalar_subquery(), _FIRST if order.descending else _LAST
    )
    is_postgresql = record.session.get_bind().dialect.name == "postgresql"
    return collate(value, "C") if is_postgresql else value


def in_order(keys: Iterable[Key]) -> list[Any]:
    return [key.value.desc() if key.descending else key.value.asc() for key in keys]


def behind(keys: Sequence[Key], query: Query) -> list[ColumnElement[bool]]:
    """What comes after the place that the page before ended at, if there was one."""
    if query.after is None:
        return []
    if len(query.after) != len(keys):
        raise wrong_value("This is no place in this order.", "_after")
    values = [_read(key, written) for key, written in zip(keys, query.after, strict=True)]
    if len({key.descending for key in keys}) == 1:
        places = tuple_(*(key.value for key in keys))
        return [places < tuple_(*values) if keys[0].descending else places > tuple_(*values)]
    return [or_(*(_differs_first_at(n, keys, values) for n in range(len(keys))))]


def _differs_first_at(n: int, keys: Sequence[Key], values: Sequence[Any]) -> ColumnElement[bool]:
    equal = [keys[i].value == values[i] for i in range(n)]
    own = keys[n].value
    return and_(*equal, own < values[n] if keys[n].descending else own > values[n])


def _read(key: Key, written: str) -> Any:
    try:
        if key.spelled == "time":
            return datetime.fromisoformat(written)
        return int(written) if key.spelled == "number" else written
    except ValueError:
        raise wrong_value("This is no place in this order.", "_after") from None


def written_values(keys: Sequence[Key], values: Sequence[Any]) -> tuple[str, ...]:
    """The values of the last resource of a page, as `behind` reads them."""
    return tuple(
        value.isoformat() if key.spelled == "time" else str(value)
        for key, value in zip(keys, values, strict=True)
    )

"""What a search's criteria mean, chains among them: conditions on the id of a resource.

Each select in them goes through the session's filter, so that a chain leads over nothing that the
principal may not see.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import Mapped
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from services.referral.records.reading import Reading
from services.referral.records.search_index import in_index, referred, refers
from services.referral.records.search_params import PARAMS, Kind, Param, find_param
from services.referral.records.search_query import Criterion, unescaped, wrong_value
from services.referral.records.search_queue import (
    in_queue,
    is_of_queue,
    queue_referred,
    queue_refers,
)
from services.referral.records.search_spans import fits, instant_sought
from services.referral.records.tables import QueueRow, ResourceRow

Condition = ColumnElement[bool]

#: The audit is no part of the records, and no chain leads through it.
_CHAINED = frozenset(PARAMS) - {"AuditEvent"}


def id_column(type: str) -> Mapped[str]:
    """Tasks are read from the queue, where each of them has a row; all else from the records."""
    return col(QueueRow.task_id) if type == "Task" else col(ResourceRow.id)


def ids_of(record: Reading, type: str, criteria: Iterable[Criterion]) -> SelectOfScalar[str]:
    """The ids of the resources of a type that fit. Raises Invalid for what cannot be read."""
    ids = select(id_column(type)).where(*conditions(record, type, criteria))
    return ids.correlate(None)


def conditions(record: Reading, type: str, criteria: Iterable[Criterion]) -> list[Condition]:
    found = [_condition(record, type, criterion) for criterion in criteria]
    if type == "Task":
        return found
    return [col(ResourceRow.type) == type, col(ResourceRow.deleted).is_(False), *found]


def _condition(record: Reading, type: str, criterion: Criterion) -> Condition:
    if criterion.name == "_has":
        return _pointed_at(record, type, criterion)
    param = find_param(type, criterion.name)
    if param is None:
        raise wrong_value(f"{type} cannot be searched by “{criterion.name}”.", criterion.spelled)
    id = id_column(type)
    if criterion.then:
        return _chained(record, type, param, criterion)
    if param.name == "_id":
        return id.in_([unescaped(value) for value in criterion.values])
    if param.name == "_lastUpdated":
        return _updated(record, type, criterion)
    if is_of_queue(type, param.name):
        return in_queue(record, param, criterion)
    return in_index(record, type, param, criterion, id)


def _updated(record: Reading, type: str, criterion: Criterion) -> Condition:
    column = col(QueueRow.last_updated if type == "Task" else ResourceRow.last_updated)
    sought = (instant_sought(criterion, value, record.now) for value in criterion.values)
    return or_(*(fits(column, column, one) for one in sought))


def _chained(record: Reading, type: str, param: Param, criterion: Criterion) -> Condition:
    """`patient.name=…`: what the reference leads to fits the rest of the chain."""
    then = criterion.then
    if then is None or param.kind is not Kind.REFERENCE:
        raise wrong_value(f"“{param.name}” leads nowhere.", criterion.spelled)
    found = []
    for target in targets_of(type, criterion, then):
        ids = ids_of(record, target, (then,))
        if is_of_queue(type, param.name):
            found.append(queue_refers(param, target, ids))
        else:
            found.append(refers(record, type, param, target, ids, id_column(type)))
    return or_(*found)


def targets_of(type: str, criterion: Criterion, then: Criterion) -> Sequence[str]:
    """The types that a chain goes on with: the one that is named, or all that know the rest."""
    if criterion.name == "_has":
        return (criterion.modifier.partition(":")[0],)
    param = find_param(type, criterion.name)
    if param is None or not (param.targets or criterion.modifier):
        text = f"“{criterion.name}” leads to many types: say which, as in {criterion.name}:Patient."
        raise wrong_value(text, criterion.spelled)
    known = [one for one in param.stored_targets if one in _CHAINED and find_param(one, then.name)]
    if criterion.modifier:
        known = [one for one in known if one == criterion.modifier]
    if not known:
        text = f"Nothing that “{criterion.name}” leads to can be searched by “{then.name}”."
        raise wrong_value(text, criterion.spelled)
    return known


def _pointed_at(record: Reading, type: str, criterion: Criterion) -> Condition:
    """`_has:Task:patient:status=…`: what points here fits the rest."""
    source, _, name = criterion.modifier.partition(":")
    then, param = criterion.then, _reference_of(source, name)
    if then is None or param is None or type not in param.stored_targets:
        raise wrong_value(f"“{criterion.spelled}” points at no {type}.", criterion.spelled)
    id = id_column(type)
    if is_of_queue(source, name):
        return id.in_(queue_referred(param, type, conditions(record, source, (then,))))
    return id.in_(referred(record, source, param, type, ids_of(record, source, (then,))))


def _reference_of(source: str, name: str) -> Param | None:
    param = find_param(source, name) if source in _CHAINED else None
    return param if param and param.kind is Kind.REFERENCE else None

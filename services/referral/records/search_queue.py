"""Criteria of Task that the queue answers from its typed columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, not_, or_
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from services.referral.records.reading import Reading
from services.referral.records.search_index import as_references, in_index, references_to
from services.referral.records.search_params import QUEUE_PARAMS, Kind, Param
from services.referral.records.search_query import Criterion, is_missing, token_parts
from services.referral.records.search_spans import fits, instant_sought, number_sought
from services.referral.records.tables import QueueRow, ResourceRow, SearchRow
from shared.fhir.codes import AREA_OF_NEED, BUSINESS_STATUS, CONCERN

Condition = ColumnElement[bool]


@dataclass(frozen=True)
class Column:
    """A column of the queue: of a token with the system of its codes, of a reference with the type
    of its ids where the type is not written with them."""

    column: Any
    system: str = ""
    type: str = ""


COLUMNS: dict[str, Column] = {
    "owner": Column(QueueRow.owner),
    "requester": Column(QueueRow.requester),
    "focus": Column(QueueRow.concern_id, type="ServiceRequest"),
    "part-of": Column(QueueRow.part_of, type="Task"),
    "patient": Column(QueueRow.child_id, type="Patient"),
    "subject": Column(QueueRow.child_id, type="Patient"),
    "status": Column(QueueRow.status, system="http://hl7.org/fhir/task-status"),
    "business-status": Column(QueueRow.business_status, system=BUSINESS_STATUS),
    "priority": Column(QueueRow.priority, system="http://hl7.org/fhir/request-priority"),
    "concern": Column(QueueRow.concern_code, system=CONCERN),
    "area": Column(QueueRow.area_of_need, system=AREA_OF_NEED),
    "due": Column(QueueRow.due_at),
    "authored-on": Column(QueueRow.made_at),
    "modified": Column(QueueRow.modified_at),
    "next-escalation": Column(QueueRow.next_escalation_at),
    "level": Column(QueueRow.level),
}
_NAMES = frozenset(param.name for param in QUEUE_PARAMS)


def is_of_queue(type: str, name: str) -> bool:
    return type == "Task" and name in _NAMES


def in_queue(record: Reading, param: Param, criterion: Criterion) -> Condition:
    """Whether a row of the queue fits."""
    if criterion.modifier == "identifier":
        return in_index(record, "Task", param, criterion, col(QueueRow.task_id))
    known = COLUMNS[param.name]
    if criterion.modifier == "missing":
        is_null = col(known.column).is_(None)
        return is_null if is_missing(criterion) else not_(is_null)
    matches = or_(*(_match(record, param, criterion, value) for value in criterion.values))
    if criterion.modifier == "not":  # what has no value at all is not that value
        return not_(func.coalesce(matches, false()))
    return matches


def queue_refers(param: Param, target: str, ids: Any) -> Condition:
    """Whether the Task's reference leads to one of these resources of the target's type."""
    known = COLUMNS[param.name]
    if not known.type:
        return col(known.column).in_(as_references(target, ids))
    return col(known.column).in_(ids) if known.type == target else false()


def queue_referred(param: Param, target: str, fitting: Sequence[Condition]) -> SelectOfScalar[str]:
    """The ids of the target's type to which the Tasks refer that fit."""
    known = COLUMNS[param.name]
    column, start = col(known.column), f"{target}/"
    if known.type:
        is_such = column.is_not(None) if known.type == target else false()
        return select(known.column).where(is_such, *fitting).correlate(None)
    is_typed = column.startswith(start, autoescape=True)
    ids = select(func.substr(column, len(start) + 1)).where(is_typed, *fitting)
    return ids.correlate(None)


def _match(record: Reading, param: Param, criterion: Criterion, value: str) -> Condition:
    known = COLUMNS[param.name]
    column = col(known.column)
    match param.kind:
        case Kind.TOKEN:
            return _token(known, value)
        case Kind.DATE:
            return fits(column, column, instant_sought(criterion, value, record.now))
        case Kind.NUMBER:
            return fits(column, column, number_sought(criterion, value))
    if param.name == "owner":
        named = _named(record, param, criterion, value)
        return or_(column.in_([*named, *_services(record, named)]), *_in_hand(record, named))
    wanted = references_to(param, criterion, value)
    if not known.type:
        return column.in_(wanted)
    start = f"{known.type}/"
    return column.in_([one.removeprefix(start) for one in wanted if one.startswith(start)])


def _token(known: Column, value: str) -> Condition:
    system, code = token_parts(value)
    column = col(known.column)
    if system not in (None, known.system) or not (system or code):
        return false()
    return column == code if code else column.is_not(None)


def owners(record: Reading, param: Param, criterion: Criterion) -> list[str] | None:
    """The owners that the criterion names, with the services of each organisation; None where it
    asks for more than these."""
    if criterion.modifier in ("missing", "identifier") or criterion.then:
        return None
    named = [one for value in criterion.values for one in _named(record, param, criterion, value)]
    if any(_is_person(one) for one in named):
        return None
    return [*named, *_services(record, named)]


def _named(record: Reading, param: Param, criterion: Criterion, value: str) -> list[str]:
    """An id by itself is that of the one that there is, if there is one."""
    wanted = references_to(param, criterion, value)
    if len(wanted) == 1:
        return wanted
    id = wanted[0].partition("/")[2]
    known = select(ResourceRow.type).where(
        ResourceRow.id == id, col(ResourceRow.type).in_(param.stored_targets)
    )
    return [f"{type}/{id}" for type in sorted(record.session.exec(known))] or wanted


def _is_person(reference: str) -> bool:
    return reference.startswith(("Practitioner/", "PractitionerRole/"))


def _services(record: Reading, wanted: Sequence[str]) -> list[str]:
    """What an organisation owns is what its services own."""
    providers = [one for one in wanted if one.startswith("Organization/")]
    if not providers:
        return []
    found = _having("HealthcareService", "organization", providers)
    return [f"HealthcareService/{id}" for id in record.session.exec(found.order_by(SearchRow.id))]


def _having(type: str, param: str, values: Sequence[str]) -> SelectOfScalar[str]:
    rows = select(SearchRow.id).where(SearchRow.type == type, SearchRow.param == param)
    return rows.where(col(SearchRow.value).in_(values))


def _in_hand(record: Reading, wanted: Sequence[str]) -> list[Condition]:
    """What a service owns and a person of it has taken on is theirs: asked for by the person, or
    by the role in which they work there."""
    people = [one for one in wanted if one.startswith("Practitioner/")]
    roles = [one for one in wanted if one.startswith("PractitionerRole/")]
    conditions: list[Condition] = [col(QueueRow.assigned_to).in_(people)] if people else []
    for role in roles:
        where = SearchRow.type == "PractitionerRole", SearchRow.id == role.partition("/")[2]
        asked = select(SearchRow.param, SearchRow.value).where(
            *where, col(SearchRow.param).in_(("practitioner", "service"))
        )
        parts = [(name, value or "") for name, value in record.session.exec(asked)]
        holder, services = (
            [value for name, value in parts if name == wanted]
            for wanted in ("practitioner", "service")
        )
        is_theirs = col(QueueRow.assigned_to).in_(holder)
        conditions.append(and_(is_theirs, col(QueueRow.owner).in_(services)))
    return conditions

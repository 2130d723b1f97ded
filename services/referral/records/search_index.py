"""Criteria that the index answers: conditions on the id of a resource."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, literal, not_, or_
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from services.referral.domain.minimum import left_out_for
from services.referral.records.index import CUT_FOR_SOME, folded, identifier_of, token_key
from services.referral.records.reading import Reading
from services.referral.records.search_params import Kind, Param
from services.referral.records.search_query import (
    Criterion,
    is_missing,
    token_parts,
    unescaped,
    wrong_value,
)
from services.referral.records.search_spans import date_sought, fits
from services.referral.records.tables import SearchRow
from shared.fhir.types import RESOURCE_TYPES

Condition = ColumnElement[bool]


def in_index(record: Reading, type: str, param: Param, criterion: Criterion, id: Any) -> Condition:
    """Whether a row of the resource with this id fits."""
    rows = _rows(type, param.name)
    if criterion.modifier == "missing":
        has_one = _of_those_shown(record, type, param, id, id.in_(rows))
        return not_(has_one) if is_missing(criterion) else has_one
    if criterion.modifier == "identifier":
        rows = _rows(type, identifier_of(param.name))
    matches = or_(*(_match(param, criterion, value, record.now) for value in criterion.values))
    fitting = _of_those_shown(record, type, param, id, id.in_(rows.where(matches)))
    return not_(fitting) if criterion.modifier == "not" else fitting


def refers(record: Reading, type: str, param: Param, target: str, ids: Any, id: Any) -> Condition:
    """Whether a reference of the resource leads to one of these resources of the target's type."""
    rows = _rows(type, param.name).where(col(SearchRow.value).in_(as_references(target, ids)))
    return _of_those_shown(record, type, param, id, id.in_(rows))


def referred(
    record: Reading, source: str, param: Param, target: str, ids: Any
) -> SelectOfScalar[str]:
    """The ids of the target's type to which these resources of the source's type refer."""
    reference, owner = col(SearchRow.value), col(SearchRow.id)
    start = f"{target}/"
    return (
        select(func.substr(reference, len(start) + 1))
        .where(SearchRow.type == source, SearchRow.param == param.name)
        .where(reference.startswith(start, autoescape=True))
        .where(_of_those_shown(record, source, param, owner, owner.in_(ids)))
        .correlate(None)
    )


def as_references(type: str, ids: Any) -> Any:
    """A select of ids as one of references to them."""
    (id,) = ids.selected_columns
    return ids.with_only_columns(literal(f"{type}/").concat(id))


def _rows(type: str, name: str) -> SelectOfScalar[str]:
    rows = select(SearchRow.id).where(SearchRow.type == type, SearchRow.param == name)
    return rows.correlate(None)


def _of_those_shown(
    record: Reading, type: str, param: Param, id: Any, fitting: Condition
) -> Condition:
    """Nobody finds by a part that they might not be shown: where it is cut, it is not there."""
    cut = left_out_for(record.who, type)
    parts = {path.partition(".")[0].partition("[")[0] for path in param.paths}
    if parts & cut.always:
        return and_(fitting, false())
    if parts & cut.sometimes:
        return and_(fitting, not_(id.in_(_rows(type, CUT_FOR_SOME))))
    return fitting


def _match(param: Param, criterion: Criterion, value: str, now: datetime) -> Condition:
    if criterion.modifier == "identifier":
        return _token(value, lambda code: code)
    match param.kind:
        case Kind.TOKEN:
            return _token(value, lambda code: token_key(param, code))
        case Kind.REFERENCE:
            return _reference(param, criterion, value)
        case Kind.DATE:
            sought = date_sought(criterion, value, now)
            return fits(col(SearchRow.low), col(SearchRow.high), sought)
        case Kind.STRING:
            return _string(criterion, unescaped(value))
    return col(SearchRow.value) == unescaped(value)


def _token(value: str, key: Callable[[str], str]) -> Condition:
    system, code = token_parts(value)
    conditions: list[Condition] = []
    if code:
        conditions.append(col(SearchRow.value) == key(code))
    if system is not None:
        known = col(SearchRow.system)
        conditions.append(known == system if system else known.is_(None))
    return and_(*conditions) if code or system else false()


def _reference(param: Param, criterion: Criterion, value: str) -> Condition:
    """A type and an id, the address of what is elsewhere, or an id by itself."""
    column = col(SearchRow.value)
    wanted = references_to(param, criterion, value)
    if param.name in ("questionnaire", "instantiates-canonical"):  # whatever its version, if none
        versions = (column.startswith(f"{one}|", autoescape=True) for one in wanted)
        return or_(column.in_(wanted), *versions)
    return column.in_(wanted)


def references_to(param: Param, criterion: Criterion, value: str) -> list[str]:
    """The references that a value may stand for. `subject:Patient=1` says of which type it is."""
    wanted = unescaped(value)
    if criterion.modifier in RESOURCE_TYPES:
        start = f"{criterion.modifier}/"
        return [wanted] if wanted.startswith(start) else [start + wanted]
    if "/" in wanted or ":" in wanted:
        return [wanted.partition("/_history/")[0]]
    return [f"{type}/{wanted}" for type in param.stored_targets]


def _string(criterion: Criterion, value: str) -> Condition:
    """Nothing begins with nothing: an empty value is a mistake."""
    if not value:
        raise wrong_value("There is nothing to look for.", criterion.spelled)
    column = col(SearchRow.value)
    if criterion.modifier == "exact":
        return and_(column == folded(value), col(SearchRow.system) == value)
    if criterion.modifier == "contains":
        return column.contains(folded(value), autoescape=True)
    return column.startswith(folded(value), autoescape=True)

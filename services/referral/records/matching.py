"""Finding a child who is in the records already, so that nobody is made twice."""

from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import col, select

from services.referral.records.index import folded
from services.referral.records.instants import span
from services.referral.records.resource import Json, Resource, to_resource
from services.referral.records.store import Reading
from services.referral.records.tables import QueueRow, ResourceRow, SearchRow
from shared.fhir.reading import birth_date, home_postcode, nhs_number, official_names


def same_child(record: Reading, patient: Json) -> Resource | None:
    """By NHS number; else by family name, first name, birth date and postcode together."""
    number = nhs_number(patient)
    if number:
        found = _first(record, _has("identifier", SearchRow.value, number))
        if found:
            return found
    return _by_particulars(record, patient, number)


def _by_particulars(record: Reading, patient: Json, number: str | None) -> Resource | None:
    given, family = official_names(patient)
    birth, postcode = birth_date(patient), home_postcode(patient)
    if not (given and family and birth and postcode):
        return None
    found = _first(
        record,
        _has("family", SearchRow.value, folded(family)),
        _has("given", SearchRow.value, folded(given)),
        _has("birthdate", SearchRow.low, span(birth.isoformat())[0]),
        _has("address-postalcode", SearchRow.value, folded(postcode)),
    )
    return None if found and _is_someone_else(found.json, number) else found


def _is_someone_else(found: Json, number: str | None) -> bool:
    """Two NHS numbers mean two children, twins with one name included."""
    known = nhs_number(found)
    return bool(number and known and number != known)


def _has(param: str, column: Any, value: str) -> ColumnElement[bool]:
    """Whether a child's id is among those with this value."""
    ids = select(SearchRow.id).where(
        SearchRow.type == "Patient", SearchRow.param == param, column == value
    )
    return col(ResourceRow.id).in_(ids)


def _first(record: Reading, *wanted: ColumnElement[bool]) -> Resource | None:
    children = select(ResourceRow).where(
        ResourceRow.type == "Patient", col(ResourceRow.deleted).is_(False), *wanted
    )
    row = record.session.exec(children.order_by(col(ResourceRow.id)).limit(1)).one_or_none()
    return to_resource(row) if row else None


def open_at(record: Reading, child: str, services: list[str], concern: str) -> list[QueueRow]:
    """Open referrals of this child for the same concern at one of these services."""
    rows = select(QueueRow).where(
        QueueRow.child_id == child,
        QueueRow.concern_code == concern,
        col(QueueRow.open).is_(True),
        col(QueueRow.service_id).in_(services),
    )
    return list(record.session.exec(rows))

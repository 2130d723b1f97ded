"""Finding a child who is in the records already, so that nobody is made twice."""

from sqlmodel import col, select

from services.referral.records.index import folded
from services.referral.records.instants import span
from services.referral.records.resource import Json, Resource
from services.referral.records.store import Reading
from services.referral.records.tables import QueueRow, SearchRow
from shared.fhir.reading import birth_date, home_postcode, nhs_number, official_names


def same_child(record: Reading, patient: Json) -> Resource | None:
    """By NHS number; else by family name, first name, birth date and postcode together."""
    number = nhs_number(patient)
    if number:
        found = _first(record, [_is("identifier", value=number)])
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
        [
            _is("family", value=folded(family)),
            _is("given", value=folded(given)),
            _is("birthdate", low=span(birth.isoformat())[0]),
            _is("address-postalcode", value=folded(postcode)),
        ],
    )
    return None if found and _is_someone_else(found.json, number) else found


def _is_someone_else(found: Json, number: str | None) -> bool:
    """Two NHS numbers mean two children, twins with one name included."""
    known = nhs_number(found)
    return bool(number and known and number != known)


def _is(param: str, **columns: str) -> tuple[str, dict[str, str]]:
    return param, columns


def _first(record: Reading, wanted: list[tuple[str, dict[str, str]]]) -> Resource | None:
    ids: set[str] | None = None
    for param, columns in wanted:
        rows = select(SearchRow.id).where(SearchRow.type == "Patient", SearchRow.param == param)
        for name, value in columns.items():
            rows = rows.where(getattr(SearchRow, name) == value)
        if ids is not None:
            rows = rows.where(col(SearchRow.id).in_(ids))
        ids = set(record.session.exec(rows))
        if not ids:
            return None
    return record.find("Patient", min(ids or set()))


def open_at(record: Reading, child: str, services: list[str], concern: str) -> list[QueueRow]:
    """Open referrals of this child for the same concern at one of these services."""
    rows = select(QueueRow).where(
        QueueRow.child_id == child,
        QueueRow.concern_code == concern,
        col(QueueRow.open).is_(True),
        col(QueueRow.service_id).in_(services),
    )
    return list(record.session.exec(rows))

"""Finding a child who is in the records already, so that nobody is made twice."""

from typing import Any

from sqlalchemy import Column, Select, Text, bindparam, literal, select, union, union_all
from sqlmodel import col

from services.referral.records.index import folded
from services.referral.records.instants import span
from services.referral.records.reading import Reading
from services.referral.records.resource import Json, Resource
from services.referral.records.tables import QueueRow, SearchRow
from shared.fhir.reading import birth_date, home_postcode, nhs_number, official_names

_VALUE = SearchRow.metadata.tables["search_value"]


def _ids(param: str, column: Column[Any], name: str) -> Select[str]:
    """The children with this value, to be given as the bound parameter `name`."""
    return select(_VALUE.c.id).where(
        _VALUE.c.type == "Patient", _VALUE.c.param == param, column == bindparam(name, type_=Text)
    )


# Built once: building them costs more than asking, and every concern asks. Whoever has the same
# number comes before whoever has the same particulars.
_BY_PARTICULARS = _ids("family", _VALUE.c.value, "family").where(
    _VALUE.c.id.in_(_ids("given", _VALUE.c.value, "given")),
    _VALUE.c.id.in_(_ids("birthdate", _VALUE.c.low, "birth")),
    _VALUE.c.id.in_(
        union(
            _ids("address-postalcode", _VALUE.c.value, "postcode"),
            _ids("address-postalcode", _VALUE.c.value, "postcode_in_one"),
        )
    ),
)
_CANDIDATES = union_all(
    _ids("identifier", _VALUE.c.value, "number").add_columns(literal(1).label("rank")),
    _BY_PARTICULARS.add_columns(literal(2).label("rank")),
).order_by("rank", "id")


def same_child(record: Reading, patient: Json) -> Resource | None:
    """By NHS number; else by family name, first name, birth date and postcode together."""
    number = nhs_number(patient)
    sought = {"number": number, **_particulars(patient)}
    for id, rank in record.session.connection().execute(_CANDIDATES, sought).all():
        found = record.resource("Patient", id)
        if rank == 1 or not _is_someone_else(found.json, number):
            return found
    return None


def _particulars(patient: Json) -> dict[str, str | None]:
    """As the index has them; what is not known is None, and None finds nobody."""
    given, family = official_names(patient)
    birth, postcode = birth_date(patient), home_postcode(patient)
    return {
        "family": folded(family) if family else None,
        "given": folded(given) if given else None,
        "birth": span(birth.isoformat())[0] if birth else None,
        "postcode": folded(postcode) if postcode else None,
        "postcode_in_one": folded(postcode).replace(" ", "") if postcode else None,
    }


def _is_someone_else(found: Json, number: str | None) -> bool:
    """Two NHS numbers mean two children, twins with one name included."""
    known = nhs_number(found)
    return bool(number and known and number != known)


def open_at(record: Reading, child: str, services: list[str], concern: str) -> list[QueueRow]:
    """Open referrals of this child for the same concern at one of these services."""
    rows = select(QueueRow).where(
        col(QueueRow.child_id) == child,
        col(QueueRow.concern_code) == concern,
        col(QueueRow.open).is_(True),
        col(QueueRow.service_id).in_(services),
    )
    return list(record.session.scalars(rows))

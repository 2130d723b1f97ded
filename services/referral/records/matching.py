"""Finding a child who is in the records already, so that nobody is made twice.

Who could be the child is asked of the index; `domain/same_child.py` says who is.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Select, Text, bindparam, literal, select, union_all
from sqlmodel import col, or_
from sqlmodel import select as select_rows

from services.referral.domain.same_child import (
    Grade,
    Particulars,
    match,
    other_way_round,
)
from services.referral.records.index import folded
from services.referral.records.instants import span
from services.referral.records.reading import Reading
from services.referral.records.resource import Json, Resource, to_resource
from services.referral.records.tables import QueueRow, ResourceRow, SearchRow
from shared.fhir.reading import home_postcode, nhs_number

_VALUE = SearchRow.metadata.tables["search_value"]
#: More than are ever alike; they are compared one by one.
_MOST_COMPARED = 500


def particulars(patient: Json) -> Particulars:
    """What the engine compares of a Patient: all names, whatever they are used for."""
    names = patient.get("name", ())
    sex = patient.get("gender", "")
    return Particulars(
        number=nhs_number(patient) or "",
        families=frozenset(folded(one["family"]) for one in names if one.get("family")),
        given=tuple(folded(word) for one in names for word in one.get("given", ()) if word),
        born=patient.get("birthDate", ""),
        postcode=home_postcode(patient) or "",
        sex=sex if sex in ("male", "female") else "",
    )


def _ids(param: str, column: Column[Any], name: str) -> Select[str]:
    """The children with one of these values, to be given as the bound parameter `name`."""
    values = bindparam(name, type_=Text, expanding=True)
    return select(_VALUE.c.id).where(
        _VALUE.c.type == "Patient", _VALUE.c.param == param, column.in_(values)
    )


# Built once: building them costs more than asking, and every concern asks. Whoever has the same
# number comes before whoever has the same particulars. Nobody else can be the child for certain.
_BY_PARTICULARS = _ids("family", _VALUE.c.value, "families").where(
    _VALUE.c.id.in_(_ids("given", _VALUE.c.value, "given")),
    _VALUE.c.id.in_(_ids("birthdate", _VALUE.c.low, "born")),
    _VALUE.c.id.in_(_ids("address-postalcode", _VALUE.c.value, "postcodes")),
)
_CANDIDATES = union_all(
    _ids("identifier", _VALUE.c.value, "number").add_columns(literal(1).label("rank")),
    _BY_PARTICULARS.add_columns(literal(2).label("rank")),
).order_by("rank", "id")


def same_child(record: Reading, patient: Json) -> Resource | None:
    """The one who is this child for certain: by NHS number; else by family name, first name, birth
    date and postcode together."""
    sought = particulars(patient)
    for id, _ in record.session.connection().execute(_CANDIDATES, _bound(sought)).all():
        found = record.resource("Patient", id)
        if match(sought, particulars(found.json)).grade is Grade.CERTAIN:
            return found
    return None


def could_be(record: Reading, sought: Particulars) -> list[Resource]:
    """Every child whom the principal may see and who might be this one, to be compared."""
    rows = select_rows(ResourceRow).where(
        ResourceRow.type == "Patient",
        col(ResourceRow.deleted).is_(False),
        or_(*_could_be(sought)),
    )
    return [to_resource(row) for row in record.session.exec(rows.limit(_MOST_COMPARED))]


def _could_be(sought: Particulars) -> Sequence[ColumnElement[bool]]:
    """By number, by birth date either way round, by both names in either order, or by one name and
    the postcode: two particulars that agree are in one of these."""
    bound = _bound(sought)
    names = sorted(set(sought.given) | sought.families)
    family, given = _with("family", names), _with("given", names)
    return (
        _with("identifier", bound["number"]),
        col(ResourceRow.id).in_(
            select_rows(SearchRow.id).where(
                SearchRow.type == "Patient",
                SearchRow.param == "birthdate",
                col(SearchRow.low).in_([*bound["born"], *_born_otherwise(sought.born)]),
            )
        ),
        family & given,
        _with("address-postalcode", bound["postcodes"]) & (family | given),
    )


def _with(param: str, values: Sequence[str]) -> ColumnElement[bool]:
    known = select_rows(SearchRow.id).where(
        SearchRow.type == "Patient",
        SearchRow.param == param,
        col(SearchRow.value).in_(values),
    )
    return col(ResourceRow.id).in_(known)


def _bound(sought: Particulars) -> dict[str, list[str]]:
    """As the index has them; what is not known is in no list, and finds nobody."""
    postcode = folded(sought.postcode)
    is_day = len(sought.born) == len("2023-07-19")
    return {
        "number": [sought.number] if sought.number else [],
        "families": sorted(sought.families),
        "given": list(dict.fromkeys(sought.given)),
        "born": [span(sought.born)[0]] if is_day else [],
        "postcodes": [postcode, postcode.replace(" ", "")] if postcode else [],
    }


def _born_otherwise(born: str) -> list[str]:
    """The day with day and month exchanged, where that is a day."""
    try:
        return [span(other_way_round(born))[0]] if len(born) == len("2023-07-19") else []
    except ValueError:
        return []


def open_at(record: Reading, child: str, services: list[str], concern: str) -> list[QueueRow]:
    """Open referrals of this child for the same concern at one of these services."""
    rows = select_rows(QueueRow).where(
        col(QueueRow.child_id) == child,
        col(QueueRow.concern_code) == concern,
        col(QueueRow.open).is_(True),
        col(QueueRow.service_id).in_(services),
    )
    return list(record.session.scalars(rows))

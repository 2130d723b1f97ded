"""Versions of resources, newest first and in pages: of one, or of all of a type.

A version may be seen by those who may see the resource as it is now.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, tuple_
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from services.referral.domain.minimum import SIGNS
from services.referral.records.reading import Reading
from services.referral.records.resource import Place, Resource, to_resource, to_version
from services.referral.records.tables import HistoryRow, ResourceRow


@dataclass(frozen=True, kw_only=True)
class Behind:
    """Where a page ended: its last version's time, id and number."""

    at: datetime
    id: str
    version: int


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Of one resource, or of all of a type without an id; changed at `since` or later."""

    type: str
    id: str | None = None
    since: datetime | None = None
    size: int
    after: Behind | None = None


@dataclass(frozen=True, kw_only=True)
class Versions:
    resources: tuple[Resource, ...]
    has_more: bool


def versions(record: Reading, wanted: Wanted) -> Versions:
    """The next page. Deleted versions are among them."""
    newest_first = _wanted(wanted).order_by(
        col(HistoryRow.last_updated).desc(),
        col(HistoryRow.id).desc(),
        col(HistoryRow.version).desc(),
    )
    rows = record.session.exec(newest_first.limit(wanted.size + 1)).all()
    places = _places(record, wanted.type, {row.id for row in rows})
    found = [to_version(row, places[row.id]) for row in rows[: wanted.size] if row.id in places]
    return Versions(resources=tuple(found), has_more=len(rows) > wanted.size)


def marked_versions(record: Reading, found: Sequence[Resource]) -> dict[str, list[Resource]]:
    """For each of these resources of one type, by id, those versions of it, ever, of which some
    are not shown all: found by the same signs as a resource that leaves."""
    if not found:
        return {}
    places = {one.id: one.place for one in found}
    has_sign = or_(*(col(HistoryRow.body).contains(sign, autoescape=True) for sign in SIGNS))
    rows = record.session.exec(
        select(HistoryRow).where(
            HistoryRow.type == found[0].type, col(HistoryRow.id).in_(sorted(places)), has_sign
        )
    )
    by_id: dict[str, list[Resource]] = defaultdict(list)
    for row in rows:
        by_id[row.id].append(to_version(row, places[row.id]))
    return by_id


def _wanted(wanted: Wanted) -> SelectOfScalar[HistoryRow]:
    found = select(HistoryRow).where(HistoryRow.type == wanted.type)
    if wanted.id is not None:
        found = found.where(HistoryRow.id == wanted.id)
    if wanted.since is not None:
        found = found.where(col(HistoryRow.last_updated) >= wanted.since)
    if wanted.after is not None:
        key = tuple_(col(HistoryRow.last_updated), col(HistoryRow.id), col(HistoryRow.version))
        last = (wanted.after.at, wanted.after.id, wanted.after.version)
        found = found.where(key < last)
    return found


def _places(record: Reading, type: str, ids: set[str]) -> dict[str, Place]:
    """Where each resource belongs, also one that is deleted by now."""
    rows: Sequence[ResourceRow] = record.session.exec(
        select(ResourceRow).where(ResourceRow.type == type, col(ResourceRow.id).in_(sorted(ids)))
    ).all()
    return {row.id: to_resource(row).place for row in rows}

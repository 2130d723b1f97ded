"""Several resources at once, by their references."""

from collections.abc import Iterable

from sqlalchemy import tuple_
from sqlmodel import col, select

from services.referral.records.reading import Reading
from services.referral.records.resource import Resource, to_resource
from services.referral.records.tables import ResourceRow
from shared.fhir.references import reference_parts


def look_up(record: Reading, references: Iterable[str]) -> dict[str, Resource]:
    """Each one that there is, and that the principal may see, by its reference `Type/id`."""
    keys = {parts for one in references if (parts := reference_parts(one))}
    if not keys:
        return {}
    key = tuple_(col(ResourceRow.type), col(ResourceRow.id))
    wanted = select(ResourceRow).where(key.in_(sorted(keys)), col(ResourceRow.deleted).is_(False))
    rows = record.session.exec(wanted)
    return {one.reference: one for one in map(to_resource, rows)}

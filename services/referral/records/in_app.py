"""The messages that notify has put in somebody's inbox: Communications by the channel “in-app”."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement
from sqlmodel import col, exists, func, not_, select
from sqlmodel.sql.expression import SelectOfScalar

from services.referral.records.reading import Reading
from services.referral.records.resource import Resource, to_resource
from services.referral.records.tables import ResourceRow, SearchRow
from shared.contract import Channel

#: Older ones that nobody opened are still listed, but counted as new no longer.
NEW_FOR = timedelta(days=90)


def messages_to(record: Reading, person: str, *, size: int, before: str | None) -> list[Resource]:
    """To this person (`Practitioner/…`), newest first; `before` is the last id of a page."""
    found = _messages(person)
    if before:
        found = found.where(col(ResourceRow.id) < before)
    newest = found.order_by(col(ResourceRow.id).desc()).limit(size)
    return [to_resource(row) for row in record.session.exec(newest)]


def unread_by(record: Reading, person: str, *, at_most: int) -> list[Resource]:
    """Those of the last 90 days that the person has not opened."""
    unread = _messages(person, since=record.now - NEW_FOR).where(not_(_has("received")))
    return [to_resource(row) for row in record.session.exec(unread.limit(at_most))]


def count_unread(record: Reading, person: str, *, at_most: int) -> int:
    unread = _messages(person, since=record.now - NEW_FOR).where(not_(_has("received")))
    ids = unread.with_only_columns(col(ResourceRow.id)).limit(at_most).subquery()
    return record.session.exec(select(func.count()).select_from(ids)).one()


def _messages(person: str, *, since: datetime | None = None) -> SelectOfScalar[ResourceRow]:
    """Found by the index of recipients, which holds ids in the order of time."""
    to_person = select(SearchRow.id).where(
        SearchRow.type == "Communication",
        SearchRow.param == "recipient",
        SearchRow.value == person,
    )
    if since:
        to_person = to_person.where(col(SearchRow.id) > _first_id(since))
    return select(ResourceRow).where(
        ResourceRow.type == "Communication",
        col(ResourceRow.id).in_(to_person),
        _has("medium", Channel.IN_APP),
    )


def _has(param: str, value: str | None = None) -> ColumnElement[bool]:
    found = select(SearchRow.id).where(
        SearchRow.type == "Communication",
        SearchRow.id == ResourceRow.id,
        SearchRow.param == param,
    )
    return exists(found.where(SearchRow.value == value) if value else found)


def _first_id(at: datetime) -> str:
    """A UUIDv7 begins with the milliseconds since 1970."""
    digits = f"{int(at.timestamp() * 1000):012x}"
    return f"{digits[:8]}-{digits[8:]}"

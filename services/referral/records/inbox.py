"""Which events from notify have been taken in already."""

from sqlmodel import select

from services.referral.records.tables import InboxRow
from services.referral.records.writing import Writing


def take_in(record: Writing, id: str) -> bool:
    """Whether the event is new; then it is so no more."""
    known = record.session.exec(select(InboxRow.id).where(InboxRow.id == id)).one_or_none()
    if known is not None:
        return False
    record.session.add(InboxRow(id=id, at=record.now))
    record.session.flush()
    return True

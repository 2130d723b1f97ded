"""The concerns whose family should hear from us, read by the partial index of what is open."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text
from sqlmodel import col, func, select

from services.referral.records.reading import Reading
from services.referral.records.tables import QueueRow

#: As it stands in the index of what is open.
_OPEN = text("queue.open")


def to_be_contacted(record: Reading, *, until: datetime, after: str, size: int) -> Sequence[str]:
    """The ids of concerns with a contact due, or a question to the family unanswered, until then;
    in their order behind `after`."""
    concerns = (
        select(QueueRow.concern_id)
        .where(_OPEN, col(QueueRow.contact_due_at) <= until, QueueRow.concern_id > after)
        .distinct()
        .order_by(QueueRow.concern_id)
        .limit(size)
    )
    return record.session.exec(concerns).all()


def next_contact(record: Reading, *, behind: datetime) -> datetime | None:
    """By when the first family should hear of which that is after this instant; None for none."""
    due = col(QueueRow.contact_due_at)
    return record.session.exec(select(func.min(due)).where(_OPEN, due > behind)).one()

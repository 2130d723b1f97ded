"""The concerns whose family should hear from us, read by the partial index of what is open."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text
from sqlmodel import col, select

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

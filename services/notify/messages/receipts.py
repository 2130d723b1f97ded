"""What providers say later became of what they took."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_
from sqlmodel import Session, col, select

from services.notify.domain.channel import Receipt
from services.notify.domain.message import Message, MessageState
from services.notify.domain.retry import after_receipt
from services.notify.messages.settling import note_address, of_message, to_message, write
from services.notify.messages.tables import MessageRow
from shared.contract import Channel
from shared.database import Database
from shared.errors import Conflict


@dataclass(frozen=True)
class Unanswered:
    """What was sent as `message`, or as the digest of that id, and whose provider has not said yet
    what became of it."""

    message: str
    channel: Channel
    provider: str
    sent_at: datetime


class Receipts:
    """Each method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def receive(self, receipt: Receipt, *, provider: str, now: datetime, chance: float = 1) -> bool:
        """Whether it changed anything: False for what this provider never had, and for what has
        come further already. What the provider may get later is tried again after a wait."""
        carried = and_(col(MessageRow.carrier) != "", col(MessageRow.carrier) == receipt.reference)
        about = select(MessageRow).where(
            or_(col(MessageRow.id) == receipt.reference, carried),
            MessageRow.provider == provider,
        )
        with self._database.write() as session:
            rows = session.exec(about.order_by(MessageRow.id).with_for_update()).all()
            befores = [to_message(row) for row in rows]
            return any([_apply(session, one, receipt, now=now, chance=chance) for one in befores])

    def without_receipt(
        self, *, provider: str, after: datetime, before: datetime, limit: int
    ) -> list[Unanswered]:
        """What was sent by this provider between these times and is not heard of since, the
        earliest first."""
        sent = select(MessageRow).where(
            col(MessageRow.state) == MessageState.SENT,
            col(MessageRow.provider) == provider,
            col(MessageRow.settled_at) > after,
            col(MessageRow.settled_at) <= before,
        )
        earliest = sent.order_by(col(MessageRow.settled_at)).limit(limit)
        with self._database.read() as session:
            return [
                Unanswered(row.carrier or row.id, Channel(row.channel), provider, row.settled_at)
                for row in session.exec(earliest)
                if row.settled_at is not None
            ]


def _apply(
    session: Session, before: Message, receipt: Receipt, *, now: datetime, chance: float
) -> bool:
    try:
        after = after_receipt(before, receipt, now=now, chance=chance)
    except Conflict:
        return False
    write(session, of_message(before.id, [before.state]), after, now=now)
    if after.reason == receipt.code:  # and not given up for other reasons
        note_address(session, after, now=now)
    return True

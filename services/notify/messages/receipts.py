"""What providers say later became of what they took."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from services.notify.domain.channel import Receipt
from services.notify.domain.message import MessageState
from services.notify.domain.retry import after_receipt
from services.notify.messages.settling import note_address, of_message, to_message, write
from services.notify.messages.tables import MessageRow
from shared.contract import Channel
from shared.database import Database
from shared.errors import Conflict


@dataclass(frozen=True)
class Unanswered:
    """A message that was sent, and whose provider has not said yet what became of it."""

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
        with self._database.write() as session:
            row = session.get(MessageRow, receipt.reference, with_for_update=True)
            if row is None or row.provider != provider:
                return False
            before = to_message(row)
            try:
                after = after_receipt(before, receipt, now=now, chance=chance)
            except Conflict:
                return False
            write(session, of_message(before.id, [before.state]), after, now=now)
            if after.reason == receipt.code:  # and not given up for other reasons
                note_address(session, after, now=now)
        return True

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
                Unanswered(row.id, Channel(row.channel), row.provider, row.settled_at)
                for row in session.exec(earliest)
                if row.settled_at is not None
            ]

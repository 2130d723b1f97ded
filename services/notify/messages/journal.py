"""One message from its event to its receipt, as far as the tables remember it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from services.notify.domain.message import STUCK, Message, fate_id
from services.notify.messages.settling import to_message
from services.notify.messages.tables import (
    HOLD,
    AttemptRow,
    InboxRow,
    LetterRow,
    MessageRow,
    outbox,
)
from shared.contract import Fate
from shared.database import Database
from shared.errors import NotFound


@dataclass(frozen=True, kw_only=True)
class Passed:
    """What the referral service was told of the message: `told_at` is None until it took it, and
    `refused` says why it would not."""

    fate: Fate
    made_at: datetime
    told_at: datetime | None
    refused: str


@dataclass(frozen=True, kw_only=True)
class Followed:
    """`taken_at` is when its event was; `held` is the last time that it was held, if it ever was;
    `tries` are in their order; `letter` is the one on the desk; `again` is the message that was
    made to stand for it."""

    message: Message
    taken_at: datetime
    held: AttemptRow | None
    tries: Sequence[AttemptRow]
    passed: Sequence[Passed]
    letter: LetterRow | None
    again: str

    @property
    def is_stuck(self) -> bool:
        """Nobody tries it again by itself, and nothing stands for it yet."""
        return self.message.state in STUCK and self.message.ask_at is None and not self.again


def follow(database: Database, id: str) -> Followed:
    """NotFound where there is no such message."""
    steps = select(AttemptRow).where(AttemptRow.message == id).order_by(col(AttemptRow.number))
    later = select(MessageRow.id).where(MessageRow.replays == id, MessageRow.replays != "")
    with database.read() as session:
        row = session.get(MessageRow, id)
        event = session.get(InboxRow, row.event) if row else None
        if row is None or event is None:
            raise NotFound("There is no such message.")
        found = session.exec(steps).all()
        return Followed(
            message=to_message(row),
            taken_at=event.received_at,
            held=next((one for one in found if one.number == HOLD), None),
            tries=[one for one in found if one.number != HOLD],
            passed=_passed(session, row),
            letter=session.get(LetterRow, row.carrier or row.id),
            again=session.exec(later).first() or "",
        )


def _passed(session: Session, row: MessageRow) -> list[Passed]:
    fates = {
        fate_id(row.id, fate, attempts): fate
        for fate in Fate
        for attempts in range(row.attempts + 1)
    }
    columns = outbox.c
    found = session.execute(
        select_columns(
            columns.id, columns.created_at, columns.published_at, columns.rejected_reason
        )
        .where(columns.id.in_(fates))
        .order_by(columns.created_at)
    )
    return [
        Passed(fate=fates[id], made_at=made, told_at=told, refused=refused or "")
        for id, made, told, refused in found
    ]

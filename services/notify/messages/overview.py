"""What an operator sees of the messages: ids, states and codes, and nobody's name."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from uuid import uuid5

from sqlalchemy import func
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, exists, select
from sqlmodel.sql.expression import SelectOfScalar

from services.notify.domain.message import (
    ACCEPTED,
    NAMESPACE,
    STUCK,
    UNSENT,
    Message,
    MessageState,
)
from services.notify.messages.settling import insert_new, to_message
from services.notify.messages.tables import OPEN, InboxRow, MessageRow, outbox
from shared.contract import Audience
from shared.database import Database
from shared.outbox import Parked, parked, unpark

SHOWN = 50
MOST_AT_ONCE = 500
DAY = timedelta(days=1)
SOON = timedelta(seconds=10)


@dataclass(frozen=True)
class Waiting:
    """How many messages of one class wait, and since when the oldest might have gone."""

    name: str
    number: int
    oldest: datetime | None


@dataclass(frozen=True)
class Soon:
    """Of the messages that a provider took on the last day, how many it had within ten seconds."""

    within: int
    all: int

    @property
    def percent(self) -> int:
        return round(100 * self.within / self.all) if self.all else 100


class Overview:
    """Each method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def waiting(self, *, now: datetime) -> list[Waiting]:
        """By class: what is urgent, what is for families, and the rest; but for what is held."""
        due = select(
            MessageRow.urgent, MessageRow.audience, func.count(), func.min(MessageRow.free_at)
        ).where(OPEN, col(MessageRow.state).in_(UNSENT), col(MessageRow.free_at) <= now)
        found: dict[str, list[tuple[int, datetime]]] = {"urgent": [], "families": [], "staff": []}
        with self._database.read() as session:
            for urgent, audience, number, oldest in session.exec(
                due.group_by(col(MessageRow.urgent), MessageRow.audience)
            ):
                name = "families" if audience == Audience.FAMILY else "staff"
                found["urgent" if urgent else name].append((number, oldest))
        return [
            Waiting(
                name,
                sum(number for number, _ in parts),
                min((oldest for _, oldest in parts), default=None),
            )
            for name, parts in found.items()
        ]

    def soon(self, *, now: datetime) -> Soon:
        taken = (
            select(MessageRow.free_at, MessageRow.settled_at)
            .join(InboxRow, col(InboxRow.id) == MessageRow.event)
            .where(
                col(InboxRow.received_at) > now - DAY,
                col(MessageRow.state).in_(ACCEPTED),
                col(MessageRow.settled_at).is_not(None),
            )
        )
        with self._database.read() as session:
            waits = [end - start for start, end in session.exec(taken) if end is not None]
        return Soon(sum(wait <= SOON for wait in waits), len(waits))

    def stuck(self) -> list[Message]:
        """What only a person can help on, the newest first."""
        newest = _stuck().order_by(col(MessageRow.settled_at).desc()).limit(SHOWN)
        with self._database.read() as session:
            return [to_message(row) for row in session.exec(newest)]

    def of_task(self, task: str) -> list[Message]:
        """Everything that was to be told of one referral, in the order of time."""
        about = select(MessageRow).where(MessageRow.task == task)
        with self._database.read() as session:
            return [
                to_message(row) for row in session.exec(about.order_by(col(MessageRow.created_at)))
            ]

    def is_message(self, id: str) -> bool:
        with self._database.read() as session:
            return session.get(MessageRow, id) is not None

    def parked(self) -> list[Parked]:
        with self._database.read() as session:
            return parked(session, outbox)

    def unpark(self, ids: Sequence[str]) -> int:
        with self._database.write() as session:
            return unpark(session, outbox, ids)

    def replay(self, id: str, *, now: datetime) -> int:
        """As a new message, for the old one stays what it is; 0 where it is not stuck, or another
        stands for it already."""
        with self._database.write() as session:
            return _replay(session, _stuck().where(MessageRow.id == id), now)

    def replay_all(self, state: MessageState, *, now: datetime) -> int:
        """The stuck ones of a state, so many at once."""
        with self._database.write() as session:
            return _replay(session, _stuck().where(MessageRow.state == state), now)


def _stuck() -> SelectOfScalar[MessageRow]:
    later = aliased(MessageRow)
    stands_for = exists(select(later.id).where(later.replays == MessageRow.id, later.replays != ""))
    return select(MessageRow).where(
        col(MessageRow.state).in_(STUCK), col(MessageRow.ask_at).is_(None), ~stands_for
    )


def _replay(session: Session, stuck: SelectOfScalar[MessageRow], now: datetime) -> int:
    again = [asdict(_anew(to_message(row), now)) for row in session.exec(stuck.limit(MOST_AT_ONCE))]
    if again:
        fresh = insert_new(session, MessageRow).returning(col(MessageRow.id))
        return len(session.execute(fresh, again).all())
    return 0


def _anew(message: Message, now: datetime) -> Message:
    return replace(
        message,
        id=str(uuid5(NAMESPACE, f"{message.id}|again")),
        state=MessageState.CREATED,
        created_at=now,
        due_at=now,
        free_at=now,
        attempts=0,
        reason="",
        expires_at=None,
        settled_at=None,
        provider="",
        address_hash="",
        replays=message.id,
        carrier="",
    )

"""Counts of everything: what came in, what was asked for, and what became of it."""

from collections import Counter
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy.orm import aliased
from sqlmodel import Session, col, exists, func, select

from services.notify.domain.message import MessageState
from services.notify.messages.tables import HeartbeatRow, InboxRow, MessageRow, outbox
from shared.contract import Totals
from shared.database import Database
from shared.outbox import count_all
from shared.wire import REFERRAL

PEER = "referral"


@dataclass(frozen=True, kw_only=True)
class Counts:
    """`events` that were taken `asked` for so many messages, of which so many are `kept`; `states`
    are those of the messages that no other stands for."""

    events: int
    asked: int
    kept: int
    states: Counter[MessageState]


@dataclass(frozen=True)
class Heartbeat:
    at: datetime
    totals: Totals


class Tallies:
    """Each method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def own(self, *, now: datetime) -> Totals:
        """Of the events that go back to the referral service."""
        with self._database.read() as session:
            events, _ = _taken(session)
            return count_all(session, outbox, taken=events, now=now)

    def counts(self) -> Counts:
        first = select(func.count()).where(MessageRow.replays == "")
        with self._database.read() as session:
            events, asked = _taken(session)
            kept = session.exec(first).one()
            return Counts(events=events, asked=asked, kept=kept, states=_states(session))

    def hear(self, totals: Totals, *, now: datetime) -> None:
        with self._database.write() as session:
            session.merge(HeartbeatRow(peer=PEER, at=now, **asdict(totals)))

    def last_heard(self) -> Heartbeat | None:
        with self._database.read() as session:
            row = session.get(HeartbeatRow, PEER)
        if row is None:
            return None
        return Heartbeat(row.at, Totals(**row.model_dump(exclude={"peer", "at"})))


def _taken(session: Session) -> tuple[int, int]:
    from_referral = select(func.count(), func.coalesce(func.sum(InboxRow.asked), 0)).where(
        col(InboxRow.type).startswith(REFERRAL)
    )
    events, asked = session.exec(from_referral).one()
    return events, int(asked)


def _states(session: Session) -> Counter[MessageState]:
    later = aliased(MessageRow)
    stands_for = exists(select(later.id).where(later.replays == MessageRow.id, later.replays != ""))
    counted = select(MessageRow.state, func.count()).where(~stands_for).group_by(MessageRow.state)
    return Counter({MessageState(state): number for state, number in session.exec(counted)})

"""Takes back what has not left yet when something newer is told of the same referral."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from services.notify.domain.message import UNSENT, Message, MessageState
from services.notify.domain.overtaking import ENDS_ALL, OVERTAKES
from services.notify.messages.tables import MessageRow
from shared.contract import Moment

_OVERTAKEN = frozenset().union(*OVERTAKES.values())


def overtakes(moment: Moment) -> bool:
    return moment in OVERTAKES or moment in ENDS_ALL


def take_back(session: Session, newer: Message, *, now: datetime) -> None:
    """End the unsent messages that this one makes needless. One that a pass is sending just now
    goes out as well."""
    older = update(MessageRow).where(
        col(MessageRow.task) == newer.task,
        col(MessageRow.event) != newer.event,
        col(MessageRow.happened_at) <= newer.happened_at,
        col(MessageRow.state).in_(UNSENT),
    )
    if newer.moment in ENDS_ALL:
        ended: dict[str, str] = {"state": MessageState.CANCELLED, "reason": newer.moment}
    else:
        older = older.where(
            col(MessageRow.recipient) == newer.recipient,
            col(MessageRow.moment).in_(OVERTAKES[newer.moment]),
        )
        ended = {"state": MessageState.SUPERSEDED, "reason": f"by-{newer.moment}"}
    session.execute(older.values(**ended, settled_at=now))


def not_overtaken(session: Session, messages: Sequence[Message], *, now: datetime) -> list[Message]:
    """The messages, those that come later than what overtakes them as superseded."""
    return [_checked(session, one, now) if one.moment in _OVERTAKEN else one for one in messages]


def _checked(session: Session, message: Message, now: datetime) -> Message:
    newer = select(MessageRow.id).where(
        MessageRow.task == message.task,
        MessageRow.recipient == message.recipient,
        col(MessageRow.moment).in_(_overtaking(message.moment)),
        col(MessageRow.happened_at) > message.happened_at,
    )
    if session.exec(newer.limit(1)).first() is None:
        return message
    return replace(message, state=MessageState.SUPERSEDED, reason="came-late", settled_at=now)


def _overtaking(moment: Moment) -> Collection[str]:
    return [newer for newer, older in OVERTAKES.items() if moment in older] + list(ENDS_ALL)

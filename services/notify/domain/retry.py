"""What becomes of a message after a try or a receipt, and when it is tried again."""

from datetime import datetime, timedelta

from services.notify.domain.category import WHEN_IN_DOUBT, Doubt, category_of
from services.notify.domain.channel import (
    GRACE,
    Dedup,
    Outcome,
    Provider,
    Receipt,
    ReceiptState,
    Sent,
)
from services.notify.domain.message import Cause, Message, MessageState
from shared.backoff import wait_after
from shared.contract import Channel

GIVE_UP_AFTER = timedelta(hours=72)

_ENDS = {
    Outcome.ACCEPTED: MessageState.SENT,
    Outcome.PERMANENT: MessageState.PERMANENT_FAILURE,
}
#: What trying ends with once it has gone on for too long, by what the last try came to.
_GIVEN_UP = {
    Outcome.TEMPORARY: MessageState.PERMANENT_FAILURE,
    Outcome.TECHNICAL: MessageState.TECHNICAL_FAILURE,
}


def after_try(
    message: Message, sent: Sent, provider: Provider, *, now: datetime, chance: float
) -> Message:
    """The message as it is after this try; `chance` (0 to 1) picks the wait within its limit."""
    if sent.outcome is Outcome.UNCERTAIN:
        return in_doubt(message, provider.dedup, sent.code, by=Cause.ANSWER, now=now)
    if sent.outcome not in _ENDS:
        gives_up = _GIVEN_UP[sent.outcome]
        return again(message, sent.code, gives_up=gives_up, by=Cause.ANSWER, now=now, chance=chance)
    end = _ENDS[sent.outcome]
    if end is MessageState.SENT and message.channel is Channel.IN_APP:
        end = MessageState.DELIVERED  # being told of it is having it
    return message.to(end, Cause.ANSWER, reason=sent.code, settled_at=now)


def in_doubt(
    message: Message, dedup: Dedup | None, code: str, *, by: Cause, now: datetime
) -> Message:
    """Nobody knows whether it went. A provider that takes a reference once gets it again, one that
    can be asked is asked; where neither is so its category decides whether it stays uncertain.
    `dedup` is None where the provider is not set up any more."""
    twice_is_well = WHEN_IN_DOUBT[category_of(message.moment, message.audience)] is Doubt.SEND_AGAIN
    if dedup is Dedup.UNIQUE or (twice_is_well and dedup is not Dedup.LOOK_UP):
        return message.to(MessageState.TEMPORARY_FAILURE, by, reason=code, due_at=now)
    ask_at = now + GRACE if dedup is Dedup.LOOK_UP else None
    changes = {"reason": code, "ask_at": ask_at, "settled_at": now}
    return message.to(MessageState.UNCERTAIN, by, **changes)


def again(
    message: Message,
    code: str,
    *,
    by: Cause,
    now: datetime,
    chance: float,
    gives_up: MessageState = MessageState.PERMANENT_FAILURE,
) -> Message:
    """Later, or never again when it has been tried for three days."""
    again_at = now + wait_after(max(message.attempts, 1), chance=chance)
    if again_at >= message.free_at + GIVE_UP_AFTER:
        return message.to(gives_up, by, reason=f"given-up: {code}", settled_at=now)
    changes = {"reason": code, "due_at": again_at, "ask_at": None}
    return message.to(MessageState.TEMPORARY_FAILURE, by, **changes)


def after_receipt(message: Message, receipt: Receipt, *, now: datetime, chance: float) -> Message:
    """Conflict where the message has come further than the receipt says."""
    if receipt.state is ReceiptState.TEMPORARY_FAILURE:
        return again(message, receipt.code, by=Cause.RECEIPT, now=now, chance=chance)
    state = MessageState(receipt.state)
    return message.to(state, Cause.RECEIPT, reason=receipt.code, settled_at=now, ask_at=None)


def after_look_up(message: Message, found: Receipt | None, *, now: datetime) -> Message:
    """What the provider says of a message that is uncertain; what it has not got may go again."""
    if found is not None:
        return after_receipt(message, found, now=now, chance=0)
    changes = {"reason": "provider-has-not-got-it", "due_at": now, "ask_at": None}
    return message.to(MessageState.TEMPORARY_FAILURE, Cause.RECOVERY, **changes)

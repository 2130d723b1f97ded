"""A message to one person by one channel: what it is, and which states it goes through."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid5

from shared.contract import Audience, Channel, Fate, MessageEvent, Moment
from shared.errors import Conflict

NAMESPACE = UUID("5e6f7c36-8a55-5d5f-9f0c-2f6d3f1f6c11")


class MessageState(StrEnum):
    """Where a message is."""

    CREATED = "created"  # to be sent as soon as somebody gets to it
    HELD = "held"  # to be sent, and not before its hour
    SENDING = "sending"  # it may be leaving just now
    SENT = "sent"  # a provider took it
    DELIVERED = "delivered"  # it has arrived, by the provider's word; or lies in the inbox
    TEMPORARY_FAILURE = "temporary-failure"  # it did not go, and is tried again
    PERMANENT_FAILURE = "permanent-failure"  # this address does not get it; nobody tries again
    TECHNICAL_FAILURE = "technical-failure"  # we or a provider could not; nobody tries again
    UNCERTAIN = "uncertain"  # it may have gone or not
    CANCELLED = "cancelled"  # the person may not be told any more, or does not want to be
    SUPERSEDED = "superseded"  # another message says it
    EXPIRED = "expired"  # its moment has passed


class Cause(StrEnum):
    """Who or what takes a message from one state to another."""

    TRY = "a try begins"
    ANSWER = "the provider's answer to a try"
    RECEIPT = "the provider's receipt, by callback or because it was asked"
    RECOVERY = "a try was cut off, and it was found out what came of it"
    NOT_NOW = "the hours, the caps, or nobody to ask where the person is"
    NOT_ANY_MORE = "withdrawn, not safe, not wanted, no address"
    OVERTAKEN = "a newer message says it, or another channel carries it"
    TOO_LATE = "its moment has passed"


_S = MessageState
_UNSENT: Mapping[MessageState, frozenset[Cause]] = {
    _S.SENDING: frozenset({Cause.TRY}),
    _S.HELD: frozenset({Cause.NOT_NOW}),
    _S.TEMPORARY_FAILURE: frozenset({Cause.NOT_NOW}),
    _S.CANCELLED: frozenset({Cause.NOT_ANY_MORE}),
    _S.PERMANENT_FAILURE: frozenset({Cause.NOT_ANY_MORE, Cause.NOT_NOW}),
    _S.TECHNICAL_FAILURE: frozenset({Cause.NOT_ANY_MORE, Cause.NOT_NOW}),
    _S.SUPERSEDED: frozenset({Cause.OVERTAKEN}),
    _S.EXPIRED: frozenset({Cause.TOO_LATE}),
}
_LEFT = frozenset({Cause.ANSWER, Cause.RECEIPT, Cause.RECOVERY})
_TAKEN: Mapping[MessageState, frozenset[Cause]] = {
    _S.SENT: _LEFT,
    _S.DELIVERED: _LEFT,
    _S.TEMPORARY_FAILURE: _LEFT,
    _S.PERMANENT_FAILURE: _LEFT,
    _S.TECHNICAL_FAILURE: _LEFT,
}
_BY_RECEIPT = frozenset({Cause.RECEIPT})

#: Every change there is, and what may cause it. From a state that is not here nothing leads away:
#: who wants such a message sent again makes a new one of it.
CHANGES: Mapping[MessageState, Mapping[MessageState, frozenset[Cause]]] = {
    _S.CREATED: _UNSENT,
    _S.HELD: _UNSENT,
    _S.TEMPORARY_FAILURE: _UNSENT,
    _S.SENDING: {**_TAKEN, _S.UNCERTAIN: frozenset({Cause.ANSWER, Cause.RECOVERY})},
    _S.UNCERTAIN: _TAKEN,
    _S.SENT: {
        _S.DELIVERED: _BY_RECEIPT,
        _S.TEMPORARY_FAILURE: _BY_RECEIPT,
        _S.PERMANENT_FAILURE: _BY_RECEIPT,
        _S.TECHNICAL_FAILURE: _BY_RECEIPT,
    },
}

#: Somebody still has to do something about these, sooner or later.
UNSENT = frozenset({_S.CREATED, _S.HELD, _S.TEMPORARY_FAILURE})
#: It was not sent, and that is right.
STOPPED = frozenset({_S.CANCELLED, _S.SUPERSEDED, _S.EXPIRED})
ACCEPTED = frozenset({_S.SENT, _S.DELIVERED})
FAILED = frozenset({_S.PERMANENT_FAILURE, _S.TECHNICAL_FAILURE})
#: Nobody tries these again by itself.
STUCK = FAILED | {_S.UNCERTAIN}

#: How the reason of a superseded message begins that goes by another channel.
BY = "by-"

#: What the referral service hears of.
FATES: Mapping[MessageState, Fate] = {
    _S.SENT: Fate.ACCEPTED,
    _S.DELIVERED: Fate.DELIVERED,
    _S.PERMANENT_FAILURE: Fate.FAILED,
    _S.TECHNICAL_FAILURE: Fate.FAILED,
    _S.UNCERTAIN: Fate.UNCERTAIN,
}


@dataclass(frozen=True, kw_only=True)
class Message:
    """Something to tell one person.

    `due_at` is when somebody should next look at it: to try, or, while it is being tried, because
    whoever tried must have stopped. `free_at` is from when on it might leave: trying ends some time
    after that. After `expires_at` it is pointless. `ask_at` is when to ask the provider what became
    of it. `provider` is the last that was tried, `address_hash` where it went; `version` and
    `hash` name the very words. `replays` is the message that this one repeats, `carrier` the digest
    that it goes with.
    """

    id: str
    event: str
    moment: Moment
    task: str
    concern: str
    child: str
    level: int
    recipient: str
    audience: Audience
    urgent: bool
    channel: Channel
    template: str
    created_at: datetime
    due_at: datetime
    free_at: datetime
    happened_at: datetime
    state: MessageState = MessageState.CREATED
    attempts: int = 0
    reason: str = ""
    expires_at: datetime | None = None
    ask_at: datetime | None = None
    settled_at: datetime | None = None
    provider: str = ""
    address_hash: str = ""
    version: str = ""
    hash: str = ""
    replays: str = ""
    carrier: str = ""

    @property
    def reference(self) -> str:
        """What providers know it by."""
        return self.carrier or self.id

    def to(self, state: MessageState, by: Cause, **changes: Any) -> "Message":
        """The message in another state. Conflict where that cause does not lead there."""
        if by not in CHANGES.get(self.state, {}).get(state, ()):
            raise Conflict(f"A message that is {self.state} does not become {state} by: {by}.")
        return replace(self, **changes, state=state)


def message_id(*, event: str, recipient: str, channel: Channel, template: str) -> str:
    """The same for every repeat, so that a repeat is the same message."""
    return str(uuid5(NAMESPACE, "|".join((event, recipient, channel, template))))


def _is_unsent_for_good(message: Message) -> bool:
    """No other message says the same to this person. (The inbox shows what lies in it, and no
    more.)"""
    is_over = message.state in STOPPED and not message.reason.startswith(BY)
    return is_over and message.channel is not Channel.IN_APP


def fate_id(message: str, fate: Fate, attempts: int) -> str:
    """Of the event that tells what became of a message after so many tries."""
    return str(uuid5(NAMESPACE, f"{message}|{fate}|{attempts}"))


def fate_of(message: Message, *, at: datetime) -> MessageEvent | None:
    """What to tell the referral service, if the message has reached an end it should hear of. What
    the provider can still be asked about is no end."""
    fate = FATES.get(message.state)
    if fate is None and message.moment is Moment.MESSAGE and _is_unsent_for_good(message):
        fate = Fate.NOT_SENT  # whoever asked for it waits to hear what came of it
    if fate is None or message.ask_at is not None:
        return None
    return told_as(message, fate, at=at)


def told_as(message: Message, fate: Fate, *, at: datetime) -> MessageEvent:
    """What the referral service hears of it."""
    return MessageEvent(
        id=fate_id(message.id, fate, message.attempts),
        at=at,
        fate=fate,
        message=message.id,
        event=message.event,
        task=message.task,
        concern=message.concern,
        child=message.child,
        recipient=message.recipient,
        channel=message.channel,
        template=message.template,
        version=message.version,
        hash=message.hash,
    )

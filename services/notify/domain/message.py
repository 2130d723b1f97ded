"""A message to one person by one channel: what it is, and which states it goes through."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid5

from shared.contract import Audience, Channel, Fate, MessageEvent, Moment

NAMESPACE = UUID("5e6f7c36-8a55-5d5f-9f0c-2f6d3f1f6c11")


class State(StrEnum):
    """Where a message is; every state but the first two is an end."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"  # a mail server took it
    DELIVERED = "delivered"  # it lies in the person's inbox
    CANCELLED = "cancelled"  # the person may not be told any more
    FAILED = "failed"  # given up
    UNCERTAIN = "uncertain"  # nobody knows whether it went out: never sent again by itself


class Result(StrEnum):
    """What a channel can say about one try."""

    SENT = "sent"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    LATER = "later"
    UNREACHABLE = "unreachable"  # as LATER, and no use trying the channel's other messages now
    NEVER = "never"
    UNCERTAIN = "uncertain"


#: What a message becomes if the process stops while sending it. An inbox can be written to twice
#: with the same message; a mail server cannot be asked whether it has one.
AFTER_A_CRASH: dict[Channel, State] = {
    Channel.EMAIL: State.UNCERTAIN,
    Channel.IN_APP: State.WAITING,
}

#: What the referral service hears about it.
FATES: dict[State, Fate] = {
    State.SENT: Fate.ACCEPTED,
    State.DELIVERED: Fate.DELIVERED,
    State.FAILED: Fate.FAILED,
    State.UNCERTAIN: Fate.UNCERTAIN,
}


@dataclass(frozen=True)
class Outcome:
    """One try's result; `reason` is a code or a reply code, never an address."""

    result: Result
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Message:
    """Something to tell one person. `due_at` is when somebody should next look at it: to try, or,
    while it is being tried, because whoever tried must have stopped."""

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
    state: State = State.WAITING
    attempts: int = 0
    reason: str = ""


def message_id(*, event: str, recipient: str, channel: Channel, template: str) -> str:
    """The same for every repeat, so that a repeat is the same message."""
    return str(uuid5(NAMESPACE, "|".join((event, recipient, channel, template))))


def fate_of(message: Message, *, at: datetime) -> MessageEvent | None:
    """What to tell the referral service, if the message has reached an end it should hear of."""
    fate = FATES.get(message.state)
    if fate is None:
        return None
    return MessageEvent(
        id=str(uuid5(NAMESPACE, f"{message.id}|{fate}|{message.attempts}")),
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
    )

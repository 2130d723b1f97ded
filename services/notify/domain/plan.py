"""Which messages an event makes: one for each person and channel, in which words."""

from datetime import datetime

from services.notify.domain.message import Message, message_id
from services.notify.domain.overtaking import WORTH
from shared.contract import Audience, Channel, Moment, Recipient, ReferralEvent

BOTH = (Channel.EMAIL, Channel.IN_APP)

CHANNELS: dict[Audience, tuple[Channel, ...]] = {
    Audience.REFERRER: BOTH,
    Audience.SERVICE: BOTH,
    Audience.FAMILY: (Channel.EMAIL,),
    Audience.COORDINATOR: BOTH,
    Audience.NEXT_STEP: BOTH,
    Audience.KEY_CONTACT: BOTH,
    Audience.MANAGER: BOTH,
    Audience.AREA: BOTH,
    Audience.LEADERS: BOTH,
}

#: What staff alone are told of; families read it in the record.
AMONG_STAFF = frozenset(
    {Moment.OPENED_IN_EMERGENCY, Moment.REASSIGNED, Moment.REACH_FAMILY, Moment.UNDELIVERED}
)

#: The moments for which an audience has words of its own; at others staff share theirs.
OWN_WORDS: dict[Audience, frozenset[Moment]] = {
    Audience.REFERRER: frozenset(
        {Moment.MADE, Moment.QUESTION_ASKED, Moment.RETURNED, Moment.ESCALATED}
    ),
    Audience.SERVICE: frozenset(
        {Moment.MADE, Moment.QUESTION_ANSWERED, Moment.ESCALATED, Moment.THINGS_CHANGED}
    ),
    Audience.FAMILY: frozenset(Moment) - AMONG_STAFF,
    Audience.COORDINATOR: frozenset(
        {Moment.MADE, Moment.RETURNED, Moment.ESCALATED, Moment.OPENED_IN_EMERGENCY}
    ),
    Audience.NEXT_STEP: frozenset({Moment.RETURNED}),
    Audience.KEY_CONTACT: frozenset(
        {Moment.THINGS_CHANGED, Moment.REACH_FAMILY, Moment.UNDELIVERED}
    ),
    Audience.MANAGER: frozenset({Moment.ESCALATED}),
    Audience.AREA: frozenset({Moment.ESCALATED}),
    Audience.LEADERS: frozenset({Moment.ESCALATED}),
}


#: What a day's messages to one person of the staff are put together in.
DIGEST = "staff/digest"


def template_for(moment: Moment, audience: Audience) -> str:
    """The name of the words: `<audience>/<moment>`, or `staff/<moment>` where staff share them."""
    return f"{audience if moment in OWN_WORDS[audience] else 'staff'}/{moment}"


def messages_for(event: ReferralEvent, *, now: datetime) -> list[Message]:
    """Who is listed twice for the same words is told once."""
    planned = [
        _message(event, recipient, channel, now)
        for recipient in event.recipients
        for channel in _channels(event, recipient.audience)
    ]
    return list({message.id: message for message in planned}.values())


def _channels(event: ReferralEvent, audience: Audience) -> tuple[Channel, ...]:
    """Families by the channel that was asked for, where one was."""
    is_family = audience is Audience.FAMILY
    return (event.medium,) if event.medium and is_family else CHANNELS[audience]


def _message(event: ReferralEvent, to: Recipient, channel: Channel, now: datetime) -> Message:
    template = template_for(event.moment, to.audience)
    return Message(
        id=message_id(event=event.id, recipient=to.id, channel=channel, template=template),
        event=event.id,
        moment=event.moment,
        task=event.task,
        concern=event.concern,
        child=event.child,
        level=event.level,
        recipient=to.id,
        audience=to.audience,
        urgent=to.urgent,
        channel=channel,
        template=template,
        created_at=now,
        due_at=now,
        free_at=now,
        happened_at=event.at,
        expires_at=now + worth if (worth := WORTH.get(event.moment)) else None,
    )

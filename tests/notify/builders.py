"""Events and messages that are ordinary unless a test says otherwise."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from services.notify.domain.message import Message
from services.notify.domain.plan import messages_for
from shared.cloudevents import CloudEvent
from shared.contract import Audience, Channel, Moment, Recipient, ReferralEvent
from shared.wire import referral_to_cloudevent

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)

FAMILY = Recipient(id="RelatedPerson/parent", audience=Audience.FAMILY)
REFERRER = Recipient(id="Practitioner/nursery", audience=Audience.REFERRER)
SERVICE = Recipient(id="Practitioner/speech", audience=Audience.SERVICE)


def an_event(*recipients: Recipient, **changes: Any) -> ReferralEvent:
    facts: dict[str, Any] = {
        "id": str(uuid4()),
        "at": NOON,
        "moment": Moment.MADE,
        "task": "task-1",
        "concern": "concern-1",
        "child": "child-1",
        "service": "service-1",
        "move": "raise",
        "state": "requested",
        "level": 0,
        "recipients": recipients or (FAMILY,),
    }
    return ReferralEvent(**facts | changes)


def an_envelope(*recipients: Recipient, **changes: Any) -> CloudEvent:
    return referral_to_cloudevent(an_event(*recipients, **changes))


def a_message(channel: Channel = Channel.EMAIL) -> Message:
    planned = messages_for(an_event(REFERRER), now=NOON)
    return next(message for message in planned if message.channel is channel)

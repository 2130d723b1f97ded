"""Events and messages that are ordinary unless a test says otherwise."""

from datetime import UTC, date, datetime, time
from typing import Any
from uuid import uuid4

from services.notify.domain.decide import Area
from services.notify.domain.hours import area_hours
from services.notify.domain.message import Message
from services.notify.domain.plan import messages_for
from shared.cloudevents import CloudEvent
from shared.contract import Audience, Channel, Moment, Recipient, ReferralEvent
from shared.wire import referral_to_cloudevent

LINKS = "http://127.0.0.1:8000"
HOLIDAYS = frozenset({date(2026, 4, 3), date(2026, 4, 6), date(2026, 12, 25), date(2026, 12, 28)})
HOURS = area_hours(quiet=(time(21), time(8)), phone=(time(8, 30), time(16, 30)), holidays=HOLIDAYS)
AREA = Area(hours=HOURS, channels=frozenset(Channel))
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

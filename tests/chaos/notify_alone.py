"""notify in this process with a virtual clock, and events that make one mail each."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from random import Random

from services.notify.domain.channel import Providers
from services.notify.domain.plan import messages_for
from services.notify.messages.people import People
from services.notify.messages.store import Store
from services.notify.use_cases.compose import Compose
from services.notify.use_cases.delivery import Delivery
from shared.contract import Audience, Channel, Recipient, ReferralEvent
from shared.database import Database
from shared.wire import referral_to_cloudevent
from tests.notify.builders import AREA, LINKS, an_event
from tests.notify.world import Clock, Referral


def family(number: int) -> Recipient:
    return Recipient(id=f"RelatedPerson/parent-{number}", audience=Audience.FAMILY)


def family_events(number: int) -> list[ReferralEvent]:
    """One mail each, to somebody else each."""
    return [an_event(family(one)) for one in range(number)]


def keep(database: Database, clock: Clock, events: Sequence[ReferralEvent]) -> None:
    envelopes = {one.id: referral_to_cloudevent(one) for one in events}
    planned = {one.id: (envelopes[one.id], messages_for(one, now=clock())) for one in events}
    Store(database).take(planned, now=clock())


def delivery(
    database: Database,
    clock: Callable[[], datetime],
    channels: Mapping[Channel, Providers],
    *,
    referral: Referral | None = None,
) -> Delivery:
    return Delivery(
        store=Store(database),
        people=People(database),
        area=AREA,
        ask=(referral or Referral(Clock())).results,
        channels=channels,
        compose=Compose(pages_url=LINKS),
        chance=Random(5).random,
        clock=clock,
    )

"""Both nights on which the clocks change, with digests and quiet hours."""

from collections import Counter
from datetime import UTC, datetime, time, timedelta
from random import Random

import pytest

from services.notify.channels.one_provider import OneProvider
from services.notify.domain.category import Category
from services.notify.domain.channel import Outgoing, Sent
from services.notify.domain.hours import LONDON
from services.notify.domain.message import MessageState
from services.notify.domain.plan import DIGEST
from services.notify.domain.preferences import Pace, Preferences
from services.notify.messages.people import People
from services.notify.messages.store import Store
from services.notify.use_cases.deliver_due import deliver_due
from shared.contract import Channel, Moment
from shared.database import Database
from tests.chaos.conftest import Say
from tests.chaos.notify_alone import delivery, family, keep
from tests.chaos.sizes import size
from tests.notify.builders import REFERRER, an_event
from tests.notify.providers import ACCEPTED, Doing
from tests.notify.world import Clock, address_of

SEED = 20261122
FRIDAYS = {
    "spring": datetime(2026, 3, 27, 12, 0, tzinfo=UTC),
    "autumn": datetime(2026, 10, 23, 12, 0, tzinfo=UTC),
}
DAYS = timedelta(days=4)
EVERY = timedelta(minutes=size(10, 1))  # between passes
A_FAMILY_IN = 0.25  # of these, something happened that a family is told of
DAILY = Preferences(wishes={(Category.NEWS, Channel.EMAIL): Pace.DAILY})
AWAKE = time(8), time(21)
DIGESTS = time(7, 30)


@pytest.mark.parametrize("season", FRIDAYS)
def test_when_the_clocks_change_nobody_is_woken_and_each_day_has_its_digest(
    database: Database, backend: str, season: str, say: Say
) -> None:
    clock, random = Clock(), Random(SEED)
    clock.now = FRIDAYS[season]
    sent: list[tuple[datetime, Outgoing]] = []
    people = People(database)
    people.keep(REFERRER.id, DAILY, by=REFERRER.id, now=clock())

    def take(message: Outgoing) -> Sent:
        sent.append((clock().astimezone(LONDON), message))
        return ACCEPTED

    at = delivery(database, clock, {Channel.EMAIL: OneProvider(Doing(take))})
    happened: dict[str, datetime] = {}
    news = 0
    while clock() < FRIDAYS[season] + DAYS:
        if random.random() < A_FAMILY_IN:
            told = family(len(happened))
            happened[address_of(told.id)] = clock()
            keep(database, clock, [an_event(told, at=clock())])
        if clock().minute == 0:
            news += 1
            keep(database, clock, [an_event(REFERRER, moment=Moment.ACCEPTED, at=clock())])
        deliver_due(at, now=clock())
        clock.now += EVERY
    families = [(when, one.address) for when, one in sent if one.template != DIGEST]
    digests = Counter(when.date() for when, one in sent if one.template == DIGEST)
    woken = [when for when, _ in families if not AWAKE[0] <= when.time() < AWAKE[1]]
    twice = len(families) - len({address for _, address in families})
    say(
        f"{backend}: clocks change in {season}: {len(families)} families told, {len(woken)} woken, "
        f"{sum(digests.values())} digests on {len(digests)} days, TWICE {twice}"
    )
    assert families
    assert (woken, twice) == ([], 0)
    assert list(digests.values()) == [1] * DAYS.days
    for when, one in sent:
        if one.template == DIGEST:
            assert DIGESTS <= when.time() < (datetime.combine(when, DIGESTS) + EVERY).time()
    for when, address in families:
        assert when.astimezone(UTC) < _may_go(happened[address]) + EVERY
    late = [one for one in happened.values() if _may_go(one) < clock() - EVERY]
    assert len(families) >= len(late)
    assert set(Store(database).tally()) <= {
        MessageState.SENT,
        MessageState.HELD,
        MessageState.CREATED,
    }


def _may_go(at: datetime) -> datetime:
    """The first minute, counted one by one, in which a family may be written to."""
    while not AWAKE[0] <= at.astimezone(LONDON).time() < AWAKE[1]:
        at += timedelta(minutes=1)
    return at

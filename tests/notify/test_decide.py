"""Whether, where and when a message goes."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notify.domain.addresses import address_hash
from services.notify.domain.category import Category, category_of
from services.notify.domain.decide import (
    CAPS,
    DIGEST,
    By,
    Go,
    Hold,
    Standing,
    Stop,
    decide,
)
from services.notify.domain.hours import LONDON
from services.notify.domain.message import Message, MessageState
from services.notify.domain.plan import messages_for
from services.notify.domain.preferences import Pace, Preferences
from shared.contract import Audience, Channel, Moment, Recipient, RecipientResult
from tests.notify.builders import AREA, FAMILY, NOON, REFERRER, an_event

EMAIL, SMS, LETTER = Channel.EMAIL, Channel.SMS, Channel.LETTER
NIGHT = datetime(2026, 3, 2, 22, 0, tzinfo=UTC)
MORNING = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)
SATURDAY = datetime(2026, 3, 7, 12, 0, tzinfo=UTC)
MONDAY = datetime(2026, 3, 9, 8, 30, tzinfo=UTC)
DIGEST_AT = datetime(2026, 3, 3, 7, 30, tzinfo=UTC)

WAYS: dict[str, Any] = {
    "email": "parent@example.org",
    "phone": "07700900123",
    "post": ("A Parent", "1 Road"),
}


def to(moment: Moment, recipient: Recipient = FAMILY, channel: Channel = EMAIL) -> Message:
    planned = messages_for(an_event(recipient, moment=moment), now=NOON)
    message = next(one for one in planned if one.channel is EMAIL)
    return replace(message, channel=channel)


def standing(wishes: Preferences | None = None, **changes: Any) -> Standing:
    ways = {**WAYS, **{name: changes.pop(name) for name in list(changes) if name in WAYS}}
    result = RecipientResult(recipient=FAMILY.id, may_send=True, **ways)
    return Standing(to=result, wishes=wishes or Preferences(), **changes)


def wishing(*wishes: tuple[Category, Channel, Pace], **more: Any) -> Preferences:
    return Preferences(wishes={(one, by): pace for one, by, pace in wishes}, **more)


def test_by_day_a_family_hears_at_once() -> None:
    assert decide(to(Moment.ACCEPTED), standing(), AREA, now=NOON) == Go("parent@example.org")


def test_by_night_a_family_hears_in_the_morning() -> None:
    held = decide(to(Moment.ACCEPTED), standing(), AREA, now=NIGHT)
    assert held == Hold(MORNING, "hours")


def test_staff_hear_by_night_as_well() -> None:
    assert isinstance(decide(to(Moment.MADE, REFERRER), standing(), AREA, now=NIGHT), Go)


def test_a_text_wakes_staff_only_when_it_is_urgent() -> None:
    area = replace(AREA, channels=frozenset({EMAIL, SMS}))
    calm = replace(to(Moment.MADE, FAMILY, SMS), audience=Audience.FAMILY)
    wishes = wishing((Category.NEWS, SMS, Pace.AT_ONCE))
    assert isinstance(decide(calm, standing(wishes), area, now=NIGHT), Hold)


@pytest.mark.parametrize("moment", [Moment.RETURNED, Moment.COMPLETED])
def test_hard_news_wait_until_somebody_answers_the_telephone(moment: Moment) -> None:
    assert decide(to(moment), standing(), AREA, now=SATURDAY) == Hold(MONDAY, "hours")
    assert isinstance(decide(to(moment), standing(), AREA, now=NOON), Go)
    assert isinstance(decide(to(Moment.ACCEPTED), standing(), AREA, now=SATURDAY), Go)


def test_who_asks_for_a_link_in_the_night_is_awake() -> None:
    assert isinstance(decide(to(Moment.WAY_IN_ASKED), standing(), AREA, now=NOON), Go)
    asked = replace(to(Moment.WAY_IN_ASKED), expires_at=NIGHT + timedelta(minutes=30))
    assert isinstance(decide(asked, standing(), AREA, now=NIGHT), Go)


def test_a_link_that_has_run_out_is_not_sent() -> None:
    stop = decide(to(Moment.WAY_IN_ASKED), standing(), AREA, now=NOON + timedelta(hours=1))
    assert isinstance(stop, Stop)
    assert stop.state is MessageState.EXPIRED


def test_a_reminder_whose_moment_passes_while_it_would_wait_expires() -> None:
    reminder = replace(to(Moment.REMINDED), expires_at=NIGHT + timedelta(hours=1))
    stop = decide(reminder, standing(), AREA, now=NIGHT)
    assert isinstance(stop, Stop)
    assert stop.state is MessageState.EXPIRED


@pytest.mark.parametrize(
    ("reason", "state"),
    [
        ("agreement-withdrawn", MessageState.CANCELLED),
        ("not-safe", MessageState.CANCELLED),
        ("left", MessageState.CANCELLED),
        ("no-address", MessageState.PERMANENT_FAILURE),
    ],
)
def test_who_may_not_be_told_is_not(reason: str, state: MessageState) -> None:
    barred = RecipientResult(recipient=FAMILY.id, may_send=False, reason=reason)
    stop = decide(to(Moment.ACCEPTED), Standing(to=barred), AREA, now=NOON)
    assert isinstance(stop, Stop)
    assert (stop.state, stop.why) == (state, reason)


WAY: dict[str, tuple[Preferences, dict[str, Any], Channel]] = {
    "as it comes": (Preferences(), {}, EMAIL),
    "wants texts": (wishing((Category.NEWS, SMS, Pace.AT_ONCE)), {}, SMS),
    "wants letters": (wishing((Category.NEWS, LETTER, Pace.AT_ONCE)), {}, LETTER),
    "wants texts and has no telephone": (
        wishing((Category.NEWS, SMS, Pace.AT_ONCE)),
        {"phone": None},
        EMAIL,
    ),
    "has no mail": (Preferences(), {"email": None}, SMS),
    "has a letter box only": (Preferences(), {"email": None, "phone": None}, LETTER),
    "mail bounces": (
        Preferences(),
        {"suppressed": frozenset({address_hash("parent@example.org")})},
        SMS,
    ),
    "wants no mail": (
        wishing((Category.NEWS, EMAIL, Pace.OFF), (Category.NEWS, SMS, Pace.AT_ONCE)),
        {},
        SMS,
    ),
}


@pytest.mark.parametrize("case", WAY)
def test_a_family_hears_by_the_way_it_wants_or_the_next_that_works(case: str) -> None:
    wishes, facts, channel = WAY[case]
    verdict = decide(to(Moment.ACCEPTED), standing(wishes, **facts), AREA, now=NOON)
    assert verdict == (Go("parent@example.org") if channel is EMAIL else By(channel))


def test_with_no_way_left_it_becomes_work() -> None:
    nowhere = standing(email=None, phone=None, post=())
    stop = decide(to(Moment.ACCEPTED), nowhere, AREA, now=NOON)
    assert isinstance(stop, Stop)
    assert stop.state is MessageState.PERMANENT_FAILURE


def test_a_channel_that_nobody_has_set_up_is_no_way() -> None:
    area = replace(AREA, channels=frozenset({EMAIL, Channel.IN_APP}))
    wishes = wishing((Category.NEWS, SMS, Pace.AT_ONCE))
    assert isinstance(decide(to(Moment.ACCEPTED), standing(wishes), area, now=NOON), Go)


def test_a_shared_telephone_gets_no_decision() -> None:
    wishes = wishing((Category.DECISIONS, SMS, Pace.AT_ONCE), shared_phone=True)
    assert isinstance(decide(to(Moment.RETURNED), standing(wishes), AREA, now=NOON), Go)
    alone = replace(wishes, shared_phone=False)
    assert decide(to(Moment.RETURNED), standing(alone), AREA, now=NOON) == By(SMS)


def test_what_is_not_wanted_is_not_sent_but_what_is_needed_is() -> None:
    off = wishing(
        *((Category.NEWS, one, Pace.OFF) for one in (EMAIL, SMS, LETTER)),
        *((Category.APPOINTMENTS, one, Pace.OFF) for one in (EMAIL, SMS, LETTER)),
    )
    stop = decide(to(Moment.ACCEPTED), standing(off), AREA, now=NOON)
    assert isinstance(stop, Stop)
    assert stop.why == "not-wanted"
    assert isinstance(decide(to(Moment.APPOINTMENT_OFFERED), standing(off), AREA, now=NOON), Go)


def test_safe_times_are_kept_even_where_nights_are_not() -> None:
    safe = Preferences(days=frozenset({2}), safe_from=time(9), safe_until=time(11))
    tried_out = replace(AREA, as_in_life=False)
    held = decide(to(Moment.ACCEPTED), standing(safe), tried_out, now=NOON)
    assert held == Hold(datetime(2026, 3, 4, 9, 0, tzinfo=UTC), "hours")
    assert isinstance(decide(to(Moment.ACCEPTED), standing(), tried_out, now=NIGHT), Go)


def test_safe_times_at_which_nobody_answers_the_telephone_are_work_for_a_person() -> None:
    safe = Preferences(days=frozenset({6}))
    stop = decide(to(Moment.RETURNED), standing(safe), AREA, now=NOON)
    assert isinstance(stop, Stop)
    assert (stop.state, stop.why) == (MessageState.PERMANENT_FAILURE, "no-safe-time")


def test_staff_who_want_one_mail_a_day_get_it_in_the_morning_but_what_is_urgent_at_once() -> None:
    daily = wishing((Category.NEWS, EMAIL, Pace.DAILY))
    news = to(Moment.ACCEPTED, REFERRER)
    assert decide(news, standing(daily), AREA, now=NOON) == Hold(DIGEST_AT, DIGEST)
    urgent = replace(news, urgent=True)
    assert isinstance(decide(urgent, standing(daily), AREA, now=NOON), Go)
    carried = replace(news, carrier="today")
    assert isinstance(decide(carried, standing(daily), AREA, now=NOON), Go)


@given(told=st.integers(0, 100), moment=st.sampled_from(Moment), urgent=st.booleans())
def test_nobody_gets_more_than_the_cap_of_what_can_wait(
    told: int, moment: Moment, urgent: bool
) -> None:
    for recipient, is_family in ((FAMILY, True), (REFERRER, False)):
        message = replace(to(moment, recipient), urgent=urgent, expires_at=None)
        verdict = decide(message, standing(told_today=told), AREA, now=NOON)
        category = category_of(moment, message.audience)
        can_wait = not urgent and category not in {
            Category.ACCESS,
            Category.APPOINTMENTS,
            Category.SAFETY,
        }
        is_over = can_wait and told >= CAPS[is_family]
        assert isinstance(verdict, Hold) == is_over
        if isinstance(verdict, Hold):
            assert verdict.why == ("cap" if is_family else DIGEST)


@given(
    at=st.integers(0, 250 * 24 * 60).map(lambda minutes: NOON + timedelta(minutes=minutes)),
    moment=st.sampled_from([Moment.ACCEPTED, Moment.RETURNED, Moment.KEEP_IN_TOUCH]),
    told=st.integers(0, 9),
)
def test_no_family_is_ever_written_to_at_night(at: datetime, moment: Moment, told: int) -> None:
    message = replace(to(moment), expires_at=None)
    verdict = decide(message, standing(told_today=told), AREA, now=at)
    goes = verdict.until if isinstance(verdict, Hold) else at
    assert time(8) <= goes.astimezone(LONDON).time() < time(21)

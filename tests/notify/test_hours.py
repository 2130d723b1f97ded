"""When people may be written to; both changes of the clocks included."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notify.domain.hours import LONDON, Window, first_allowed, london_date
from tests.notify.builders import HOLIDAYS, HOURS, NOON

INSTANTS = st.integers(0, 700 * 24 * 60).map(lambda minutes: NOON + timedelta(minutes=minutes))


def london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)


NIGHTS = {
    "2026-03-02 12:00": "2026-03-02 12:00",
    "2026-03-02 20:59": "2026-03-02 20:59",
    "2026-03-02 21:00": "2026-03-03 08:00",
    "2026-03-03 07:59": "2026-03-03 08:00",
    "2026-03-28 23:00": "2026-03-29 08:00",  # the clocks go forward in this night
    "2026-03-29 02:30": "2026-03-29 08:00",
    "2026-10-24 22:00": "2026-10-25 08:00",  # and back in this one
    "2026-12-31 23:59": "2027-01-01 08:00",
}
TELEPHONE = {
    "2026-03-02 08:29": "2026-03-02 08:30",
    "2026-03-02 16:29": "2026-03-02 16:29",
    "2026-03-06 16:30": "2026-03-09 08:30",  # a Friday evening
    "2026-04-02 17:00": "2026-04-07 08:30",  # before Easter
    "2026-03-28 12:00": "2026-03-30 08:30",  # a Saturday before the clocks go forward
    "2026-10-24 12:00": "2026-10-26 08:30",
}


@pytest.mark.parametrize(("at", "goes"), NIGHTS.items())
def test_families_are_left_to_sleep(at: str, goes: str) -> None:
    assert HOURS.awake.next_open(london(at)) == london(goes)


@pytest.mark.parametrize(("at", "goes"), TELEPHONE.items())
def test_hard_news_come_when_somebody_answers_the_telephone(at: str, goes: str) -> None:
    assert HOURS.phone.next_open(london(at)) == london(goes)


def test_the_night_is_an_hour_shorter_in_spring_and_longer_in_autumn() -> None:
    spring, autumn = london("2026-03-28 21:00"), london("2026-10-24 21:00")
    assert HOURS.awake.next_open(spring) - spring == timedelta(hours=10)
    assert HOURS.awake.next_open(autumn) - autumn == timedelta(hours=12)


@given(INSTANTS)
def test_nothing_goes_to_a_family_at_night(at: datetime) -> None:
    goes = HOURS.awake.next_open(at)
    assert goes >= at
    assert time(8) <= goes.astimezone(LONDON).time() < time(21)
    assert goes - at <= timedelta(hours=12)
    assert HOURS.awake.next_open(goes) == goes


@given(INSTANTS)
def test_telephone_hours_are_on_working_days(at: datetime) -> None:
    goes = HOURS.phone.next_open(at).astimezone(LONDON)
    assert goes.date() not in HOLIDAYS
    assert goes.weekday() < 5
    assert time(8, 30) <= goes.time() < time(16, 30)


@given(INSTANTS, st.sets(st.integers(0, 6), min_size=1), st.integers(0, 22))
def test_every_rule_is_kept_at_once_or_none_can_be(at: datetime, days: set[int], hour: int) -> None:
    safe = Window(opens=time(hour), closes=time(hour + 1), days=frozenset(days))
    rules = [HOURS.awake.next_open, safe.next_open, HOURS.phone.next_open]
    goes = first_allowed(at, rules)
    can_be = bool(days & set(range(5))) and 8 <= hour <= 16
    assert (goes is not None) == can_be
    if goes:
        assert goes >= at
        assert all(rule(goes) == goes for rule in rules)


@pytest.mark.parametrize("days", [(date(2026, 3, 27), 4), (date(2026, 10, 23), 4)])
def test_a_digest_goes_once_a_london_date_through_both_clock_changes(
    days: tuple[date, int],
) -> None:
    first, number = days
    at = datetime.combine(first, time(), LONDON).astimezone(UTC)
    end = at + timedelta(days=number)
    leaves = set()
    while at < end:
        leaves.add(HOURS.next_digest(at))
        at += timedelta(minutes=30)
    dates = [london_date(one) for one in sorted(leaves)]
    assert len(dates) == len(set(dates))
    assert all(one.astimezone(LONDON).time() == time(7, 30) for one in leaves)


@given(INSTANTS)
def test_the_next_digest_is_always_ahead(at: datetime) -> None:
    ahead = HOURS.next_digest(at) - at
    assert timedelta(0) < ahead <= timedelta(hours=25)

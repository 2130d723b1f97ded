"""When each step is due, and when it is late."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.referral.domain.clocks import (
    Clock,
    Force,
    Limit,
    Step,
    Unit,
    clock_for,
    due,
    due_at,
    is_late,
)
from services.referral.domain.dated import Sure
from services.referral.domain.routing_rules import Priority
from services.referral.domain.service_directory import ServiceKind
from services.referral.domain.working_days import LONDON, add_weeks, london_date
from shared.bank_holidays import bank_holidays

HOLIDAYS = bank_holidays()
TODAY = date(2026, 11, 19)
INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2027, 6, 1), timezones=st.just(LONDON))  # noqa: DTZ001
DAILY = sorted(set(Unit) - {Unit.HOURS})
LIMITS = st.builds(Limit, count=st.integers(1, 20), unit=st.sampled_from(DAILY))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def a_clock(**more: Any) -> Clock:
    ordinary: dict[str, Any] = {
        "id": "TRIAGE",
        "step": Step.TRIAGE,
        "starts": "received",
        "stops": "decided",
        "limit": Limit(count=5, unit=Unit.WORKING_DAYS),
        "kind": Force.PROPOSED,
        "source": "a test",
        "sure": Sure.PROPOSED,
        "valid_from": date(2024, 9, 1),
    }
    return Clock(**ordinary | more)


DUE = {
    "received at 23:59:59, it is still that day": (
        "2026-11-19T23:59:59+00:00",
        1,
        "wd",
        "2026-11-20",
    ),
    "received a second later": ("2026-11-20T00:00:00+00:00", 1, "wd", "2026-11-23"),
    "received after midnight of a London summer": (
        "2026-07-15T23:30:00+00:00",
        1,
        "wd",
        "2026-07-17",
    ),
    "received on Christmas Eve": ("2026-12-24T15:00:00+00:00", 2, "wd", "2026-12-30"),
    "eighteen weeks into summer time": ("2026-01-15T09:00:00+00:00", 18, "w", "2026-05-21"),
    "eighteen weeks out of summer time": ("2026-08-20T22:59:59+00:00", 18, "w", "2026-12-24"),
    "three months to the end of February": ("2026-11-30T09:00:00+00:00", 3, "m", "2027-02-28"),
}


@pytest.mark.parametrize(("start", "count", "unit", "day"), DUE.values(), ids=DUE)
def test_when_a_limit_is_used_up(start: str, count: int, unit: str, day: str) -> None:
    limit = Limit(count=count, unit=Unit(unit))
    assert due(at(start), limit, HOLIDAYS) == date.fromisoformat(day)


@given(INSTANTS, LIMITS)
def test_it_is_in_time_until_the_last_second_and_late_after_it(
    start: datetime, limit: Limit
) -> None:
    day, end = due(start, limit, HOLIDAYS), due_at(start, limit, HOLIDAYS)
    assert london_date(end) == day
    assert not is_late(day, start)
    assert not is_late(day, end)
    assert is_late(day, end + timedelta(seconds=1))


@given(INSTANTS, st.integers(1, 60))
def test_weeks_are_weeks_of_the_calendar_whatever_the_clocks_do(start: datetime, n: int) -> None:
    limit = Limit(count=n, unit=Unit.WEEKS)
    assert due(start, limit, HOLIDAYS) == add_weeks(london_date(start), n)


@given(INSTANTS, LIMITS, st.integers(0, 3 * 86_400))
def test_what_comes_later_is_not_due_earlier(start: datetime, limit: Limit, seconds: int) -> None:
    later = start + timedelta(seconds=seconds)
    assert due(later, limit, HOLIDAYS) >= due(start, limit, HOLIDAYS)


@pytest.mark.parametrize(
    ("priority", "count"), [("routine", 5), ("urgent", 1), ("asap", 1), ("stat", 1)]
)
def test_every_priority_above_routine_has_the_urgent_limit(priority: str, count: int) -> None:
    clock = a_clock(urgent_limit=Limit(count=1, unit=Unit.WORKING_DAYS))
    assert clock.limit_for(Priority(priority)).count == count
    assert a_clock().limit_for(Priority(priority)).count == 5


def test_a_clock_that_names_the_service_goes_before_a_general_one() -> None:
    desk = a_clock(id="DESK", services=frozenset({ServiceKind.COORDINATION}))
    clocks = [a_clock(), desk]
    chosen = clock_for(Step.TRIAGE, service=ServiceKind.COORDINATION, clocks=clocks, on=TODAY)
    assert chosen.id == "DESK"
    general = clock_for(Step.TRIAGE, service=ServiceKind.SPEECH, clocks=clocks, on=TODAY)
    assert general.id == "TRIAGE"


def test_the_version_in_force_on_the_day_counts() -> None:
    old = a_clock(valid_to=date(2026, 8, 31))
    new = a_clock(valid_from=date(2026, 9, 1))
    for day, version in ((date(2026, 8, 31), old), (date(2026, 9, 1), new)):
        assert clock_for(Step.TRIAGE, service=None, clocks=[old, new], on=day) == version


def test_a_step_without_a_clock_is_an_error_and_not_an_endless_wait() -> None:
    with pytest.raises(LookupError, match="No clock for the step “wait”"):
        clock_for(Step.WAIT, service=None, clocks=[a_clock()], on=TODAY)

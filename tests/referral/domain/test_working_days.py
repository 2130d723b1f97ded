"""Days are counted as people in England count them, whatever the clock on the wall does."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.referral.domain.working_days import (
    add_months,
    add_weeks,
    add_working_days,
    age_in_months,
    due_words,
    end_of_day,
    is_working_day,
    london_date,
    working_days_between,
)
from shared.bank_holidays import bank_holidays

HOLIDAYS = bank_holidays()
DAYS = st.dates(date(2024, 1, 1), date(2027, 12, 31))
MONDAY = date(2026, 11, 16)
FRIDAY = date(2026, 11, 20)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


LONDON_DATES = {
    "the last second of a winter day": ("2026-01-15T23:59:59+00:00", "2026-01-15"),
    "midnight in winter": ("2026-01-16T00:00:00+00:00", "2026-01-16"),
    "the last second of a summer day": ("2026-07-15T22:59:59+00:00", "2026-07-15"),
    "midnight in summer": ("2026-07-15T23:00:00+00:00", "2026-07-16"),
    "as another zone writes it": ("2026-07-16T00:30:00+02:00", "2026-07-15"),
    "before the clocks go forward": ("2026-03-29T00:59:59+00:00", "2026-03-29"),
    "the day the clocks went forward ends": ("2026-03-29T23:00:00+00:00", "2026-03-30"),
    "the day the clocks went back ends": ("2026-10-25T23:59:59+00:00", "2026-10-25"),
}


@pytest.mark.parametrize(("instant", "day"), LONDON_DATES.values(), ids=LONDON_DATES)
def test_the_date_is_the_one_in_london(instant: str, day: str) -> None:
    assert london_date(at(instant)) == date.fromisoformat(day)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        london_date(at("2026-01-15T12:00:00"))


@pytest.mark.parametrize(
    ("day", "end"),
    [
        ("2026-01-15", "2026-01-15T23:59:59+00:00"),
        ("2026-07-15", "2026-07-15T22:59:59+00:00"),
        ("2026-03-28", "2026-03-28T23:59:59+00:00"),
        ("2026-03-29", "2026-03-29T22:59:59+00:00"),
        ("2026-10-24", "2026-10-24T22:59:59+00:00"),
        ("2026-10-25", "2026-10-25T23:59:59+00:00"),
    ],
)
def test_a_day_ends_at_its_last_second_in_london(day: str, end: str) -> None:
    assert end_of_day(date.fromisoformat(day)) == at(end)
    assert end_of_day(date.fromisoformat(day)).tzinfo is UTC


@given(DAYS)
def test_the_end_of_a_day_belongs_to_it_and_the_next_second_does_not(day: date) -> None:
    end = end_of_day(day)
    assert london_date(end) == day
    assert london_date(end + timedelta(seconds=1)) == day + timedelta(days=1)


WORKING_DAYS = {
    "inside a week": ("2026-11-16", 2, "2026-11-18"),
    "over a weekend": ("2026-11-19", 2, "2026-11-23"),
    "from a Saturday": ("2026-11-21", 1, "2026-11-23"),
    "from a Sunday": ("2026-11-22", 1, "2026-11-23"),
    "over Easter": ("2026-04-02", 1, "2026-04-07"),
    "over Christmas, Boxing Day on a Saturday": ("2026-12-24", 1, "2026-12-29"),
    "over New Year": ("2026-12-31", 1, "2027-01-04"),
    "from Christmas Day": ("2026-12-25", 5, "2027-01-05"),
    "over a leap day": ("2028-02-28", 1, "2028-02-29"),
    "no days": ("2026-11-21", 0, "2026-11-21"),
}


@pytest.mark.parametrize(("start", "count", "end"), WORKING_DAYS.values(), ids=WORKING_DAYS)
def test_working_days_leave_out_weekends_and_bank_holidays(
    start: str, count: int, end: str
) -> None:
    result = add_working_days(date.fromisoformat(start), count, HOLIDAYS)
    assert result == date.fromisoformat(end)


def test_a_holiday_of_scotland_alone_is_a_working_day_here() -> None:
    assert is_working_day(date(2026, 11, 30), HOLIDAYS)
    assert date(2026, 8, 31) in HOLIDAYS


@given(DAYS, st.integers(1, 60))
def test_the_last_of_so_many_working_days_is_one_and_counts_back_to_as_many(
    day: date, count: int
) -> None:
    end = add_working_days(day, count, HOLIDAYS)
    assert is_working_day(end, HOLIDAYS)
    assert working_days_between(day, end, HOLIDAYS) == count


@given(DAYS, st.integers(0, 60))
def test_weeks_end_on_the_same_weekday(day: date, count: int) -> None:
    assert add_weeks(day, count).weekday() == day.weekday()
    assert (add_weeks(day, count) - day).days == 7 * count


MONTHS = {
    "an ordinary day": ("2026-11-19", 3, "2027-02-19"),
    "to a shorter month": ("2027-01-31", 1, "2027-02-28"),
    "to a leap day": ("2028-01-31", 1, "2028-02-29"),
    "from a leap day": ("2028-02-29", 12, "2029-02-28"),
    "to December": ("2026-11-30", 1, "2026-12-30"),
}


@pytest.mark.parametrize(("start", "count", "end"), MONTHS.values(), ids=MONTHS)
def test_months_end_on_the_same_day_or_the_last_there_is(start: str, count: int, end: str) -> None:
    assert add_months(date.fromisoformat(start), count) == date.fromisoformat(end)


AGES = {
    "the demo child": ("2023-07-19", "2026-11-19", 40),
    "the day before": ("2023-07-19", "2026-11-18", 39),
    "born today": ("2026-11-19", "2026-11-19", 0),
    "born on a leap day, 28 February": ("2024-02-29", "2025-02-28", 11),
    "born on a leap day, 1 March": ("2024-02-29", "2025-03-01", 12),
    "born on the 31st, at the end of a shorter month": ("2024-03-31", "2024-04-30", 0),
}


@pytest.mark.parametrize(("birth", "on", "months"), AGES.values(), ids=AGES)
def test_age_is_in_whole_months(birth: str, on: str, months: int) -> None:
    assert age_in_months(date.fromisoformat(birth), date.fromisoformat(on)) == months


@given(DAYS, st.integers(0, 2000))
def test_nobody_grows_younger(birth: date, days: int) -> None:
    day = birth + timedelta(days=days)
    assert 0 <= age_in_months(birth, day) <= age_in_months(birth, day + timedelta(days=1))


WORDS = [
    (FRIDAY, "2026-11-20", "due today"),
    (FRIDAY, "2026-11-21", "due tomorrow"),
    (FRIDAY, "2026-11-22", "due on Sunday"),
    (FRIDAY, "2026-11-23", "1 working day left"),
    (MONDAY, "2026-11-19", "3 working days left"),
    (MONDAY, "2026-11-30", "10 working days left"),
    (MONDAY, "2026-12-01", "2 weeks left"),
    (MONDAY, "2027-03-22", "18 weeks left"),
    (MONDAY, "2026-11-15", "1 day late"),
    (MONDAY, "2026-11-14", "2 days late"),
]


@pytest.mark.parametrize(("today", "due", "words"), WORDS)
def test_staff_read_how_long_is_left(today: date, due: str, words: str) -> None:
    assert due_words(date.fromisoformat(due), today, HOLIDAYS) == words

"""How dates and ages are written."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.referral.web.display import (
    age,
    date_and_time,
    due_in_words,
    full_date,
    short_date,
    spaced_nhs_number,
)
from services.referral.web.rendering import ENVIRONMENT

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("due", "words"),
    [
        (date(2026, 11, 21), "due today"),
        (date(2026, 11, 22), "due tomorrow"),
        (date(2026, 11, 24), "due in 3 days"),
        (date(2026, 11, 20), "1 day late"),
        (date(2026, 11, 9), "12 days late"),
        ("2026-11-24", "due in 3 days"),
        ("", ""),
    ],
)
def test_late_and_due_are_said_in_words(due: date | str, words: str) -> None:
    assert due_in_words(due, TODAY) == words


@pytest.mark.parametrize(
    ("born", "words"),
    [
        (date(2023, 7, 19), "3 years 4 months"),
        (date(2024, 11, 21), "2 years"),
        (date(2024, 11, 22), "1 year 11 months"),
        (date(2026, 10, 21), "1 month"),
        (date(2026, 11, 1), "under 1 month"),
        (date(2024, 2, 29), "2 years 8 months"),
    ],
)
def test_ages_are_completed_years_and_months(born: date, words: str) -> None:
    assert age(born, TODAY) == words


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (datetime(2026, 7, 1, 23, 30, tzinfo=UTC), "2 July 2026 at 12:30am"),
        (datetime(2026, 12, 1, 23, 30, tzinfo=UTC), "1 December 2026 at 11:30pm"),
        ("2026-11-19T16:20:00+00:00", "19 November 2026 at 4:20pm"),
        (date(2026, 11, 19), "19 November 2026"),
    ],
)
def test_moments_are_written_in_london_time(moment: datetime | date | str, words: str) -> None:
    assert date_and_time(moment) == words


def test_a_late_evening_in_summer_belongs_to_the_next_day_in_london() -> None:
    assert full_date(datetime(2026, 7, 1, 23, 30, tzinfo=UTC)) == "2 July 2026"
    assert short_date("2026-11-09") == "9 Nov 2026"


def test_nhs_numbers_are_written_in_three_groups() -> None:
    assert spaced_nhs_number("9990000018") == "999 000 0018"


@given(st.dates(min_value=date(2000, 1, 1), max_value=TODAY))
def test_everyone_has_an_age(born: date) -> None:
    assert age(born, TODAY)


def test_a_hidden_turn_of_direction_is_shown_and_a_name_in_arabic_is_not_touched() -> None:
    shown = ENVIRONMENT.from_string("{{ name }} {{ number }}")
    turned = shown.render(name="Ada\u202enoel", number=7)
    assert turned == "Ada\ufffdnoel 7"
    arabic = "\u0644\u064a\u0644\u0649 \u200f(\u0645)"
    assert shown.render(name=arabic, number=7) == f"{arabic} 7"

"""`docs/a-climb.md` is what a fresh demo yields, and it climbs all the way with everybody told."""

import re
from pathlib import Path

import pytest

from services.referral.demo.cast import cast
from services.referral.policies.reader import read_policies
from tests.docs.a_climb import NUMBER, a_climb

PAGE = Path(__file__).parents[2] / "docs" / "a-climb.md"


@pytest.fixture(scope="module")
def made() -> str:
    return a_climb()


def test_the_page_is_what_a_fresh_demo_yields(made: str) -> None:
    assert PAGE.read_text() == made


def test_each_rung_is_taken_once_and_the_family_hears_in_between(made: str) -> None:
    titles = re.findall(r"^## \d+ \w+ \d{4}: (.+)$", made, re.MULTILINE)
    kept = "The family hears from us"
    assert [title for title in titles if title != kept] == [
        "A nudge",
        "Overdue",
        "To the service's manager",
        "To those who answer for the area",
        "To the leaders",
    ]
    assert titles.count(kept) >= 5


def test_no_mail_says_who_the_child_is(made: str) -> None:
    child = cast(read_policies().places)[NUMBER]
    mails = "\n".join(re.findall(r"^>.*$", made, re.MULTILINE))
    assert "It is late, and we are sorry" in mails
    about = (child.given, child.family.name, child.family.district, "speech", "language")
    assert not re.search("|".join(about), mails, re.IGNORECASE)

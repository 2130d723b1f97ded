"""“They did not come”, on the pages of the service, the setting and the family."""

from datetime import timedelta

import pytest

from services.referral.domain.moves import Move
from services.referral.use_cases.raise_concern import Raised
from tests.referral.anyshire import Anyshire
from tests.referral.use_cases.reading import audits, child_of
from tests.referral.web.browsers import Browser, Browsers
from tests.referral.web.children import SPEECH

BUTTON = "They did not come"


@pytest.fixture
def raised(anyshire: Anyshire) -> Raised:
    return anyshire.raise_()


@pytest.fixture
def task(anyshire: Anyshire, raised: Raised) -> str:
    found = anyshire.referral_at(SPEECH, raised)
    anyshire.move(found, Move.ACCEPT)
    anyshire.move(found, Move.OFFER, starts_at=anyshire.clock() + timedelta(minutes=10))
    return found


def test_the_service_says_it_once_the_time_is_past_and_finds_a_new_one(
    anyshire: Anyshire, speech: Browser, task: str
) -> None:
    assert BUTTON not in speech.read(f"/referrals/{task}")
    assert speech.get(f"/referrals/{task}/missed").status_code == 409
    anyshire.clock.pass_(minutes=15)
    assert BUTTON in speech.read(f"/referrals/{task}")
    page = speech.read(f"/referrals/{task}/missed")
    assert "The referral stays open" in page
    answer = speech.send(f"/referrals/{task}/missed", {"text": "Nobody rang the bell."})
    assert answer.headers["location"] == f"/referrals/{task}?done=appointment-missed"
    page = speech.read(answer.headers["location"])
    assert "The family hears that they can have a new time" in page
    assert "A new time to find" in page
    assert "Nobody rang the bell." in page
    assert BUTTON not in page


def test_the_family_reads_that_a_new_time_is_looked_for_and_blames_nobody(
    anyshire: Anyshire, browsers: Browsers, speech: Browser, raised: Raised, task: str
) -> None:
    anyshire.clock.pass_(minutes=15)
    speech.send(f"/referrals/{task}/missed")
    page = browsers.of_family(child_of(raised)).read(f"/referrals/{task}")
    assert "This time did not work out. A new one is looked for." in page
    assert "A new time to find" not in page


@pytest.mark.parametrize("who", ["nursery", "family"])
def test_others_are_not_asked_to_say_it(
    anyshire: Anyshire, browsers: Browsers, nursery: Browser, raised: Raised, task: str, who: str
) -> None:
    anyshire.clock.pass_(minutes=15)
    browser = nursery if who == "nursery" else browsers.of_family(child_of(raised))
    assert BUTTON not in browser.read(f"/referrals/{task}")
    assert browser.get(f"/referrals/{task}/missed").status_code == 403


def test_the_form_and_what_was_said_are_in_the_audit(
    anyshire: Anyshire, speech: Browser, task: str
) -> None:
    anyshire.clock.pass_(minutes=15)
    speech.send(f"/referrals/{task}/missed")
    left = [(one.action, one.detail) for one in audits(anyshire.records)]
    assert ("form", "appointment-missed") in left
    assert "appointment-missed" in {action for action, _ in left}

"""“Ask Sooner to tell someone”, and what each of those who look at the referral then reads."""

import pytest

from services.referral.use_cases.ask_for_message import ask_for_message
from services.referral.use_cases.raise_concern import Raised
from tests.referral.anyshire import ONLOOKER, Anyshire
from tests.referral.builders import as_
from tests.referral.use_cases.reading import child_of
from tests.referral.web.browsers import Browser, Browsers
from tests.referral.web.children import SPEECH

WORDS = "Please bring the red book."
LINK = "Ask Sooner to tell someone"


@pytest.fixture
def raised(anyshire: Anyshire) -> Raised:
    return anyshire.raise_()


@pytest.fixture
def task(anyshire: Anyshire, raised: Raised) -> str:
    return anyshire.referral_at(SPEECH, raised)


@pytest.fixture
def mother(raised: Raised) -> str:
    return next(one.reference for one in raised.kept if one.type == "RelatedPerson")


def test_a_service_asks_and_the_page_shows_it_until_it_is_told(
    speech: Browser, nursery: Browser, task: str, mother: str
) -> None:
    assert LINK in speech.read(f"/referrals/{task}")
    assert LINK not in nursery.read(f"/referrals/{task}")
    answer = speech.send(f"/referrals/{task}/tell", {"to": mother, "text": WORDS})
    assert answer.headers["location"] == f"/referrals/{task}?done=tell"
    page = speech.read(answer.headers["location"])
    assert "The message is asked for" in page
    assert WORDS in page
    assert "Not told yet" in page


def test_a_family_reads_what_is_for_them_and_not_what_staff_say_to_each_other(
    browsers: Browsers, speech: Browser, raised: Raised, task: str
) -> None:
    family = browsers.of_family(child_of(raised))
    to_staff = {"to": as_("nursery").reference, "text": "Ring me before you see them."}
    speech.send(f"/referrals/{task}/tell", to_staff)
    assert "Ring me before" not in family.read(f"/referrals/{task}")


def test_a_day_that_is_past_is_refused_with_what_was_written(
    speech: Browser, task: str, mother: str
) -> None:
    past = {"on[day]": "1", "on[month]": "1", "on[year]": "2026"}
    answer = speech.send(f"/referrals/{task}/tell", {"to": mother, "text": WORDS, **past})
    assert answer.status_code == 422
    assert "That day is past" in answer.text
    assert WORDS in answer.text


def test_nobody_else_can_be_told(speech: Browser, task: str) -> None:
    stranger = {"to": as_("camhs").reference, "text": WORDS}
    assert speech.send(f"/referrals/{task}/tell", stranger).status_code == 422


@pytest.mark.parametrize(("to", "is_read"), [("RelatedPerson/carer", True), ("", False)])
def test_of_carers_whoever_is_told_reads_it_alone(
    anyshire: Anyshire, browsers: Browsers, raised: Raised, task: str, mother: str,
    to: str, is_read: bool,
) -> None:  # fmt: skip
    family = browsers.of_family(child_of(raised))
    request = {
        "resourceType": "CommunicationRequest",
        "status": "active",
        "about": [{"reference": f"Task/{task}"}],
        "recipient": [{"reference": to or mother}],
        "payload": [{"contentString": WORDS}],
    }
    with anyshire.records.writing(ONLOOKER, now=anyshire.clock()) as record:
        ask_for_message(request, record=record, rules=anyshire.rules)
    assert (WORDS in family.read(f"/referrals/{task}")) is is_read

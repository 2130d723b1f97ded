"""A family says which days suit it, and the service reads them; who may not know when, may not."""

import pytest

from services.referral.domain.moves import Move
from services.referral.use_cases.raise_concern import Raised
from services.referral.use_cases.workplace import Workplace
from tests.referral.anyshire import Anyshire
from tests.referral.builders import a_concern
from tests.referral.families import a_carer_who
from tests.referral.use_cases.reading import SPEECH, audits, child_of, events
from tests.referral.web.browsers import Browser, Browsers, words
from tests.referral.web.test_family_pages import come_in

DAYS = {"days": ["Monday", "Friday"], "part": "mornings", "more": "After the school run."}


@pytest.fixture
def raised(anyshire: Anyshire) -> Raised:
    return anyshire.raise_()


@pytest.fixture
def task(anyshire: Anyshire, raised: Raised) -> str:
    found = anyshire.referral_at(SPEECH, raised)
    anyshire.move(found, Move.ACCEPT)
    return found


@pytest.fixture
def family(browsers: Browsers, raised: Raised) -> Browser:
    return browsers.of_family(child_of(raised))


def test_the_service_reads_which_days_suit_and_the_nursery_is_not_asked(
    anyshire: Anyshire, family: Browser, speech: Browser, nursery: Browser, task: str
) -> None:
    path = f"/referrals/{task}/times"
    assert path in family.get("/family").text
    assert "Which days suit you?" in family.read(path)
    answer = family.http.post(path, data=DAYS)
    assert answer.headers["location"] == f"/referrals/{task}?done=times"
    assert "has the days that suit you" in family.read(answer.headers["location"])
    said = "Monday, Friday. Mornings. After the school run."
    for page in ("/queue", f"/referrals/{task}"):
        assert said in speech.read(page)
    assert "read what was said" not in nursery.read("/concerns")
    assert not any(one["urgent"] for one in events(anyshire.records)[-1]["data"]["recipients"])
    assert [one.action for one in audits(anyshire.records)].count("things-changed") == 1


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"part": "any"}, "Choose at least one day"),
        ({"days": "Monday"}, "Choose a part of the day"),
        ({"days": "Sunday", "part": "any"}, "Choose at least one day"),
    ],
)
def test_what_is_missing_is_asked_for_and_what_was_typed_stays(
    family: Browser, task: str, fields: dict[str, str], says: str
) -> None:
    answer = family.post(f"/referrals/{task}/times", **fields, more="Near the park")
    assert answer.status_code == 422
    assert says in words(answer.text)
    assert "Near the park" in answer.text


def test_before_a_service_accepts_there_is_nothing_to_suit(
    anyshire: Anyshire, family: Browser, raised: Raised
) -> None:
    path = f"/referrals/{anyshire.referral_at(SPEECH, raised)}/times"
    assert path not in family.get("/family").text
    assert family.get(path).status_code == 403
    assert family.http.post(path, data=DAYS).status_code == 403


def test_who_may_not_know_of_appointments_and_staff_may_not(
    anyshire: Anyshire, browsers: Browsers, speech: Browser, at: Workplace
) -> None:
    made = anyshire.raise_(a_concern(carer=a_carer_who(held="no", lives="no")))
    found = anyshire.referral_at(SPEECH, made)
    anyshire.move(found, Move.ACCEPT)
    phone = browsers.anybody()
    come_in(phone, at)
    path = f"/referrals/{found}/times"
    assert path not in phone.get("/family").text
    for browser in (phone, speech):
        assert browser.get(path).status_code == 403
        assert browser.http.post(path, data=DAYS).status_code == 403
    assert browsers.of("camhs").get(path).status_code == 404

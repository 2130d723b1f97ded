"""“Tell us if things have changed”, and how long it may take, on a family's own page."""

import pytest

from services.referral.domain.moves import Move
from services.referral.use_cases.raise_concern import Raised
from tests.referral.anyshire import Anyshire
from tests.referral.records.test_waits import families_wait
from tests.referral.use_cases.reading import child_of
from tests.referral.web.browsers import Browser, Browsers, words
from tests.referral.web.children import SPEECH


@pytest.fixture
def raised(anyshire: Anyshire) -> Raised:
    return anyshire.raise_()


@pytest.fixture
def task(anyshire: Anyshire, raised: Raised) -> str:
    return anyshire.referral_at(SPEECH, raised)


@pytest.fixture
def family(browsers: Browsers, raised: Raised) -> Browser:
    return browsers.of_family(child_of(raised))


def test_a_family_says_what_has_changed_and_the_service_reads_it(
    family: Browser, speech: Browser, nursery: Browser, task: str
) -> None:
    assert "Tell us if things have changed" in family.read(f"/referrals/{task}")
    path = f"/referrals/{task}/changed"
    assert "call 999" in family.read(path).lower()
    answer = family.send(path, {"what": "worse", "text": "He has no words any more."})
    assert answer.headers["location"] == f"/referrals/{task}?done=things-changed"
    assert "read this the same working day" in family.read(answer.headers["location"])
    for page in (speech.read("/queue"), speech.read(f"/referrals/{task}")):
        assert "He has no words any more." in page
    assert "Things have changed: read what was said, today" in nursery.read("/concerns")


def test_words_of_danger_lead_to_whom_to_ring_and_are_passed_on(
    family: Browser, speech: Browser, task: str
) -> None:
    path = f"/referrals/{task}/changed"
    answer = family.send(path, {"what": "worse", "text": "His uncle hits him."})
    assert answer.headers["location"] == f"{path}?call=now"
    page = family.read(answer.headers["location"])
    assert "call 999 now" in page
    assert "children's services" in page.lower()
    assert "His uncle hits him." in speech.read("/queue")


def test_a_family_does_not_read_what_staff_say_of_a_risk(
    family: Browser, nursery: Browser, speech: Browser, task: str
) -> None:
    path = f"/referrals/{task}/changed"
    nursery.send(path, {"what": "risk", "text": "The father came drunk."})
    assert "The father came drunk." in speech.read(f"/referrals/{task}")
    page = family.read(f"/referrals/{task}")
    assert "drunk" not in page
    assert "may not be safe" not in page


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"text": "Worse"}, "Choose what has changed"),
        ({"what": "worse", "text": " "}, "Tell us what has changed"),
        ({"what": "nonsense", "text": "Worse"}, "Choose what has changed"),
    ],
)
def test_what_is_missing_is_asked_for(
    family: Browser, task: str, fields: dict[str, str], says: str
) -> None:
    answer = family.send(f"/referrals/{task}/changed", fields)
    assert answer.status_code == 422
    assert says in words(answer.text)


def test_of_what_has_ended_nothing_can_change(
    anyshire: Anyshire, family: Browser, task: str
) -> None:
    anyshire.move(task, Move.WITHDRAW, by="nursery", text="They moved")
    path = f"/referrals/{task}/changed"
    assert "Tell us if things have changed" not in family.read(f"/referrals/{task}")
    for answer in (family.get(path), family.post(path, what="worse", text="Worse")):
        assert answer.status_code == 409
        assert "they can ask for help again" in words(answer.text)


@pytest.mark.parametrize("key", ["nursery2", "camhs", "admin"])
def test_to_others_the_page_is_not_there(browsers: Browsers, task: str, key: str) -> None:
    browser = browsers.of(key)
    path = f"/referrals/{task}/changed"
    assert browser.get(path).status_code == 404
    assert browser.get(f"{path}?call=now").status_code == 404
    assert browser.post(path, what="worse", text="Worse").status_code == 404
    assert browser.post(path).status_code == 404


def test_a_family_reads_how_long_others_waited_and_of_how_many_it_is_known(
    anyshire: Anyshire, family: Browser, task: str
) -> None:
    families_wait(anyshire, 25, 6, seen=True)
    page = family.read(f"/referrals/{task}")
    assert "Of 25 families who were seen here in the last year" in page
    assert "half waited up to 6 weeks and nine in ten waited up to 6 weeks" in page
    assert "These figures are of 20 November 2026" in page


def test_where_too_few_are_known_nothing_is_promised(family: Browser, task: str) -> None:
    assert "There is not enough information to say" in family.read(f"/referrals/{task}")


def test_a_family_reads_what_help_is_open_to_it_now(family: Browser, task: str) -> None:
    page = family.read(f"/referrals/{task}")
    assert "Help that is open to families now" in page
    assert "Health visiting, North Anyshire" in page
    assert "South Anyshire" not in page


def test_once_the_child_is_seen_nobody_says_how_long_it_takes(
    anyshire: Anyshire, family: Browser, task: str
) -> None:
    anyshire.move(task, Move.ACCEPT)
    anyshire.move(task, Move.START)
    assert "How long it may take" not in family.read(f"/referrals/{task}")

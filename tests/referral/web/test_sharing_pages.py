"""A parent stops sharing with one service at the page, and every page is blind for it at once."""

import pytest

from tests.referral.anyshire import Anyshire
from tests.referral.builders import service_id
from tests.referral.use_cases.reading import SPEECH
from tests.referral.web.browsers import Browser, Browsers

SERVICE = service_id(SPEECH)
SAID = {"said_by": "Ada Okoro, mother", "how": "on the phone"}
LAW = {
    "law": "safeguarding", "reason": "A new injury was seen", "decided_as": "safeguarding-lead",
    "said_by": "Ruth Hill", "safe": "no",
}  # fmt: skip


@pytest.fixture
def task(anyshire: Anyshire) -> str:
    return anyshire.referral_at(SPEECH, anyshire.raise_())


@pytest.fixture
def family(anyshire: Anyshire, browsers: Browsers, task: str) -> Browser:
    return browsers.of_family(anyshire.queue()[0].child_id)


def stop(browser: Browser, task: str, **fields: str) -> None:
    answer = browser.send(f"/referrals/{task}/sharing/stop/{SERVICE}", fields)
    assert answer.status_code == 303, answer.text


def test_a_parent_reads_who_sees_it_and_what_stopping_means(family: Browser, task: str) -> None:
    page = family.get(f"/referrals/{task}").text
    assert f"/referrals/{task}/sharing" in page
    page = family.read(f"/referrals/{task}/sharing")
    assert "Who sees your child's record" in page
    assert "Because talking is a worry" in page
    form = family.read(f"/referrals/{task}/sharing/stop/{SERVICE}")
    assert "they must keep. The law says so." in form
    assert "your child" in form


def test_the_service_finds_nothing_from_then_on(
    family: Browser, speech: Browser, task: str
) -> None:
    assert task in speech.get("/queue").text
    stop(family, task)
    for path in ("", "/looked", "/sharing", "/accept", f"/sharing/stop/{SERVICE}"):
        assert speech.get(f"/referrals/{task}{path}").status_code == 404, path
    assert task not in speech.get("/queue").text
    assert task not in speech.post("/queue", q="Okoro").text
    assert task not in speech.get("/messages").text
    assert "Does not see it" in family.read(f"/referrals/{task}/sharing?done=stop")


def test_the_nursery_writes_down_what_the_family_said_and_how(
    nursery: Browser, speech: Browser, task: str
) -> None:
    path = f"/referrals/{task}/sharing/stop/{SERVICE}"
    refused = nursery.post(path, said_by="Ada Okoro, mother")
    assert refused.status_code == 422
    assert "Choose how they said it" in refused.text
    assert "Ada Okoro, mother" in refused.text
    stop(nursery, task, **SAID)
    assert speech.get(f"/referrals/{task}").status_code == 404
    assert "As Ada Okoro, mother asked, on the phone." in nursery.read(f"/referrals/{task}")


def test_they_agree_again_and_the_service_sees_it_again(
    nursery: Browser, speech: Browser, task: str
) -> None:
    stop(nursery, task, **SAID)
    nursery.send(f"/referrals/{task}/sharing/agree/{SERVICE}", SAID)
    assert speech.get(f"/referrals/{task}").status_code == 200


def test_a_coordinator_decides_under_the_law_and_the_family_is_not_shown_it(
    coordinator: Browser, family: Browser, speech: Browser, task: str
) -> None:
    stop(family, task)
    path = f"/referrals/{task}/sharing/by-law/{SERVICE}"
    assert coordinator.post(path, law="safeguarding").status_code == 422
    assert coordinator.send(path, LAW).status_code == 303
    assert speech.get(f"/referrals/{task}").status_code == 200
    assert "The law lets this service see it" in coordinator.read(f"/referrals/{task}/sharing")
    for page in (f"/referrals/{task}", f"/referrals/{task}/sharing", f"/referrals/{task}/looked"):
        shown = family.get(page).text
        assert "law lets" not in shown
        assert "Shared because" not in shown
        assert "injury" not in shown
    assert "Does not see it" in family.read(f"/referrals/{task}/sharing")


@pytest.mark.parametrize("choice", ["stop", "stop-all", "agree", "by-law"])
@pytest.mark.parametrize("who", ["nursery2", "camhs", "admin", "auditor"])
def test_to_strangers_there_is_no_such_page(
    browsers: Browsers, task: str, who: str, choice: str
) -> None:
    browser = browsers.of(who)
    assert browser.get(f"/referrals/{task}/sharing").status_code == 404
    assert browser.post(f"/referrals/{task}/sharing/{choice}/{SERVICE}").status_code == 404


@pytest.mark.parametrize("path", ["sell", "stop", "by-law", "stop/nobody", "agree/nobody"])
def test_what_there_is_nothing_to_decide_about_is_not_found(
    nursery: Browser, coordinator: Browser, task: str, path: str
) -> None:
    assert coordinator.get(f"/referrals/{task}/sharing/{path}").status_code == 404
    assert nursery.get(f"/referrals/{task}/sharing/by-law/{SERVICE}").status_code in (403, 404)


def test_stopping_with_everybody_ends_the_help(
    family: Browser, browsers: Browsers, speech: Browser, task: str
) -> None:
    assert family.send(f"/referrals/{task}/sharing/stop-all").status_code == 303
    assert speech.get(f"/referrals/{task}").status_code == 404
    assert browsers.of("early.years").get("/queue").text.count("Okoro") == 0
    assert "Sees the record" not in family.read(f"/referrals/{task}/sharing")


def test_why_a_service_was_asked_is_said_in_plain_words_and_to_staff_with_the_rule(
    family: Browser, nursery: Browser, task: str
) -> None:
    for page in (f"/referrals/{task}", f"/referrals/{task}/sharing"):
        assert "Because talking" in family.read(page)
        assert "(rule" not in family.read(page)
        assert "(rule" in nursery.read(page)

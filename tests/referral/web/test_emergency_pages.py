"""Emergency access: a reason opens a record for four hours, to read, and everybody can tell."""

import pytest

from services.referral.domain.emergency import MOST_A_DAY
from services.referral.domain.moves import Move
from services.referral.records.accounts import add_account
from services.referral.use_cases.workplace import Workplace
from shared.errors import NotFound
from shared.identity import Role
from tests.referral.anyshire import Anyshire
from tests.referral.builders import as_, the_example
from tests.referral.use_cases.reading import SPEECH, audience, audits, child_of, events
from tests.referral.web.browsers import Browser, Browsers, links, words

REASON = {"reason": "danger", "words": "He fell and is on the way to hospital."}
BY_NUMBER = {"nhs_number": "999 000 0018", **REASON}
BY_NAME = {
    "given": "zoya",
    "family": "Rahimi-Okafor",
    "born[day]": "19",
    "born[month]": "7",
    "born[year]": "2023",
    **REASON,
}


@pytest.fixture
def raised(anyshire: Anyshire) -> tuple[str, str]:
    """The Task at speech and language therapy, and the child."""
    made = anyshire.raise_(the_example())
    return anyshire.referral_at(SPEECH, made), child_of(made)


@pytest.fixture
def camhs(browsers: Browsers) -> Browser:
    return browsers.of("camhs")


def opened(browser: Browser, fields: dict[str, str] = BY_NUMBER) -> str:
    """The page that the browser is sent to."""
    answer = browser.post("/emergency/ask", **fields)
    assert answer.status_code == 303, words(answer.text)
    return str(answer.headers["location"])


@pytest.mark.parametrize("fields", [BY_NUMBER, BY_NAME])
def test_a_reason_opens_the_record_of_one_child_for_four_hours(
    anyshire: Anyshire, camhs: Browser, raised: tuple[str, str], fields: dict[str, str]
) -> None:
    assert camhs.get(f"/referrals/{raised[0]}").status_code == 404
    page = opened(camhs, fields)
    assert "open to you for an emergency" in camhs.read(page)
    anyshire.clock.pass_(hours=2)
    camhs.get("/queue")
    anyshire.clock.pass_(minutes=55)
    camhs.get("/queue")
    anyshire.clock.pass_(minutes=55)
    assert camhs.get(page).status_code in (200, 303)
    anyshire.clock.pass_(minutes=11)
    assert camhs.get(page).status_code != 200


def test_after_four_hours_it_is_closed(
    anyshire: Anyshire, browsers: Browsers, camhs: Browser, raised: tuple[str, str]
) -> None:
    page = opened(camhs)
    anyshire.clock.pass_(hours=3, minutes=59)
    later = browsers.of("camhs")
    assert later.get(page).status_code == 200
    anyshire.clock.pass_(minutes=1)
    assert later.get(page).status_code == 404


def test_it_is_to_read_and_changes_nothing(
    anyshire: Anyshire, camhs: Browser, raised: tuple[str, str]
) -> None:
    task = opened(camhs).rpartition("/")[2]
    shown = camhs.get(f"/referrals/{task}").text
    assert links(shown, rf"/referrals/{task}/\w+") == []
    for move in ("accept", "pause", "withdraw", "return"):
        assert camhs.get(f"/referrals/{task}/{move}").status_code in (403, 409)
    with pytest.raises(NotFound):
        anyshire.move(task, Move.PAUSE, by=as_("camhs"), text="Because")


def test_the_coordinator_is_told_at_once_and_no_word_of_it_leaves(
    anyshire: Anyshire, camhs: Browser, raised: tuple[str, str]
) -> None:
    opened(camhs)
    told = [one for one in events(anyshire.records) if one["type"].endswith("in-emergency")]
    assert audience(told[0]) == {(as_("coordinator").reference, "coordinator")}
    assert "hospital" not in str(told)
    assert "hospital" not in str([line.model_dump() for line in audits(anyshire.records)])


def test_the_record_and_who_looked_show_it_and_every_look_meanwhile(
    browsers: Browsers, camhs: Browser, raised: tuple[str, str]
) -> None:
    camhs.get(opened(camhs))
    nursery = browsers.of("nursery")
    assert "Opened in an emergency" in nursery.read(f"/referrals/{raised[0]}")
    looked = browsers.of_family(raised[1]).read(f"/referrals/{raised[0]}/looked")
    assert "opened it in an emergency, and said why" in looked
    assert "read it, by emergency access" in looked
    assert camhs.get(f"/referrals/{raised[0]}/looked").status_code == 404


def test_what_is_said_is_for_the_check_and_not_for_the_story(
    browsers: Browsers, camhs: Browser, raised: tuple[str, str]
) -> None:
    opened(camhs)
    assert "hospital" not in browsers.of("nursery").read(f"/referrals/{raised[0]}")


def test_a_coordinator_checks_each_use_once(
    browsers: Browsers, camhs: Browser, coordinator: Browser, raised: tuple[str, str]
) -> None:
    opened(camhs)
    assert "Zoya" in coordinator.read("/emergency")
    (form,) = links(coordinator.get("/emergency").text, "/emergency/[^/]+/review")
    assert "on the way to hospital" in coordinator.read(form)
    assert coordinator.post(form, justified="no").status_code == 422
    answer = coordinator.post(form, justified="no", words="She could have rung. We have talked.")
    assert answer.headers["location"] == "/emergency?done=reviewed"
    assert "not justified She could have rung." in coordinator.read("/emergency")
    assert coordinator.post(form, justified="yes").status_code == 422
    for other in ("camhs", "nursery", "speech", "auditor", "admin"):
        assert browsers.of(other).get(form).status_code == 404


def test_what_nobody_checked_in_time_comes_before_the_privacy_officer(
    anyshire: Anyshire, browsers: Browsers, camhs: Browser, raised: tuple[str, str]
) -> None:
    opened(camhs)
    assert "Nothing waits" in browsers.of("auditor").read("/emergency")
    anyshire.clock.pass_(days=5)
    page = browsers.of("auditor").read("/emergency")
    assert "Check is late" in page
    assert "Owen Price" in page
    assert "Zoya" not in page
    assert "hospital" not in page
    assert "Check is late" in browsers.of("coordinator").read("/emergency")


def test_it_can_be_kept_open_once_and_closed_early(
    anyshire: Anyshire, camhs: Browser, browsers: Browsers, raised: tuple[str, str]
) -> None:
    page = opened(camhs)
    (form,) = links(camhs.get("/emergency").text, "/emergency/[^/]+/longer")
    assert camhs.post(form).status_code == 422
    assert camhs.post(form, **REASON).status_code == 303
    assert camhs.post(form, **REASON).status_code == 422
    assert camhs.post(form.replace("longer", "close")).status_code == 303
    assert camhs.get(page).status_code == 404
    assert browsers.of("nursery").post(form, **REASON).status_code == 404


@pytest.mark.parametrize("change", [
    {"nhs_number": "", "given": "Zoya"}, {"reason": ""}, {"words": ""},
    {"reason": "curiosity"}, {"nhs_number": "999 000 0026"}, {"nhs_number": "123"},
])  # fmt: skip
def test_nothing_opens_without_a_child_and_a_reason(
    anyshire: Anyshire, camhs: Browser, raised: tuple[str, str], change: dict[str, str]
) -> None:
    answer = camhs.post("/emergency/ask", **BY_NUMBER | change)
    assert answer.status_code == 422
    assert "fell and is on the way" in answer.text or "words" in change


def test_a_name_alone_or_nearly_right_finds_nobody(camhs: Browser, raised: tuple[str, str]) -> None:
    for change in ({"family": "Rahimi"}, {"born[day]": "18"}, {"given": "Zo"}, {"given": "%"}):
        assert camhs.post("/emergency/ask", **BY_NAME | change).status_code == 422


def test_guessing_names_is_stopped(camhs: Browser, raised: tuple[str, str]) -> None:
    for _ in range(10):
        camhs.post("/emergency/ask", **BY_NAME | {"given": "Anna"})
    answer = camhs.post("/emergency/ask", **BY_NAME)
    assert "Too many searches" in words(answer.text)


def test_nobody_uses_it_often(
    anyshire: Anyshire, browsers: Browsers, camhs: Browser, raised: tuple[str, str]
) -> None:
    for _ in range(MOST_A_DAY):
        opened(camhs)
        (form,) = links(camhs.get("/emergency").text, "/emergency/[^/]+/longer")
        camhs.post(form.replace("longer", "close"))
    answer = camhs.post("/emergency/ask", **BY_NUMBER)
    assert "Ring the coordinator" in words(answer.text)
    anyshire.clock.pass_(days=1)
    assert browsers.of("camhs").post("/emergency/ask", **BY_NUMBER).status_code == 303


@pytest.mark.parametrize("key", ["admin", "auditor"])
def test_those_who_look_after_sooner_cannot_open_anything(
    browsers: Browsers, raised: tuple[str, str], key: str
) -> None:
    browser = browsers.of(key)
    assert browser.get("/emergency/ask").status_code == 404
    assert browser.post("/emergency/ask", **BY_NUMBER).status_code == 422
    assert browser.get(f"/referrals/{raised[0]}").status_code == 404


def test_a_family_cannot_open_another_childs_record(
    browsers: Browsers, raised: tuple[str, str]
) -> None:
    family = browsers.of_family("other")
    assert family.post("/emergency/ask", **BY_NUMBER).status_code == 422
    assert family.get(f"/referrals/{raised[0]}").status_code == 404


def test_who_sees_the_record_already_needs_none(speech: Browser, raised: tuple[str, str]) -> None:
    answer = speech.post("/emergency/ask", **BY_NUMBER)
    assert "You may see this child's record already" in words(answer.text)


def test_a_coordinator_of_another_area_may_ask_and_does_not_check(
    at: Workplace, browsers: Browsers, raised: tuple[str, str]
) -> None:
    with at.records.database.write() as session:
        add_account(session, {
            "id": "finn", "email": "finn@example.org", "name": "Finn", "password_hash": "",
            "role": Role.COORDINATOR, "organisation_id": None, "services": [],
            "areas": ["Elsewhere"], "children": [], "active": True,
        })  # fmt: skip
    finn = browsers._signed_in("finn")
    page = opened(finn)
    assert finn.get(page).status_code == 200
    assert "Nothing waits to be checked" in finn.read("/emergency")

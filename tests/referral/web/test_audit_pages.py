"""A family sees who looked; the privacy officer sees what was unusual."""

import pytest

from services.referral.domain.moves import Move
from services.referral.use_cases.who_looked import MOVED
from tests.referral.anyshire import Anyshire
from tests.referral.builders import a_child, a_concern, the_example
from tests.referral.use_cases.reading import SPEECH, audits, child_of
from tests.referral.web.browsers import Browser, Browsers


@pytest.fixture
def raised(anyshire: Anyshire) -> tuple[str, str]:
    """The Task at speech and language therapy, and the child."""
    made = anyshire.raise_(the_example())
    return anyshire.referral_at(SPEECH, made), child_of(made)


def test_the_family_sees_who_looked_and_what_they_did_by_day(
    anyshire: Anyshire, browsers: Browsers, speech: Browser, raised: tuple[str, str]
) -> None:
    task, child = raised
    speech.get(f"/referrals/{task}")
    anyshire.clock.pass_(days=1)
    anyshire.move(task, Move.ACCEPT)
    page = browsers.of_family(child).read(f"/referrals/{task}/looked")
    assert "Saturday" not in page
    accepted, looked = page.index("agreed to help"), page.index("read it")
    assert page.index("21 November 2026") < accepted < page.index("20 November 2026 Asha") < looked
    assert "Asha Rahman" in page[:accepted]
    assert "Sam Lee" in page
    assert "raised the concern" in page


@pytest.mark.parametrize("who", ["nursery", "coordinator"])
def test_so_do_the_setting_and_the_coordinator_by_a_link(
    browsers: Browsers, raised: tuple[str, str], who: str
) -> None:
    task, _ = raised
    assert f"/referrals/{task}/looked" in browsers.of(who).get(f"/referrals/{task}").text
    assert "raised the concern" in browsers.of(who).read(f"/referrals/{task}/looked")


@pytest.mark.parametrize("who", ["speech", "nursery2", "camhs", "admin", "auditor"])
def test_to_anybody_else_there_is_no_such_page(
    browsers: Browsers, raised: tuple[str, str], who: str
) -> None:
    task, _ = raised
    assert browsers.of(who).get(f"/referrals/{task}/looked").status_code == 404


def test_another_family_does_not_see_it(browsers: Browsers, raised: tuple[str, str]) -> None:
    assert browsers.of_family("other").get(f"/referrals/{raised[0]}/looked").status_code == 404


def test_a_stranger_who_was_refused_stands_in_the_list(
    browsers: Browsers, raised: tuple[str, str]
) -> None:
    task, child = raised
    browsers.of("nursery2").get(f"/referrals/{task}")
    page = browsers.of_family(child).read(f"/referrals/{task}/looked")
    assert "Priya Nair" in page
    assert "tried to open it" in page
    assert "They were not let in. Nothing was shown to them." in page


def test_the_family_reads_why_each_may_look_and_whom_to_ask(
    anyshire: Anyshire, browsers: Browsers, raised: tuple[str, str]
) -> None:
    task, child = raised
    for who in ("speech", "nursery", "coordinator"):
        browsers.of(who).get(f"/referrals/{task}")
    family = browsers.of_family(child)
    family.get(f"/referrals/{task}")
    page = family.read(f"/referrals/{task}/looked")
    for why in (
        "which was asked to help.",
        "which asked for help for your child.",
        "They make sure that nobody in this area waits too long.",
        "They are family, or care for your child.",
        "Ask us. You do not have to say why.",
    ):
        assert why in page
    assert "We cannot tell from here" not in page


def test_pages_sign_ins_and_refusals_are_noted(
    anyshire: Anyshire, browsers: Browsers, raised: tuple[str, str]
) -> None:
    anybody = browsers.anybody()
    anybody.post("/sign-in", email="speech@example.org", password="wrong")
    anybody.post("/sign-in", email="zoya@example.org", password="wrong")
    anybody.post("/sign-in", email="speech@example.org", password="demo-only")
    anybody.get("/queue")
    anybody.get("/concerns")
    anybody.get(f"/referrals/{raised[0]}/accept")
    anybody.post("/sign-out")
    lines = audits(anyshire.records)
    assert [line.action for line in lines[-7:]] == [
        "sign-in-refused", "sign-in-refused", "sign-in", "queue", "list", "form", "sign-out",
    ]  # fmt: skip
    assert "zoya" not in str([line.model_dump() for line in lines])


def test_the_privacy_officer_reads_what_was_unusual(browsers: Browsers, anyshire: Anyshire) -> None:
    auditor = browsers.of("auditor")
    assert "Nothing unusual." in auditor.read("/audit")
    child = a_child(name=[{"family": "Rahman", "given": ["Ivo"]}])
    made = anyshire.raise_(a_concern(child=child))
    browsers.of("speech").get(f"/referrals/{anyshire.referral_at(SPEECH, made)}")
    page = auditor.read("/audit")
    assert "Asha Rahman, North Anyshire" in page
    assert f"with their own family name: Patient/{child_of(made)}." in page
    assert "Ivo" not in page
    assert browsers.of("coordinator").get("/audit").status_code == 404


def test_every_move_is_told_in_words() -> None:
    assert set(MOVED) == set(Move)

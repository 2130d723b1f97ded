"""The limits that run, as staff see them; and the pages on which somebody minds them."""

from dataclasses import replace

import pytest

from services.referral.domain.moves import Move
from services.referral.use_cases.escalate_overdue import escalate_overdue
from services.referral.use_cases.raise_concern import Raised
from services.referral.use_cases.workplace import Workplace
from tests.referral.anyshire import Anyshire
from tests.referral.builders import a_concern, service_id
from tests.referral.use_cases.reading import child_of
from tests.referral.web.browsers import Browser, Browsers, words
from tests.referral.web.children import SPEECH

CAMHS = "camhs"
FIELDS = {
    "clock": "EHC-DECIDE", "code": "E3", "from[day]": "20", "from[month]": "11",
    "from[year]": "2026", "until[day]": "4", "until[month]": "12", "until[year]": "2026",
    "evidence": "The mother was in hospital.",
}  # fmt: skip


@pytest.fixture
def raised(anyshire: Anyshire) -> Raised:
    return anyshire.raise_()


@pytest.fixture
def late(anyshire: Anyshire, at: Workplace, raised: Raised) -> str:
    for _ in range(3):
        anyshire.clock.pass_(days=5)
        escalate_overdue(at=at, now=anyshire.clock())
    return anyshire.referral_at(SPEECH, raised)


def test_the_service_sees_its_limits_and_says_that_it_has_seen_them(
    late: str, speech: Browser
) -> None:
    page = speech.read(f"/referrals/{late}")
    assert "By 27 November 2026" in page
    assert "the service accepts, returns or redirects it OUR-TRIAGE" in page
    answer = speech.send(f"/referrals/{late}/seen")
    page = speech.read(answer.headers["location"])
    assert "It stands in the story that you have seen it" in page
    assert "seen on 5 December 2026" in page
    assert "Say that you have seen it" not in page


@pytest.fixture
def undecided(anyshire: Anyshire, at: Workplace) -> str:
    """The six weeks of the law to decide about an assessment are over."""
    raised = anyshire.raise_(replace(a_concern(), services=frozenset({service_id("ehc")})))
    anyshire.clock.pass_(days=45)
    escalate_overdue(at=at, now=anyshire.clock())
    return anyshire.referral_at("ehc", raised)


def test_a_coordinator_records_an_exception_and_everyone_at_work_reads_it(
    undecided: str, coordinator: Browser, browsers: Browsers
) -> None:
    assert "Record an exception" in coordinator.read(f"/referrals/{undecided}")
    form = coordinator.read(f"/referrals/{undecided}/exception")
    assert "EHC-DECIDE, until the parent is told" in form
    assert "OUR-ACK" not in form, "its rule knows no exception"
    answer = coordinator.send(f"/referrals/{undecided}/exception", FIELDS)
    assert answer.headers["location"] == f"/referrals/{undecided}?done=exception"
    page = browsers.of("early.years").read(f"/referrals/{undecided}")
    assert "Exception applies. E3: Exceptional personal circumstances" in page
    assert "20 November 2026 to 4 December 2026" in page
    assert "In time with the exception, late without it" in page
    assert "By 1 January 2027" in page, "the due date stays"


def test_no_exception_is_offered_where_the_law_knows_none(late: str, coordinator: Browser) -> None:
    assert "Record an exception" not in coordinator.read(f"/referrals/{late}")
    answer = coordinator.get(f"/referrals/{late}/exception")
    assert answer.status_code == 422
    assert "No limit that runs on this referral knows an exception" in words(answer.text)


CLOSED = {"code": "E1", "until[day]": "1", "until[month]": "1", "until[year]": "2027"}
ASKED = {"asked[day]": "13", "asked[month]": "11", "asked[year]": "2026"}


@pytest.mark.parametrize(
    ("fields", "href", "why"),
    [
        ({"until[day]": "19", "until[month]": "11"}, "#until-day", "It ends before it begins"),
        ({"code": "E4"}, "#until-day", "four continuous weeks"),
        ({"code": "E1"}, "#until-day", "A closure counts from four continuous weeks on"),
        (CLOSED, "#asked-day", "Say on which day advice was asked for"),
        (CLOSED | ASKED, "#asked-day", "before the limit began"),
        ({"from[year]": "2025", "until[year]": "2025"}, "#from-day", "over before the limit"),
    ],
)
def test_what_is_wrong_with_an_exception_is_said_at_its_field(
    undecided: str, coordinator: Browser, fields: dict[str, str], href: str, why: str
) -> None:
    answer = coordinator.send(f"/referrals/{undecided}/exception", FIELDS | fields)
    assert answer.status_code == 422
    assert f'href="{href}"' in answer.text
    assert why in words(answer.text)
    assert "The mother was in hospital." in words(answer.text), "what was typed is kept"


def test_whoever_was_too_slow_is_told_and_keeps_what_they_wrote(
    anyshire: Anyshire, undecided: str, coordinator: Browser
) -> None:
    anyshire.move(undecided, Move.ACCEPT, by="early.years")
    answer = coordinator.post(f"/referrals/{undecided}/exception", version="1", **FIELDS)
    assert answer.status_code == 409
    page = words(answer.text)
    assert "Accepted, 4 January 2027" in page
    assert "From 20 11 2026" in page
    assert "The mother was in hospital." in page
    assert "E3: Exceptional personal circumstances" in page
    stale = coordinator.post(f"/referrals/{undecided}/seen", version="1")
    assert stale.status_code == 409


def test_the_parts_of_the_help_are_recorded_and_shown_until_all_are(
    anyshire: Anyshire, browsers: Browsers
) -> None:
    chosen = replace(a_concern(), services=frozenset({service_id(CAMHS)}))
    raised = anyshire.raise_(chosen)
    task, camhs = anyshire.referral_at(CAMHS, raised), browsers.of("camhs")
    anyshire.move(task, Move.ACCEPT, by="camhs")
    anyshire.move(task, Move.START, by="camhs")
    for part in ("baseline", "plan"):
        camhs.move(task, "record", part=part, text="As agreed at home.")
    page = camhs.read(f"/referrals/{task}")
    assert "Baseline recorded on 20 November 2026; Plan recorded on 20 November 2026" in page
    assert "Intervention not recorded" in page
    assert "The baseline outcome is recorded: As agreed at home." in page
    camhs.move(task, "record", part="intervention", text="The first meeting.")
    page = camhs.read(f"/referrals/{task}")
    assert "CAMHS-HELP" not in page, "its limit has stopped"
    assert camhs.get(f"/referrals/{task}/record").status_code == 409, "nothing is left to record"


@pytest.mark.parametrize("left_out", ["clock", "code", "evidence"])
def test_an_exception_is_recorded_whole(
    undecided: str, coordinator: Browser, left_out: str
) -> None:
    fields = {key: value for key, value in FIELDS.items() if key != left_out}
    answer = coordinator.send(f"/referrals/{undecided}/exception", fields)
    assert answer.status_code == 422
    assert "There is a problem" in words(answer.text)


def test_a_family_is_spared_the_limits(late: str, browsers: Browsers, raised: Raised) -> None:
    page = browsers.of_family(child_of(raised)).read(f"/referrals/{late}")
    assert "OUR-TRIAGE" not in page
    assert "Limits that run" not in page

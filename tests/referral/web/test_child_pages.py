"""A family's page: what happens next, when, whom to call; and what each carer's rule keeps back."""

from datetime import datetime, timedelta

import pytest

from services.referral.demo.people import person
from services.referral.domain.concern import Taker
from services.referral.domain.dated import in_words
from services.referral.domain.minimum import PRIVATE_ADDRESS
from services.referral.domain.moves import Move
from services.referral.domain.working_days import london_date
from services.referral.records.tables import AbsenceRow
from services.referral.use_cases.raise_concern import Raised
from services.referral.use_cases.workplace import Workplace
from tests.referral.anyshire import Anyshire
from tests.referral.builders import a_concern
from tests.referral.families import a_carer_who
from tests.referral.records.test_waits import families_wait
from tests.referral.use_cases.reading import SPEECH, audits, child_of
from tests.referral.web.browsers import Browser, Browsers, links
from tests.referral.web.children import named
from tests.referral.web.test_family_pages import come_in

DAY = "2027-07-08T13:30:00Z"
SERVICE = "Speech and language therapy, North Anyshire"


@pytest.fixture
def raised(anyshire: Anyshire) -> Raised:
    return anyshire.raise_()


@pytest.fixture
def task(anyshire: Anyshire, raised: Raised) -> str:
    return anyshire.referral_at(SPEECH, raised)


@pytest.fixture
def family(browsers: Browsers, raised: Raised) -> Browser:
    return browsers.of_family(child_of(raised))


def offered(anyshire: Anyshire, task: str) -> None:
    anyshire.clock.pass_(minutes=1)
    anyshire.move(task, Move.OFFER, starts_at=datetime.fromisoformat(DAY), text="The blue door")


def first_words(page: str) -> str:
    """What stands before the first heading under the child's name."""
    return page.partition("What happens next")[0]


def test_the_state_is_said_in_one_sentence_before_all_else(
    anyshire: Anyshire, family: Browser, task: str
) -> None:
    asked = first_words(family.read("/family"))
    assert f"{SERVICE} has been asked to help Tobi. They have not read it yet." in asked
    assert "You do not have to do anything now." in asked
    anyshire.move(task, Move.ACCEPT)
    assert f"{SERVICE} will see Tobi." in first_words(family.read("/family"))
    anyshire.clock.pass_(minutes=1)
    anyshire.move(task, Move.START)
    assert f"{SERVICE} is finding out what will help Tobi." in first_words(family.read("/family"))


def test_no_word_of_the_staff_s_list_is_on_it(family: Browser) -> None:
    page = family.read("/family").lower()
    for jargon in ("referral", "triage", "due in", "submitted", "task", "raised on"):
        assert jargon not in page


def test_a_question_for_the_family_comes_first_and_leads_to_the_answer(
    anyshire: Anyshire, family: Browser, raised: Raised, task: str
) -> None:
    anyshire.move(task, Move.ASK, text="Does he turn when you whisper?", ask_whom=Taker.FAMILY)
    answer = family.get("/family")
    page = first_words(family.read("/family"))
    assert f"{SERVICE} has a question for you." in page
    assert "Does he turn when you whisper?" in page
    assert "do not have to do anything" not in page
    assert links(answer.text, "/asks/.+?") == [f"/asks/{anyshire.open_ask(raised.concern)}"]


def test_a_question_for_the_nursery_is_not_the_family_s_to_answer(
    anyshire: Anyshire, family: Browser, task: str
) -> None:
    anyshire.move(task, Move.ASK, text="Is he shy there?", ask_whom=Taker.REFERRER)
    answer = family.get("/family").text
    assert "waiting for the answer" in answer
    assert not links(answer, "/asks/.+?")


def test_where_too_few_are_known_no_date_is_promised(family: Browser) -> None:
    assert "We cannot say yet how long it will take" in family.read("/family")


@pytest.mark.parametrize(
    ("waited", "says"),
    [
        (0, "The first appointment may be between {half} and {most}."),
        (40, "Half of all families were seen sooner than this. Nine in ten by {most}."),
        (100, "longer than it did for nine in ten families, who were seen by {most}."),
    ],
)
def test_the_date_is_an_honest_range_from_what_others_waited(
    anyshire: Anyshire, browsers: Browsers, raised: Raised, waited: int, says: str
) -> None:
    asked_on = london_date(anyshire.clock())
    half, most = (in_words(asked_on + timedelta(weeks=weeks)) for weeks in (4, 9))
    anyshire.clock.pass_(days=waited)
    families_wait(anyshire, 12, 4, seen=True)
    families_wait(anyshire, 12, 9, seen=True)
    page = browsers.of_family(child_of(raised)).read("/family")
    assert says.format(half=half, most=most) in page
    assert ("It is late" in page) == (waited > 30)


def test_who_to_call_is_whoever_stands_in_while_the_key_contact_is_away(
    anyshire: Anyshire, family: Browser, at: Workplace
) -> None:
    sam, cover = person("nursery"), person("coordinator")
    assert sam.name in family.read("/family")
    today = anyshire.clock().date()
    away = AbsenceRow(
        id="away", account_id=sam.id, cover_id=cover.id, first_day=today, last_day=today
    )
    with at.records.database.write() as session:
        session.add(away)
    assert cover.name in family.read("/family")


def test_an_appointment_is_said_with_its_day(
    anyshire: Anyshire, family: Browser, task: str
) -> None:
    anyshire.move(task, Move.ACCEPT)
    offered(anyshire, task)
    page = family.read("/family")
    assert f"Tobi has an appointment with {SERVICE} on" in first_words(page)
    assert "Thursday 8 July 2027 at 2:30pm" in page
    assert "The blue door" in page


def test_a_father_from_whom_the_address_is_kept_learns_no_time_and_no_place(
    anyshire: Anyshire, browsers: Browsers, at: Workplace
) -> None:
    hidden = {"url": PRIVATE_ADDRESS, "valueBoolean": True}
    child = {**named("Tobi"), "address": [{"district": "North Anyshire", "extension": [hidden]}]}
    made = anyshire.raise_(a_concern(child=child, carer=a_carer_who(lives="no")))
    task = anyshire.referral_at(SPEECH, made)
    anyshire.move(task, Move.ACCEPT)
    offered(anyshire, task)
    phone = browsers.anybody()
    come_in(phone, at)
    assert f"{SERVICE} has offered Tobi an appointment." in phone.read("/family")
    all_of_it = f"/family/children/{child_of(made)}/everything"
    for place in ("/family", f"/referrals/{task}", all_of_it, f"{all_of_it}.json"):
        answer = phone.get(place)
        assert answer.status_code == 200
        for kept in (
            "The blue door",
            "2027-07-08",
            "8 July 2027",
            "Health visiting",
            "North Anyshire ·",
        ):
            assert kept not in answer.text


def test_a_grandmother_reads_how_it_goes_and_not_what_was_asked(
    anyshire: Anyshire, browsers: Browsers, at: Workplace
) -> None:
    made = anyshire.raise_(a_concern(carer=a_carer_who(held="no", lives="no")))
    task = anyshire.referral_at(SPEECH, made)
    anyshire.move(task, Move.ASK, text="Is he shy at home?", ask_whom=Taker.FAMILY)
    phone = browsers.anybody()
    come_in(phone, at)
    answer = phone.get("/family").text
    assert SERVICE in answer
    assert "shy" not in answer
    assert not links(answer, "/asks/.+?")
    assert not links(answer, ".+/looked")


def test_two_children_are_a_list_and_each_has_a_page(
    anyshire: Anyshire, browsers: Browsers, raised: Raised
) -> None:
    sister = anyshire.raise_(a_concern(child=named("Ada", "Marsh")))
    anyshire.raise_(a_concern(child=named("Ife", "Hill")))
    family = browsers.of_family(child_of(raised), child_of(sister))
    listed = family.get("/family").text
    assert len(links(listed, "/family/children/.+?")) == 2
    page = family.read(f"/family/children/{child_of(sister)}")
    assert "Ada Marsh" in page
    assert "Tobi" not in page
    assert "Hill" not in listed


def test_another_family_s_child_is_not_there_and_the_try_is_noted(
    anyshire: Anyshire, browsers: Browsers, raised: Raised
) -> None:
    other = anyshire.raise_(a_concern(child=named("Ada", "Marsh")))
    family = browsers.of_family(child_of(raised))
    assert family.get(f"/family/children/{child_of(other)}").status_code == 404
    assert audits(anyshire.records)[-1].action == "refuse"


def test_every_look_is_in_the_audit(anyshire: Anyshire, family: Browser, raised: Raised) -> None:
    before = len(audits(anyshire.records))
    family.read("/family")
    [line] = audits(anyshire.records)[before:]
    assert (line.action, line.child_id) == ("read", child_of(raised))


def test_what_has_ended_stays_readable(anyshire: Anyshire, family: Browser, raised: Raised) -> None:
    anyshire.withdraw(raised.concern, "The family moved.", by="nursery")
    page = family.read("/family")
    assert "Nobody is being asked to help Tobi at the moment." in first_words(page)
    assert f"The request to {SERVICE} was taken back." in page
    assert "speak with your nursery" in page

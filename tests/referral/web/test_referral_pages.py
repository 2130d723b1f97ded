"""The page of a referral: the story told once, what happened, and what each person may do."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import event

from services.referral.demo.people import PEOPLE, person
from services.referral.domain.concern import Taker
from services.referral.domain.moves import Move
from services.referral.records.correspondence import told
from services.referral.use_cases.raise_concern import Raised
from shared.contract import Channel, Fate, MessageEvent
from tests.referral.anyshire import ONLOOKER, Anyshire
from tests.referral.builders import a_concern, the_example
from tests.referral.fakes import FRIDAY
from tests.referral.use_cases.reading import audits
from tests.referral.web.browsers import Browser, Browsers, links
from tests.referral.web.children import SPEECH

MOST_STATEMENTS = 14


@pytest.fixture
def raised(anyshire: Anyshire) -> Raised:
    return anyshire.raise_(the_example())


@pytest.fixture
def task(anyshire: Anyshire, raised: Raised) -> str:
    return anyshire.referral_at(SPEECH, raised)


def offered(page: str, task: str) -> set[str]:
    """The moves that the page offers."""
    found = links(page, f"/referrals/{task}/[a-z-]+")
    others = {"looked", "carers", "sharing", "changed", "messages", "tell", "seen", "exception"}
    return {one.rpartition("/")[2] for one in found} - others


#: Who sees the example's referral: its setting, the services asked with their managers, and those
#: who answer for the area.
WHO_SEES = {
    "nursery", "speech", "early.years", "coordinator", "manager.north", "manager.council", "area",
    "leader",
}  # fmt: skip


@pytest.mark.parametrize("key", [person.key for person in PEOPLE])
def test_to_whom_a_referral_is_there(task: str, browsers: Browsers, key: str) -> None:
    browser = browsers.of(key)
    seen = 200 if key in WHO_SEES else 404
    assert browser.get(f"/referrals/{task}").status_code == seen
    for move in Move:
        if key not in WHO_SEES:
            assert browser.get(f"/referrals/{task}/{move}").status_code == 404
            assert browser.post(f"/referrals/{task}/{move}", version="1").status_code == 404


def test_a_family_sees_its_own_child_s_referral_alone(
    anyshire: Anyshire, raised: Raised, task: str, browsers: Browsers
) -> None:
    other = anyshire.raise_()
    family = browsers.of_family(anyshire.concern(raised.concern).child)
    assert family.get(f"/referrals/{task}").status_code == 200
    assert family.get(f"/referrals/{anyshire.referral_at(SPEECH, other)}").status_code == 404


def test_the_page_says_who_the_child_is_and_why_it_came_here(task: str, speech: Browser) -> None:
    page = speech.read(f"/referrals/{task}")
    assert "Zoya Rahimi-Okafor 3 years 4 months, born 19 July 2023" in page
    assert "NHS number 999 000 0018" in page
    assert "Because talking is a worry at 40 months" in page
    assert "Answer by 27 November 2026, due in 7 days" in page


def test_the_story_is_told_with_who_said_what_and_when(task: str, speech: Browser) -> None:
    page = speech.read(f"/referrals/{task}")
    for told_once in (
        "uses about fifteen single words across Dari and English",
        "Picture cards at snack and home time",
        "She understands me. I worry she will start school",
        "Puzzles, water play",
        "communication score 15 From Acorn Lane Nursery, 11 February 2026",
        "Laila Rahimi Mother 07700 900461",
        "Agreed by Laila Rahimi",
        "Mother would like an interpreter",
    ):
        assert page.count(told_once) == 1, told_once
    assert "From Acorn Lane Nursery, 19 November 2026" in page
    assert "Key contact Sam Lee Acorn Lane Nursery 01632 960130" in page
    assert "Others asked to help Early years SEND team" in page


def test_a_child_s_name_stands_in_no_title(task: str, speech: Browser) -> None:
    title = speech.get(f"/referrals/{task}").text.partition("<title>")[2].partition("</title>")[0]
    assert "SN-" in title
    assert "Zoya" not in title


def test_a_family_does_not_read_what_is_kept_about_its_carers(
    anyshire: Anyshire, raised: Raised, task: str, browsers: Browsers
) -> None:
    page = browsers.of_family(anyshire.concern(raised.concern).child).read(f"/referrals/{task}")
    assert "Puzzles, water play" in page
    assert "07700 900461" not in page
    assert "Agreement" not in page


@pytest.mark.parametrize(
    ("key", "moves"),
    [
        (
            "speech",
            {"receive", "accept", "ask", "pause", "redirect", "return", "enter-in-error"},
        ),
        ("nursery", {"pause", "withdraw", "enter-in-error"}),
        ("coordinator", {"pause", "withdraw", "enter-in-error"}),
        ("early.years", set()),
    ],
)
def test_each_person_is_offered_their_own_moves(
    task: str, browsers: Browsers, key: str, moves: set[str]
) -> None:
    assert offered(browsers.of(key).get(f"/referrals/{task}").text, task) == moves


def test_the_desk_is_offered_to_place_and_never_to_hand_over(
    anyshire: Anyshire, coordinator: Browser
) -> None:
    made = anyshire.raise_(a_concern(services=frozenset()))
    task = anyshire.referral_at("desk", made)
    moves = offered(coordinator.get(f"/referrals/{task}").text, task)
    assert "place" in moves
    assert not {"hand-over", "look-again"} & moves


def test_whoever_is_asked_gets_the_answer_button_and_others_see_who_is(
    anyshire: Anyshire, raised: Raised, task: str, nursery: Browser, speech: Browser
) -> None:
    anyshire.move(task, Move.ASK, text="Does she hear you whisper?")
    ask = anyshire.open_ask(raised.concern)
    page = nursery.get(f"/referrals/{task}").text
    assert f'href="/asks/{ask}"' in page
    assert "answer" not in offered(page, task)
    assert f'href="/asks/{ask}"' not in speech.get(f"/referrals/{task}").text
    assert "Waiting for the setting, due in 14 days" in speech.read(f"/referrals/{task}")


def test_the_address_of_a_question_shows_the_referral_it_is_about(
    anyshire: Anyshire, raised: Raised, task: str, nursery: Browser
) -> None:
    anyshire.move(task, Move.ASK, text="Does she hear you whisper?", ask_whom=Taker.FAMILY)
    page = nursery.read(f"/referrals/{anyshire.open_ask(raised.concern)}")
    assert "Does she hear you whisper?" in page
    assert "Zoya Rahimi-Okafor" in page


def test_both_sides_read_the_same_timeline_newest_first(
    anyshire: Anyshire, task: str, nursery: Browser, speech: Browser
) -> None:
    anyshire.move(task, Move.RECEIVE)
    anyshire.clock.pass_(minutes=5)
    anyshire.move(task, Move.ACCEPT)
    starts_at = FRIDAY + timedelta(days=12)
    anyshire.clock.pass_(minutes=5)
    anyshire.move(task, Move.OFFER, starts_at=starts_at, text="Millbrook Health Centre")
    theirs, ours = (
        browser.read(f"/referrals/{task}").partition("What has happened")[2]
        for browser in (nursery, speech)
    )
    assert theirs == ours
    said = ("Appointment offered", "Accepted", "Received", "Concern raised and sent")
    assert sorted(said, key=ours.index) == list(said)
    assert "2 December 2026 at 10:00am Millbrook Health Centre" in ours
    assert "Asha Rahman, North Anyshire Community NHS Trust" in ours
    assert "Sam Lee, Acorn Lane Nursery" in ours


def tell(
    anyshire: Anyshire, raised: Raised, task: str, to: str, channel: Channel, fate: Fate
) -> None:
    with anyshire.records.writing(ONLOOKER, now=anyshire.clock()) as record:
        kept = record.resource("Task", task)
        ids = [str(uuid4()) for _ in range(3)]
        message = MessageEvent(
            id=ids[0], at=anyshire.clock(), fate=fate, message=ids[1], event=ids[2], task=task,
            concern=raised.concern, child=kept.place.child or "", recipient=to, channel=channel,
            template="staff/accepted",
        )  # fmt: skip
        record.create(told(message), kept.place)


def test_the_timeline_says_quietly_who_was_told_and_who_could_not_be(
    anyshire: Anyshire, raised: Raised, task: str, speech: Browser
) -> None:
    anyshire.move(task, Move.RECEIVE)
    anyshire.clock.pass_(minutes=1)
    anyshire.move(task, Move.ACCEPT)
    anyshire.clock.pass_(minutes=1)
    anyshire.move(task, Move.START)
    sam = f"Practitioner/{person('nursery').id}"
    with anyshire.records.reading(ONLOOKER, now=FRIDAY) as record:
        (laila,) = (one.reference for one in record.of_concern(raised.concern, "RelatedPerson"))
    tell(anyshire, raised, task, sam, Channel.EMAIL, Fate.ACCEPTED)
    tell(anyshire, raised, task, sam, Channel.IN_APP, Fate.DELIVERED)
    tell(anyshire, raised, task, laila, Channel.EMAIL, Fate.FAILED)
    page = speech.read(f"/referrals/{task}").partition("What has happened")[2]
    started, accepted, _ = page.split("Asha Rahman")[1:]
    assert "Told: Sam Lee (by e-mail and in Sooner)" in accepted
    assert "Could not be told: Laila Rahimi (by e-mail)" in accepted
    assert "told" not in started


def test_how_it_ended_is_said_with_the_reason(
    anyshire: Anyshire, task: str, nursery: Browser
) -> None:
    anyshire.move(
        task, Move.RETURN, reason="incomplete", text="We need the hearing test.",
        next_step="Book a hearing test.", taker=Taker.REFERRER,
    )  # fmt: skip
    page = nursery.read(f"/referrals/{task}")
    assert "Returned" in page
    assert "We need more to go on We need the hearing test." in page
    assert "Next step, named by Speech and language therapy" in page
    assert "Book a hearing test." in page
    assert "Target date" not in page


def test_what_has_ended_elsewhere_is_due_no_more(
    anyshire: Anyshire, raised: Raised, task: str, speech: Browser
) -> None:
    def others() -> str:
        page = speech.read(f"/referrals/{task}")
        return page.partition("Others asked to help")[2].partition("Who sees the record")[0]

    assert "due in 7 days" in others()
    other = anyshire.referral_at("early-years", raised)
    anyshire.move(other, Move.ENTER_IN_ERROR, text="Twice.", by="early.years")
    assert others().strip() == "Early years SEND team Recorded in error"


def test_every_look_is_noted(anyshire: Anyshire, task: str, speech: Browser) -> None:
    speech.get(f"/referrals/{task}")
    noted = [line for line in audits(anyshire.records) if line.action == "read"]
    assert [(one.who, one.resource_id) for one in noted] == [
        (f"Practitioner/{person('speech').id}", task)
    ]


def test_opening_it_asks_the_database_a_few_times_however_much_has_happened(
    anyshire: Anyshire, task: str, speech: Browser
) -> None:
    for _ in range(5):
        anyshire.move(task, Move.ASK, text="How many words?")
        anyshire.move(task, Move.ANSWER, text="Fifteen.", by="nursery")
    asked: list[str] = []
    engine = anyshire.records.database.engine
    event.listen(engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    speech.get(f"/referrals/{task}")
    assert 0 < len([one for one in asked if not one.startswith("BEGIN")]) <= MOST_STATEMENTS

"""Each move is made on a page that says what it means and asks what it needs."""

import pytest

from services.referral.domain.moves import MOVES, Move, State
from services.referral.domain.return_reasons import RETURN_REASONS as KNOWN_REASONS
from services.referral.web.move_forms import ASKED, OUTCOMES, RETURN_REASONS, form_for
from services.referral.web.words import DONE, STATES
from shared.fhir.codes import CODE_SYSTEMS, OUTCOME
from tests.referral.anyshire import ONLOOKER, Anyshire
from tests.referral.builders import a_concern, service_id
from tests.referral.fakes import FRIDAY
from tests.referral.web.browsers import Browser, Browsers, links, words
from tests.referral.web.children import SPEECH, referred

TUESDAY = {
    "date[day]": "1", "date[month]": "December", "date[year]": "2026", "time": "9:30am",
    "minutes": "45", "how": "clinic", "place": "Millbrook Health Centre, room 2",
}  # fmt: skip
RETURNED = {
    "reason": "incomplete", "text": "We need the hearing test.",
    "next_step": "Book a hearing test.", "taker": "referrer",
}  # fmt: skip

#: Moves by speech and language therapy from the start on, each with its fields and where it leads.
JOURNEYS: list[list[tuple[Move, dict[str, str], State]]] = [
    [
        (Move.RECEIVE, {}, State.RECEIVED),
        (Move.ASK, {"text": "How many words?", "ask_whom": "family"}, State.QUESTION),
        (Move.ANSWER, {"text": "Mother says about ten."}, State.RECEIVED),
        (Move.ACCEPT, {}, State.ACCEPTED),
        (Move.OFFER, TUESDAY, State.OFFERED),
        (Move.START, {}, State.ASSESSING),
        (Move.SUPPORT, {}, State.SUPPORTING),
        (Move.COMPLETE, {"outcome": "plan-agreed", "text": "A plan for nursery."}, State.CLOSED),
    ],
    [
        (Move.PAUSE, {"text": "The family asked to wait."}, State.PAUSED),
        (Move.RESUME, {}, State.SUBMITTED),
        (Move.RETURN, RETURNED, State.RETURNED),
    ],
    [
        (
            Move.REDIRECT,
            {"to": service_id("early-years"), "text": "They are closer to it."},
            State.REDIRECTED,
        ),
        (Move.ENTER_IN_ERROR, {"text": "Another child."}, State.IN_ERROR),
    ],
]


@pytest.fixture
def task(anyshire: Anyshire) -> str:
    return referred(anyshire, "Tobi")


def state(anyshire: Anyshire, task: str) -> State:
    return next(State(row.state) for row in anyshire.queue() if row.task_id == task)


@pytest.mark.parametrize("journey", JOURNEYS, ids=["to help", "pause and return", "redirect"])
def test_a_whole_journey_by_hand(
    anyshire: Anyshire,
    task: str,
    speech: Browser,
    journey: list[tuple[Move, dict[str, str], State]],
) -> None:
    for move, fields, ends in journey:
        answer = speech.move(task, move, **fields)
        assert answer.status_code == 303, (move, words(answer.text))
        assert answer.headers["location"] == f"/referrals/{task}?done={move}"
        assert DONE[move] in speech.read(answer.headers["location"])
        assert state(anyshire, task) is ends


def test_what_was_said_with_a_move_is_read_by_the_setting(
    task: str, speech: Browser, nursery: Browser
) -> None:
    speech.move(task, "return", **RETURNED)
    page = nursery.read(f"/referrals/{task}")
    assert "We need the hearing test." in page
    assert "Book a hearing test." in page


def test_an_appointment_is_kept_in_the_time_of_london(
    anyshire: Anyshire, task: str, speech: Browser
) -> None:
    speech.move(task, "accept")
    summer = {**TUESDAY, "date[month]": "6", "date[year]": "2027"}
    speech.move(task, "offer", **summer)
    with anyshire.records.reading(ONLOOKER, now=FRIDAY) as record:
        (made,) = record.of_type("Appointment")
    assert made.json["start"] == "2027-06-01T08:30:00.000Z"
    assert "room 2" in made.json["patientInstruction"]
    assert "1 June 2027 at 9:30am" in speech.read(f"/referrals/{task}")


def test_an_appointment_in_the_past_is_not_offered(task: str, speech: Browser) -> None:
    speech.move(task, "accept")
    answer = speech.move(task, "offer", **{**TUESDAY, "date[year]": "2025"})
    assert answer.status_code == 422
    assert "The appointment must be in the future" in words(answer.text)
    assert "Millbrook Health Centre, room 2" in words(answer.text)


def test_what_is_missing_is_named_and_what_was_typed_is_kept(
    anyshire: Anyshire, task: str, speech: Browser
) -> None:
    answer = speech.move(task, "return", **{**RETURNED, "reason": "", "text": ""})
    assert answer.status_code == 422
    page = words(answer.text)
    assert "Choose why you cannot help" in page
    assert "Say why" in page
    assert "Book a hearing test." in page
    assert state(anyshire, task) is State.SUBMITTED


def test_the_second_of_two_is_told_who_was_quicker(
    anyshire: Anyshire, task: str, speech: Browser
) -> None:
    stale = {"version": "1", "text": "How many words?", "ask_whom": "referrer"}
    anyshire.move(task, Move.RECEIVE)
    answer = speech.post(f"/referrals/{task}/ask", **stale)
    assert answer.status_code == 409
    page = words(answer.text)
    assert "Asha Rahman, North Anyshire Community NHS Trust: Received, 20 November 2026" in page
    assert f"/referrals/{task}" in links(answer.text, "/referrals/.+?")
    assert state(anyshire, task) is State.RECEIVED


def test_a_move_that_the_state_no_longer_allows_says_what_happened(
    anyshire: Anyshire, task: str, speech: Browser
) -> None:
    anyshire.move(task, Move.RECEIVE)
    for answer in (
        speech.get(f"/referrals/{task}/receive"),
        speech.post(f"/referrals/{task}/receive", version="2"),
    ):
        assert answer.status_code == 409
        assert "Received, 20 November 2026 at 10:00am" in words(answer.text)


@pytest.mark.parametrize("version", ["", "one", "-1"])
def test_a_form_without_its_version_moves_nothing(
    anyshire: Anyshire, task: str, speech: Browser, version: str
) -> None:
    assert speech.post(f"/referrals/{task}/receive", version=version).status_code == 422
    assert state(anyshire, task) is State.SUBMITTED


@pytest.mark.parametrize("move", ["accept", "hand-over", "look-again"])
def test_who_may_not_make_a_move_is_told_so(
    anyshire: Anyshire, task: str, nursery: Browser, move: str
) -> None:
    assert nursery.get(f"/referrals/{task}/{move}").status_code == 403
    assert nursery.post(f"/referrals/{task}/{move}", version="1").status_code == 403
    assert state(anyshire, task) is State.SUBMITTED


@pytest.mark.parametrize("move", ["hand-over", "look-again"])
def test_nobody_makes_by_hand_what_follows_by_itself(
    task: str, browsers: Browsers, move: str
) -> None:
    for key in ("speech", "coordinator"):
        assert browsers.of(key).post(f"/referrals/{task}/{move}", version="1").status_code == 403


def test_there_are_no_other_moves(task: str, speech: Browser) -> None:
    assert speech.get(f"/referrals/{task}/delete").status_code == 404


def test_a_service_is_chosen_from_the_directory_without_itself_and_the_desk(
    anyshire: Anyshire, task: str, speech: Browser
) -> None:
    page = speech.get(f"/referrals/{task}/redirect").text
    assert service_id("early-years") in page
    assert service_id(SPEECH) not in page
    assert service_id("desk") not in page
    answer = speech.move(task, "redirect", to="made-up", text="They are closer.")
    assert answer.status_code == 422
    assert state(anyshire, task) is State.SUBMITTED


def test_the_coordinator_asks_a_service_to_take_it(
    anyshire: Anyshire, coordinator: Browser, browsers: Browsers
) -> None:
    made = anyshire.raise_(a_concern(services=frozenset()))
    task = anyshire.referral_at("desk", made)
    fields = {"to": service_id("camhs"), "text": "They know the family."}
    assert coordinator.move(task, "place", **fields).status_code == 303
    placed = anyshire.referral_at("camhs", made)
    assert "They know the family" in browsers.of("camhs").read(f"/referrals/{placed}")


@pytest.mark.parametrize("move", MOVES)
def test_every_need_of_a_move_is_asked(move: Move) -> None:
    asked = {question.key for question in form_for(move).questions}
    needed = {question.key for need in MOVES[move].needs for question in ASKED[need]}
    assert needed == asked


def test_what_can_be_chosen_are_codes_of_the_record() -> None:
    assert {option.value for option in OUTCOMES} <= set(CODE_SYSTEMS[OUTCOME])
    assert {option.value for option in RETURN_REASONS} <= set(KNOWN_REASONS)


def test_every_state_has_words() -> None:
    assert set(STATES) == set(State)

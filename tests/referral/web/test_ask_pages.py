"""Whoever was asked answers, or says that the next step was taken."""

import pytest

from services.referral.domain.concern import Taker
from services.referral.domain.moves import Move, State
from services.referral.use_cases.raise_concern import Raised
from tests.referral.anyshire import Anyshire
from tests.referral.builders import service_id
from tests.referral.web.browsers import Browser, Browsers, words
from tests.referral.web.children import SPEECH


@pytest.fixture
def raised(anyshire: Anyshire) -> Raised:
    return anyshire.raise_()


@pytest.fixture
def task(anyshire: Anyshire, raised: Raised) -> str:
    return anyshire.referral_at(SPEECH, raised)


@pytest.fixture
def question(anyshire: Anyshire, raised: Raised, task: str) -> str:
    anyshire.move(task, Move.ASK, text="Does he turn when you whisper?")
    return anyshire.open_ask(raised.concern)


@pytest.fixture
def next_step(anyshire: Anyshire, raised: Raised, task: str) -> str:
    anyshire.move(task, Move.RETURN, reason="incomplete", text="We need the hearing test.")
    return anyshire.open_ask(raised.concern)


def test_the_question_is_shown_where_it_is_answered(question: str, nursery: Browser) -> None:
    page = nursery.read(f"/asks/{question}")
    assert "Speech and language therapy, North Anyshire: Does he turn when you whisper?" in page


def test_an_answer_reaches_the_service(
    anyshire: Anyshire, task: str, question: str, nursery: Browser, speech: Browser
) -> None:
    answer = nursery.send(f"/asks/{question}", {"text": "Yes, when it is quiet."})
    assert answer.headers["location"] == f"/referrals/{task}?done=answer"
    assert "Your answer was sent" in nursery.read(answer.headers["location"])
    page = speech.read(f"/referrals/{task}")
    assert "Yes, when it is quiet." in page
    assert "Received" in page


def test_an_empty_answer_is_not_sent(question: str, nursery: Browser) -> None:
    answer = nursery.send(f"/asks/{question}", {"text": "  "})
    assert answer.status_code == 422
    assert "Write your answer" in words(answer.text)


def test_a_question_is_answered_once(anyshire: Anyshire, question: str, nursery: Browser) -> None:
    anyshire.answer(question, "Yes.")
    for answer in (
        nursery.get(f"/asks/{question}"),
        nursery.post(f"/asks/{question}", version="1", text="No."),
    ):
        assert answer.status_code == 409
        assert "Sam Lee, Acorn Lane Nursery: Question answered" in words(answer.text)


@pytest.mark.parametrize(
    ("key", "status"), [("speech", 403), ("camhs", 404), ("nursery2", 404), ("coordinator", 200)]
)
def test_only_whoever_is_asked_answers(
    question: str, browsers: Browsers, key: str, status: int
) -> None:
    assert browsers.of(key).get(f"/asks/{question}").status_code == status


def test_the_family_answers_what_the_family_is_asked(
    anyshire: Anyshire, raised: Raised, task: str, browsers: Browsers, nursery: Browser
) -> None:
    anyshire.move(task, Move.ASK, text="What does he say at home?", ask_whom=Taker.FAMILY)
    ask = anyshire.open_ask(raised.concern)
    assert nursery.get(f"/asks/{ask}").status_code == 403
    family = browsers.of_family(anyshire.concern(raised.concern).child)
    assert family.send(f"/asks/{ask}", {"text": "Milk, car, more."}).status_code == 303


def test_a_next_step_is_taken_and_the_service_asked_again(
    anyshire: Anyshire, raised: Raised, next_step: str, nursery: Browser, speech: Browser
) -> None:
    said = {"text": "Hearing is fine: letter sent along.", "to": service_id(SPEECH)}
    answer = nursery.send(f"/asks/{next_step}", said)
    assert "What you did was recorded" in nursery.read(answer.headers["location"])
    again = next(one for one in anyshire.concern(raised.concern).referrals if one.replaces)
    assert again.state is State.SUBMITTED
    assert "Hearing is fine" in speech.read(f"/referrals/{again.id}")


def test_a_next_step_may_be_all_that_was_needed(
    anyshire: Anyshire, raised: Raised, next_step: str, nursery: Browser
) -> None:
    assert nursery.send(f"/asks/{next_step}", {"text": "Talked it over.", "to": ""}).is_redirect
    assert anyshire.concern(raised.concern).open_asks == []


def test_a_referral_is_not_answered(task: str, nursery: Browser) -> None:
    assert nursery.get(f"/asks/{task}").status_code == 404

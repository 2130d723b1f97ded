"""Whoever was asked answers, once; and a concern is sent again after its next step."""

import pytest

from services.referral.domain.concern import AskState, ConcernStatus, Taker
from services.referral.domain.moves import Move, State
from services.referral.use_cases.raise_concern import Raised
from shared.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from shared.identity import Principal
from tests.referral.anyshire import Anyshire
from tests.referral.builders import a_family, as_, service_id
from tests.referral.use_cases.reading import SPEECH, child_of


def asked(anyshire: Anyshire, raised: Raised, whom: Taker = Taker.REFERRER) -> str:
    task = anyshire.referral_at(SPEECH, raised)
    anyshire.move(task, Move.ASK, text="Since when?", ask_whom=whom)
    return anyshire.open_ask(raised.concern)


def returned(anyshire: Anyshire, raised: Raised, taker: Taker = Taker.REFERRER) -> str:
    task = anyshire.referral_at(SPEECH, raised)
    anyshire.move(task, Move.RETURN, reason="incomplete", text="Not yet", taker=taker)
    return anyshire.open_ask(raised.concern)


def people(raised: Raised) -> dict[str, Principal]:
    return {key: as_(key) for key in ("nursery", "speech", "early.years", "coordinator")} | {
        "family": a_family(child_of(raised))
    }


@pytest.mark.parametrize(
    ("whom", "answering"),
    [(Taker.REFERRER, {"nursery", "coordinator"}), (Taker.FAMILY, {"family", "coordinator"})],
)
@pytest.mark.parametrize("kind", [asked, returned])
def test_only_whoever_was_asked_or_the_coordinator_answers(
    anyshire: Anyshire, raised: Raised, kind: object, whom: Taker, answering: set[str]
) -> None:
    ask = kind(anyshire, raised, whom)  # type: ignore[operator]
    for key, who in people(raised).items():
        if key not in answering:
            with pytest.raises(NotAllowed):
                anyshire.answer(ask, "I know", by=who)
    with pytest.raises(NotFound):
        anyshire.answer(ask, "I know", by="camhs")
    assert anyshire.concern(raised.concern).open_asks
    anyshire.answer(ask, "Since January", by=people(raised)[min(answering - {"coordinator"})])
    assert not anyshire.concern(raised.concern).open_asks


def test_an_answer_sends_the_referral_back_to_the_service(
    anyshire: Anyshire, raised: Raised
) -> None:
    done = anyshire.answer(asked(anyshire, raised), "Since January")
    assert done.json["status"] == "completed"
    assert done.json["output"][0]["valueString"] == "Since January"
    referral = anyshire.concern(raised.concern).referrals
    assert State.RECEIVED in {one.state for one in referral}


@pytest.mark.parametrize("text", [None, ""])
def test_an_answer_says_something(anyshire: Anyshire, raised: Raised, text: str | None) -> None:
    ask = asked(anyshire, raised)
    before = anyshire.counts()
    with pytest.raises(Invalid):
        anyshire.answer(ask, text)
    assert anyshire.counts() == before


def test_a_question_is_answered_once_even_when_another_is_open(
    anyshire: Anyshire, raised: Raised
) -> None:
    first = asked(anyshire, raised)
    anyshire.answer(first, "Since January")
    with pytest.raises(Conflict):
        anyshire.answer(first, "Since June")
    second = asked(anyshire, raised)
    with pytest.raises(Conflict):
        anyshire.answer(first, "Since June")
    states = {ask.id: ask.state for ask in anyshire.concern(raised.concern).asks}
    assert states == {first: AskState.DONE, second: AskState.OPEN}


def test_a_question_that_is_no_longer_asked_is_not_answered(
    anyshire: Anyshire, raised: Raised
) -> None:
    ask = asked(anyshire, raised)
    anyshire.move(anyshire.referral_at(SPEECH, raised), Move.ACCEPT)
    with pytest.raises(Conflict):
        anyshire.answer(ask, "Since January")


def test_who_answers_an_old_version_is_told(anyshire: Anyshire, raised: Raised) -> None:
    ask = returned(anyshire, raised)
    anyshire.answer(ask, "Hearing is fine", version=1)
    with pytest.raises(Stale, match="Sam Lee"):
        anyshire.answer(ask, "Hearing is fine", by="coordinator", version=1)


def test_a_referral_is_moved_and_not_answered(anyshire: Anyshire, raised: Raised) -> None:
    with pytest.raises(Conflict):
        anyshire.answer(anyshire.referral_at(SPEECH, raised), "Since January")


def test_after_the_next_step_the_concern_goes_on_with_its_first_clock(
    anyshire: Anyshire, raised: Raised
) -> None:
    began = anyshire.clock()
    ask = returned(anyshire, raised)
    anyshire.clock.pass_(days=4)
    anyshire.answer(ask, "Hearing is fine", send_to=service_id(SPEECH))
    again = anyshire.referral(raised, anyshire.referral_at(SPEECH, raised))
    assert (again.state, again.first_received_at) == (State.SUBMITTED, began)
    assert "Hearing is fine" in again.because


def test_nothing_is_sent_to_a_service_that_does_not_exist(
    anyshire: Anyshire, raised: Raised
) -> None:
    ask = returned(anyshire, raised)
    before = anyshire.counts()
    with pytest.raises(Invalid):
        anyshire.answer(ask, "Hearing is fine", send_to="no-such")
    assert anyshire.counts() == before


def test_a_next_step_done_is_not_done_again(anyshire: Anyshire, raised: Raised) -> None:
    ask = returned(anyshire, raised)
    anyshire.answer(ask, "Hearing is fine")
    with pytest.raises(Conflict):
        anyshire.answer(ask, "And again")


def test_taking_the_concern_back_ends_everything_that_is_open(
    anyshire: Anyshire, raised: Raised
) -> None:
    returned(anyshire, raised)
    anyshire.withdraw(raised.concern, "The family moves", by="nursery")
    concern = anyshire.concern(raised.concern)
    assert not concern.open_referrals
    assert not concern.open_asks
    assert {row.open for row in anyshire.queue()} == {False}


def test_all_of_a_concern_taken_back_at_once_is_revoked(anyshire: Anyshire, raised: Raised) -> None:
    anyshire.withdraw(raised.concern, "They found help", by=a_family(child_of(raised)))
    assert anyshire.concern(raised.concern).status is ConcernStatus.REVOKED


@pytest.mark.parametrize("by", ["speech", "early.years"])
def test_a_service_takes_no_concern_back_not_even_when_only_a_next_step_is_open(
    anyshire: Anyshire, raised: Raised, by: str
) -> None:
    with pytest.raises(NotAllowed):
        anyshire.withdraw(raised.concern, "Too many", by=by)
    for who, key in (("speech", SPEECH), ("early.years", "early-years")):
        task = anyshire.referral_at(key, raised)
        if who == "speech":
            returned(anyshire, raised)
        else:
            anyshire.move(task, Move.ACCEPT, by=who)
            anyshire.move(task, Move.COMPLETE, by=who, outcome="advice-given")
    assert not anyshire.concern(raised.concern).open_referrals
    before = anyshire.counts()
    with pytest.raises(NotAllowed):
        anyshire.withdraw(raised.concern, "Too many", by=by)
    assert anyshire.counts() == before


def test_a_concern_is_taken_back_with_a_reason_and_once(anyshire: Anyshire, raised: Raised) -> None:
    with pytest.raises(Invalid):
        anyshire.withdraw(raised.concern, None, by="nursery")
    with pytest.raises(NotFound):
        anyshire.withdraw(raised.concern, "Why not", by="nursery2")
    anyshire.withdraw(raised.concern, "They found help", by="nursery")
    with pytest.raises(Conflict):
        anyshire.withdraw(raised.concern, "They found help", by="nursery")

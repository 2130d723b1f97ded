"""How one move changes the whole concern."""

from dataclasses import replace
from typing import Any

import pytest

from services.referral.domain.changes import (
    Details,
    make_referrals,
    withdraw,
)
from services.referral.domain.concern import (
    AskKind,
    AskState,
    ConcernStatus,
    Taker,
    Target,
)
from services.referral.domain.moves import Kind, Move, State
from services.referral.domain.referral import MoveRefused, ReferralId
from shared.errors import Conflict
from tests.referral.builders import a_referral, an_ask, an_open_concern
from tests.referral.domain.rounds import (
    ASK,
    DESK,
    FIRST,
    LATER,
    PAEDIATRICS,
    SECOND,
    SPEECH,
    a_returned_referral,
    a_second_referral,
    given_at,
    in_weeks,
    in_working_days,
    moved,
    newest,
    pasts,
    timed,
)
from tests.referral.fakes import FRIDAY


def test_each_service_that_is_asked_gets_a_referral_of_its_own_and_the_clocks_start() -> None:
    concern = an_open_concern(status=ConcernStatus.DRAFT)
    concern = replace(concern, referrals=())
    targets = [(SPEECH, "because of talking"), (DESK, "because nobody else is near")]
    change = make_referrals(concern, targets, "urgent", given_at())
    speech, desk = change.concern.referrals
    assert (speech.service, speech.because, speech.priority) == (
        "speech", "because of talking", "urgent",
    )  # fmt: skip
    assert speech.first_received_at == speech.made_at == FRIDAY
    assert speech.due_at == in_working_days(1, FRIDAY)  # it is urgent
    assert desk.due_at == in_working_days(1, FRIDAY)
    assert (desk.kind, desk.assigned_to) == (Kind.DESK, "Practitioner/maria")
    assert change.concern.status is ConcernStatus.ACTIVE
    assert pasts(change) == [("made", speech.id), ("made", desk.id)]


def test_accepting_starts_the_wait_from_the_first_clock() -> None:
    change = moved(an_open_concern(), Move.ACCEPT)
    assert change.concern.referral(FIRST).due_at == in_weeks(18, FRIDAY)


def test_carrying_on_keeps_the_due_date_of_the_step_that_was_paused() -> None:
    concern = an_open_concern(timed(a_referral()))
    paused = moved(concern, Move.PAUSE, text="A new baby").concern
    due = moved(paused, Move.RESUME).concern.referral(FIRST).due_at
    assert due == in_working_days(5, FRIDAY)


def test_a_question_goes_to_whom_it_was_put_with_a_due_date_of_its_own() -> None:
    asked = moved(an_open_concern(), Move.ASK, text="Since when?", ask_whom=Taker.FAMILY)
    (ask,) = asked.concern.open_asks
    assert (ask.kind, ask.owner, ask.text) == (AskKind.QUESTION, Taker.FAMILY, "Since when?")
    assert ask.due_at == LATER + ASK[AskKind.QUESTION]
    assert [one.ask for one in asked.happened] == [ask.id]


def test_an_answer_ends_the_question_and_the_referral_is_received_again() -> None:
    asked = moved(an_open_concern(), Move.ASK, text="Since when?").concern
    answered = moved(asked, Move.ANSWER, text="Since January.")
    (ask,) = answered.concern.asks
    assert (ask.state, ask.answer) == (AskState.DONE, "Since January.")
    assert answered.concern.referral(FIRST).state is State.RECEIVED
    assert answered.happened[0].ask == ask.id


def test_an_answer_leaves_the_questions_of_other_services_open() -> None:
    concern = an_open_concern(a_referral(), a_second_referral())
    asked = moved(concern, Move.ASK, text="Since when?").concern
    asked = moved(asked, Move.ASK, SECOND, text="Is she well?").concern
    asks = moved(asked, Move.ANSWER, text="January").concern.open_asks
    assert [ask.referral for ask in asks] == [SECOND]


@pytest.mark.parametrize(
    ("move", "said"),
    [
        (Move.ACCEPT, {}),
        (Move.RETURN, {"next_step": "Try again", "text": "Too early"}),
        (Move.REDIRECT, {"to": PAEDIATRICS, "text": "Better there"}),
        (Move.WITHDRAW, {"text": "We moved"}),
        (Move.ENTER_IN_ERROR, {"text": "Wrong child"}),
    ],
)
def test_a_question_is_no_longer_asked_when_the_referral_moves_on(
    move: Move, said: dict[str, Any]
) -> None:
    asked = moved(an_open_concern(), Move.ASK, text="Since when?").concern
    question = moved(asked, move, **said).concern.asks[0]
    assert question.state is AskState.CANCELLED


def test_a_redirect_makes_a_referral_that_keeps_the_first_clock_and_the_priority() -> None:
    concern = an_open_concern(a_referral(priority="urgent"))
    change = moved(concern, Move.REDIRECT, to=PAEDIATRICS, text="A doctor should look")
    new = newest(change)
    assert (new.service, new.state, new.priority) == ("paediatrics", State.SUBMITTED, "urgent")
    assert (new.first_received_at, new.made_at) == (FRIDAY, LATER)
    assert (new.replaces, new.due_at) == (FIRST, in_working_days(1, LATER))
    assert "A doctor should look" in new.because
    assert pasts(change) == [("redirected", FIRST), ("made", new.id)]


@pytest.mark.parametrize("to", [None, SPEECH])
def test_a_redirect_needs_another_service(to: Target | None) -> None:
    with pytest.raises(Conflict):
        moved(an_open_concern(), Move.REDIRECT, to=to, text="Elsewhere")


def test_taking_a_concern_back_ends_all_of_it() -> None:
    ask = an_ask(kind=AskKind.NEXT_STEP)
    concern = an_open_concern(a_returned_referral(), a_second_referral(), asks=(ask,))
    change = withdraw(concern, Details(text="We are moving away"), given_at())
    assert change.concern.open_referrals == []
    assert change.concern.open_asks == []
    assert change.concern.referral(SECOND).reason_text == "We are moving away"
    assert pasts(change) == [("withdrawn", SECOND), ("withdrawn", FIRST)]


def test_a_concern_that_is_over_cannot_be_taken_back() -> None:
    with pytest.raises(Conflict):
        withdraw(an_open_concern(a_returned_referral()), Details(text="x"), given_at())


def test_what_the_state_does_not_allow_changes_nothing() -> None:
    with pytest.raises(MoveRefused):
        moved(an_open_concern(a_referral(state=State.CLOSED)), Move.ACCEPT)


STATUSES = [
    ([State.SUBMITTED], ConcernStatus.ACTIVE),
    ([State.PAUSED], ConcernStatus.ON_HOLD),
    ([State.PAUSED, State.SUPPORTING], ConcernStatus.ACTIVE),
    ([State.PAUSED, State.CLOSED], ConcernStatus.ON_HOLD),
    ([State.CLOSED, State.WITHDRAWN], ConcernStatus.COMPLETED),
    ([State.RETURNED], ConcernStatus.COMPLETED),
    ([State.REDIRECTED, State.CLOSED], ConcernStatus.COMPLETED),
    ([State.WITHDRAWN, State.IN_ERROR], ConcernStatus.REVOKED),
    ([State.WITHDRAWN], ConcernStatus.REVOKED),
    ([State.IN_ERROR, State.IN_ERROR], ConcernStatus.IN_ERROR),
]


@pytest.mark.parametrize(("states", "status"), STATUSES)
def test_a_concerns_status_follows_from_its_referrals(
    states: list[State], status: ConcernStatus
) -> None:
    referrals = [
        a_referral(id=ReferralId(f"referral-{number}"), state=state)
        for number, state in enumerate(states)
    ]
    assert an_open_concern(*referrals).settled().status is status


def test_what_was_said_is_recorded_and_goes_when_the_referral_goes_on() -> None:
    paused = moved(an_open_concern(), Move.PAUSE, reason="family", text="A new baby").concern
    assert paused.referral(FIRST).reason_text == "A new baby"
    resumed = moved(paused, Move.RESUME).concern.referral(FIRST)
    assert (resumed.reason, resumed.reason_text) == (None, None)


def test_an_outcome_is_recorded_with_its_words() -> None:
    concern = an_open_concern(a_referral(state=State.SUPPORTING))
    closed = moved(concern, Move.COMPLETE, outcome="plan-agreed", text="A plan").concern
    assert closed.referral(FIRST).outcome == "plan-agreed"
    assert closed.referral(FIRST).outcome_text == "A plan"

"""Nobody is passed round: what a return leaves behind, and what the desk does with it."""

import pytest

from services.referral.domain.changes import (
    finish_next_step,
)
from services.referral.domain.concern import (
    AskKind,
    AskState,
    ConcernStatus,
    Taker,
    Target,
)
from services.referral.domain.moves import Kind, Move, State
from services.referral.domain.referral import ReferralId
from shared.errors import Conflict
from tests.referral.builders import a_referral, an_ask, an_open_concern
from tests.referral.domain.rounds import (
    ASK,
    DESK,
    EARLY_YEARS,
    FIRST,
    LATER,
    OTHER_DESK,
    PAEDIATRICS,
    SECOND,
    SPEECH,
    a_desk_referral,
    a_returned_referral,
    a_second_referral,
    given_at,
    in_working_days,
    moved,
    newest,
    pasts,
)
from tests.referral.fakes import FRIDAY


@pytest.mark.parametrize("taker", [Taker.REFERRER, Taker.FAMILY])
def test_a_first_return_leaves_its_next_step_with_someone(taker: Taker) -> None:
    change = moved(an_open_concern(), Move.RETURN, next_step="Check hearing first", taker=taker)
    (ask,) = change.concern.open_asks
    assert (ask.kind, ask.owner, ask.text) == (AskKind.NEXT_STEP, taker, "Check hearing first")
    assert ask.due_at == LATER + ASK[AskKind.NEXT_STEP]
    assert change.concern.status is ConcernStatus.ACTIVE
    assert pasts(change) == [("returned", FIRST)]
    assert change.happened[0].ask == ask.id


def test_a_first_return_may_name_the_service_that_takes_it() -> None:
    change = moved(an_open_concern(), Move.RETURN, next_step="Paediatrics", taker=PAEDIATRICS)
    assert (newest(change).service, newest(change).replaces) == ("paediatrics", FIRST)
    assert newest(change).first_received_at == FRIDAY
    assert change.concern.open_asks == []


def test_nobody_returns_a_referral_to_themselves() -> None:
    with pytest.raises(Conflict):
        moved(an_open_concern(), Move.RETURN, next_step="Again", taker=SPEECH)


def test_a_return_that_asks_for_a_coordinator_goes_to_the_desk() -> None:
    desk = moved(
        an_open_concern(), Move.RETURN, next_step="Find one", taker=Taker.COORDINATOR
    ).concern.open_desk
    assert desk is not None
    assert (desk.service, desk.assigned_to) == ("desk", "Practitioner/maria")
    assert (desk.first_received_at, desk.due_at) == (FRIDAY, in_working_days(2, LATER))


@pytest.mark.parametrize("taker", [*Taker, EARLY_YEARS, None])
def test_a_second_return_goes_to_the_desk_whoever_was_named(taker: Taker | Target | None) -> None:
    concern = an_open_concern(a_returned_referral(), a_second_referral())
    change = moved(concern, Move.RETURN, SECOND, next_step="Not us either", taker=taker)
    desk = change.concern.open_desk
    assert desk is not None
    assert (desk.assigned_to, desk.replaces) == ("Practitioner/maria", SECOND)
    assert desk.first_received_at == FRIDAY
    assert change.concern.open_asks == []
    assert pasts(change) == [("returned", SECOND), ("made", desk.id)]


def test_a_desk_that_has_placed_a_concern_owns_it_until_the_service_accepts() -> None:
    concern = an_open_concern(a_returned_referral(), a_desk_referral(State.RECEIVED))
    placed = moved(concern, Move.PLACE, ReferralId("desk-1"), to=PAEDIATRICS, text="Near")
    desk, asked = placed.concern.open_referrals
    assert (desk.kind, desk.state) == (Kind.DESK, State.ACCEPTED)
    assert (asked.service, asked.state, asked.replaces) == (
        "paediatrics", State.SUBMITTED, "desk-1",
    )  # fmt: skip
    accepted = moved(placed.concern, Move.ACCEPT, asked.id).concern
    assert accepted.referral(ReferralId("desk-1")).state is State.REDIRECTED
    assert [one.id for one in accepted.open_referrals] == [asked.id]


def test_what_a_placed_service_returns_is_the_desks_again_with_a_new_due_date() -> None:
    placed = an_open_concern(a_returned_referral(), a_desk_referral(), a_second_referral())
    change = moved(placed, Move.RETURN, SECOND, next_step="Not ours", taker=Taker.REFERRER)
    desk = change.concern.open_desk
    assert desk is not None
    assert (desk.id, desk.state) == ("desk-1", State.RECEIVED)
    assert desk.due_at == in_working_days(2, LATER)
    assert change.concern.open_asks == []
    assert len(change.concern.referrals) == 3


def test_a_desk_that_is_asked_twice_holds_the_concern_once() -> None:
    concern = an_open_concern(a_desk_referral(), a_second_referral())
    change = moved(concern, Move.REDIRECT, SECOND, to=OTHER_DESK, text="Please find someone")
    assert [one.id for one in change.concern.open_referrals] == ["desk-1"]
    assert change.concern.open_referrals[0].state is State.RECEIVED


def test_a_question_of_the_desk_ends_when_it_hands_over() -> None:
    concern = an_open_concern(a_desk_referral(State.RECEIVED), a_second_referral())
    asked = moved(concern, Move.ASK, ReferralId("desk-1"), text="Where do you live?").concern
    handed = moved(asked, Move.ACCEPT, SECOND).concern
    assert handed.asks[0].state is AskState.CANCELLED


@pytest.mark.parametrize("to", [DESK, OTHER_DESK])
def test_a_desk_does_not_place_a_concern_at_a_desk(to: Target) -> None:
    with pytest.raises(Conflict):
        moved(an_open_concern(a_desk_referral()), Move.PLACE, ReferralId("desk-1"), to=to, text="x")


def test_a_next_step_that_is_done_may_send_the_concern_again_with_its_first_clock() -> None:
    ask = an_ask(kind=AskKind.NEXT_STEP)
    concern = an_open_concern(a_returned_referral(), asks=(ask,))
    change = finish_next_step(concern, ask.id, "Hearing is fine", SPEECH, given_at(LATER))
    assert change.concern.asks[0].state is AskState.DONE
    assert change.concern.asks[0].answer == "Hearing is fine"
    new = newest(change)
    assert (new.service, new.first_received_at, new.replaces) == ("speech", FRIDAY, FIRST)
    assert pasts(change) == [("next-step-done", FIRST), ("made", new.id)]
    assert change.concern.status is ConcernStatus.ACTIVE


def test_a_next_step_that_is_done_with_nothing_left_to_do_ends_the_concern() -> None:
    ask = an_ask(kind=AskKind.NEXT_STEP)
    concern = an_open_concern(a_returned_referral(), asks=(ask,))
    change = finish_next_step(concern, ask.id, "All well now", None, given_at())
    assert change.concern.status is ConcernStatus.COMPLETED


@pytest.mark.parametrize(
    "ask",
    [
        an_ask(kind=AskKind.NEXT_STEP, state=AskState.DONE),
        an_ask(kind=AskKind.NEXT_STEP, state=AskState.CANCELLED),
        an_ask(kind=AskKind.QUESTION),
    ],
    ids=lambda ask: f"{ask.kind} {ask.state}",
)
def test_only_an_open_next_step_can_be_done(ask: object) -> None:
    concern = an_open_concern(a_returned_referral(), asks=(ask,))
    with pytest.raises(Conflict):
        finish_next_step(concern, an_ask().id, "Done", None, given_at())


def test_a_desk_keeps_what_it_holds_while_a_service_that_took_its_part_before_goes_on() -> None:
    helping = a_referral(state=State.ACCEPTED)
    concern = an_open_concern(helping, a_desk_referral(State.RECEIVED))
    for move in (Move.OFFER, Move.START, Move.SUPPORT, Move.PAUSE, Move.COMPLETE):
        desk = moved(concern, move, text="x").concern.open_desk
        assert desk == a_desk_referral(State.RECEIVED)

"""Referrals that are passed on or returned: nobody waits without someone who is answerable."""

from datetime import timedelta

import pytest

from services.referral.domain.concern import AskKind, Taker
from services.referral.domain.moves import Kind, Move, State
from services.referral.domain.return_reasons import RETURN_REASONS
from services.referral.use_cases.raise_concern import Raised
from shared.errors import NotFound
from tests.referral.anyshire import Anyshire
from tests.referral.builders import as_, service_id
from tests.referral.use_cases.reading import (
    DESK,
    EARLY_YEARS,
    SPEECH,
    child_of,
    key_of,
)


def returned_twice(anyshire: Anyshire, raised: Raised) -> str:
    """Both services return it; the id of the desk's referral."""
    for by, key in (("speech", SPEECH), ("early.years", EARLY_YEARS)):
        task = anyshire.referral_at(key, raised)
        anyshire.move(task, Move.RETURN, by=by, reason="incomplete", text="Too little to go on")
    return anyshire.referral_at(DESK, raised)


def test_a_redirect_keeps_the_first_clock_and_lets_the_new_service_see_all_of_it(
    anyshire: Anyshire, raised: Raised, task: str
) -> None:
    began = anyshire.clock()
    with pytest.raises(NotFound):
        anyshire.move(task, Move.ACCEPT, by="camhs")
    anyshire.clock.pass_(days=10)
    to = service_id("camhs")
    anyshire.move(task, Move.REDIRECT, service=to, text="Feelings come first")
    new = anyshire.referral(raised, anyshire.referral_at("camhs", raised))
    assert (new.first_received_at, new.made_at) == (began, anyshire.clock())
    assert "Feelings come first" in new.because
    with anyshire.records.reading(as_("camhs"), now=anyshire.clock()) as record:
        everything = record.of_concern(raised.concern)
        assert record.resource("Patient", child_of(raised))
    assert {one.type for one in everything} == {
        "CareTeam", "Provenance", "QuestionnaireResponse", "RelatedPerson", "ServiceRequest",
        "Task",
    }  # fmt: skip
    with anyshire.records.reading(as_("speech"), now=anyshire.clock()) as record:
        assert record.resource("Task", task).json["status"] == "completed"
    anyshire.move(new.id, Move.ACCEPT, by="camhs")


def test_the_wait_is_counted_from_the_first_clock_wherever_it_was_passed(
    anyshire: Anyshire, raised: Raised, task: str
) -> None:
    """18 weeks from the first day (policies/clocks.yaml, COMM-18)."""
    began = anyshire.clock()
    anyshire.clock.pass_(weeks=3)
    to = service_id("north-community-paediatrics")
    anyshire.move(task, Move.REDIRECT, service=to, text="Better there")
    new = anyshire.referral_at("north-community-paediatrics", raised)
    anyshire.clock.pass_(weeks=1)
    anyshire.move(new, Move.ACCEPT, by="paediatrics.north")
    due = anyshire.referral(raised, new).due_at
    assert due.date() == (began + timedelta(weeks=18)).date()


@pytest.mark.parametrize("reason", RETURN_REASONS)
def test_a_return_leaves_its_usual_next_step_with_somebody(
    anyshire: Anyshire, raised: Raised, task: str, reason: str
) -> None:
    usual = RETURN_REASONS[reason]
    moved = anyshire.move(task, Move.RETURN, reason=reason, text="We cannot, and why.")
    assert moved.json["status"] == "rejected"
    assert moved.json["statusReason"]["coding"][0]["code"] == reason
    concern = anyshire.concern(raised.concern)
    if usual.taker is Taker.COORDINATOR:
        assert concern.open_desk
        assert usual.next_step in concern.open_desk.because
    else:
        (ask,) = concern.open_asks
        assert (ask.kind, ask.owner, ask.text) == (AskKind.NEXT_STEP, usual.taker, usual.next_step)


def test_a_return_may_say_another_next_step_and_who_takes_it(
    anyshire: Anyshire, raised: Raised, task: str
) -> None:
    anyshire.move(
        task, Move.RETURN, reason="incomplete", text="One thing is missing",
        next_step="Have her hearing checked", taker=Taker.FAMILY,
    )  # fmt: skip
    (ask,) = anyshire.concern(raised.concern).open_asks
    assert (ask.owner, ask.text) == (Taker.FAMILY, "Have her hearing checked")


def test_a_return_may_name_the_service_that_can_help(
    anyshire: Anyshire, raised: Raised, task: str
) -> None:
    anyshire.move(
        task, Move.RETURN, reason="inappropriate", text="Not ours", service=service_id("camhs")
    )
    anyshire.move(anyshire.referral_at("camhs", raised), Move.ACCEPT, by="camhs")


def test_a_second_return_is_a_coordinators_by_name_until_a_service_accepts(
    anyshire: Anyshire, raised: Raised
) -> None:
    desk = returned_twice(anyshire, raised)
    held = anyshire.referral(raised, desk)
    assert (held.kind, held.assigned_to) == (Kind.DESK, as_("coordinator").reference)
    assert held.first_received_at == anyshire.clock()
    anyshire.move(
        desk, Move.PLACE, by="coordinator", service=service_id("camhs"), text="They know her"
    )
    assert anyshire.concern(raised.concern).open_desk
    anyshire.move(anyshire.referral_at("camhs", raised), Move.ACCEPT, by="camhs")
    concern = anyshire.concern(raised.concern)
    assert concern.open_desk is None
    assert anyshire.referral(raised, desk).state is State.REDIRECTED
    assert [key_of(one.service) for one in concern.open_referrals] == ["camhs"]


def test_what_a_placed_service_returns_is_the_coordinators_again(
    anyshire: Anyshire, raised: Raised
) -> None:
    desk = returned_twice(anyshire, raised)
    to = service_id("camhs")
    anyshire.move(desk, Move.PLACE, by="coordinator", service=to, text="They know her")
    anyshire.clock.pass_(days=30)
    placed = anyshire.referral_at("camhs", raised)
    anyshire.move(placed, Move.RETURN, by="camhs", reason="wrong-age", text="Too young")
    held = anyshire.concern(raised.concern).open_desk
    assert held
    assert (held.id, held.state) == (desk, State.RECEIVED)
    assert held.due_at > anyshire.clock()

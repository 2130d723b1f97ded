"""Every move from every state, of a service's referral and of the desk's."""

from dataclasses import replace
from datetime import date
from itertools import product
from typing import Any

import pytest

from services.referral.domain.moves import FOLLOWING, MOVES, OPEN, Kind, Move, State
from services.referral.domain.referral import MoveRefused
from services.referral.domain.running import HelpPart, PartialStop, RunningClock
from tests.referral.builders import a_referral
from tests.referral.domain.expected_moves import EXPECTED
from tests.referral.fakes import FRIDAY

BEFORE = State.ASSESSING
ALL = list(product(Kind, State, Move))
#: It has climbed, and nobody has seen it.
UP = RunningClock(
    clock="OUR-TRIAGE", version=date(2024, 9, 1), started_at=FRIDAY, due_at=FRIDAY, rungs=1
)


@pytest.mark.parametrize(("kind", "state", "move"), ALL, ids=lambda value: str(value))
def test_a_move_leads_where_the_model_says_or_nowhere(kind: Kind, state: State, move: Move) -> None:
    resumes = BEFORE if state is State.PAUSED else None
    referral = a_referral(kind=kind, state=state, resumes=resumes, clocks=(UP,))
    expected = EXPECTED[kind][state]
    if move in expected:
        assert referral.can(move)
        assert referral.after(move).state is (expected[move] or BEFORE)
    else:
        assert not referral.can(move)
        with pytest.raises(MoveRefused):
            referral.after(move)


@pytest.mark.parametrize(
    ("kind", "state"), list(product(Kind, State)), ids=lambda value: str(value)
)
def test_a_refusal_names_the_moves_that_a_person_may_make_instead(kind: Kind, state: State) -> None:
    refused = MoveRefused(a_referral(kind=kind, state=state, clocks=(UP,)), "dance")
    allowed = set(EXPECTED[kind][state]) - {Move.HAND_OVER, Move.LOOK_AGAIN}
    assert set(refused.allowed) == allowed
    assert all(f"{move}" in str(refused) for move in allowed)
    assert str(state) in str(refused)


def test_a_pause_remembers_where_it_began_and_forgets_it_afterwards() -> None:
    paused = a_referral(state=State.ACCEPTED).after(Move.PAUSE)
    assert paused.resumes is State.ACCEPTED
    resumed = paused.after(Move.RESUME)
    assert (resumed.state, resumed.resumes) == (State.ACCEPTED, None)


def test_a_move_changes_nothing_that_it_is_not_about() -> None:
    before = a_referral(state=State.RECEIVED, assigned_to="Practitioner/ann", level=2)
    after = before.after(Move.ACCEPT)
    assert after == a_referral(state=State.ACCEPTED, assigned_to="Practitioner/ann", level=2)


def test_a_referral_is_open_until_it_has_ended() -> None:
    ended = {
        State.REDIRECTED, State.RETURNED, State.WITHDRAWN, State.CLOSED, State.IN_ERROR,
    }  # fmt: skip
    assert set(State) - OPEN == ended
    assert {state for state in State if not a_referral(state=state).is_open} == ended


def test_from_every_open_state_a_person_can_go_on() -> None:
    for kind, state in product(Kind, OPEN):
        assert set(EXPECTED[kind][state]) - FOLLOWING


def test_what_follows_by_itself_is_nobodys_to_choose() -> None:
    assert {Move.HAND_OVER, Move.LOOK_AGAIN} == FOLLOWING
    assert all(rule.by for rule in MOVES.values())


STOPPED = replace(UP, stopped_at=FRIDAY)
PARTS = frozenset(HelpPart)
FITS: list[tuple[Move, dict[str, Any], bool]] = [
    (Move.SEEN, {"clocks": (UP,)}, True),
    (Move.SEEN, {"clocks": ()}, False),
    (Move.SEEN, {"clocks": (replace(UP, rungs=0),)}, False),
    (Move.SEEN, {"clocks": (replace(UP, acknowledged_at=FRIDAY),)}, False),
    (Move.SEEN, {"clocks": (STOPPED,)}, False),
    (Move.SEEN, {"clocks": (STOPPED, UP)}, True),
    (Move.EXCEPTION, {"clocks": (replace(UP, rungs=0),)}, True),
    (Move.EXCEPTION, {"clocks": ()}, False),
    (Move.EXCEPTION, {"clocks": (STOPPED,)}, False),
    (Move.RECORD, {}, True),
    (Move.RECORD, {"recorded": PARTS - {HelpPart.PLAN}}, True),
    (Move.RECORD, {"recorded": PARTS}, False),
    (
        Move.RECORD,
        {
            "recorded": PARTS - {HelpPart.ASSESSMENT},
            "clocks": (replace(UP, partial=(PartialStop(part=HelpPart.ASSESSMENT, at=FRIDAY),)),),
        },
        False,
    ),
]


@pytest.mark.parametrize(("move", "parts", "fits"), FITS)
def test_some_moves_need_more_than_a_state(move: Move, parts: dict[str, Any], fits: bool) -> None:
    referral = a_referral(state=State.ACCEPTED, **parts)
    assert referral.can(move) == fits
    assert (move in MoveRefused(referral, "dance").allowed) == fits


def test_a_move_that_keeps_the_state_also_keeps_a_pause_and_what_it_was_for() -> None:
    paused = a_referral(
        state=State.PAUSED, resumes=State.ACCEPTED, reason_text="Abroad", clocks=(UP,)
    )
    assert paused.after(Move.SEEN) == paused

"""Arbitrary attempts at a concern, and the story of those that were not refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from hypothesis import strategies as st

from services.referral.domain.changes import (
    Change,
    Details,
    finish_next_step,
    make_move,
    make_referrals,
    withdraw,
)
from services.referral.domain.concern import Concern, Taker, Target
from services.referral.domain.moves import FOLLOWING, Move
from services.referral.domain.referral import Referral
from services.referral.domain.running import ClockException, HelpPart
from shared.errors import Conflict, Invalid
from tests.referral.builders import an_open_concern
from tests.referral.domain.rounds import (
    DESK,
    EARLY_YEARS,
    OTHER_DESK,
    PAEDIATRICS,
    SPEECH,
    given_at,
)
from tests.referral.fakes import FRIDAY

Thing = TypeVar("Thing")

TARGETS = (SPEECH, EARLY_YEARS, PAEDIATRICS, DESK, OTHER_DESK)
_WORDS = st.sampled_from(["", "Because.", "As agreed with the family", None])
#: How often a move is picked among the possible ones; others twice.
_WEIGHTS = {Move.WITHDRAW: 0, Move.ENTER_IN_ERROR: 0, Move.RETURN: 8, Move.PLACE: 6}
_CHOSEN = tuple(move for move in Move if move not in FOLLOWING)


AWAY = ClockException(
    code="E4",
    clock="OUR-TRIAGE",
    from_=FRIDAY.date(),
    to=FRIDAY.date() + timedelta(weeks=6),
    evidence="Abroad",
    decided_by="Practitioner/maria",
    decided_at=FRIDAY,
)


class How(StrEnum):
    """Which move somebody tries: one that the table allows, any at all; or another act."""

    POSSIBLE = "a possible move"
    ANY = "any move"
    NEXT_STEP = "the next step is said to be done"
    TAKE_BACK = "the whole concern is taken back"


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """Something tried with the n-th referral or ask, counted round; `pick` chooses the move."""

    how: How
    which: int
    pick: int
    said: Details


@dataclass(frozen=True, kw_only=True, repr=False)
class Step:
    """An attempt that was not refused: the concern before and after, and when.

    `moved` is the referral whose move it was, as it was before; without a move it is None.
    """

    moved: Referral | None
    move: Move | None
    before: Concern
    change: Change
    now: datetime

    def __repr__(self) -> str:
        """Short, so that a story that fails can be read."""
        states = ", ".join(f"{one.service} {one.state}" for one in self.after.referrals)
        return f"<{self.move} of {self.moved.service if self.moved else 'all'}: {states}>"

    @property
    def after(self) -> Concern:
        return self.change.concern

    @property
    def made(self) -> list[Referral]:
        known = {referral.id for referral in self.before.referrals}
        return [one for one in self.after.referrals if one.id not in known]

    @property
    def kept(self) -> list[tuple[Referral, Referral]]:
        """Each referral that there was, before and after."""
        return [(one, self.after.referral(one.id)) for one in self.before.referrals]


ATTEMPTS = st.lists(
    st.builds(
        Attempt,
        how=st.sampled_from([*[How.POSSIBLE] * 20, How.ANY, How.ANY, How.NEXT_STEP, How.TAKE_BACK]),
        which=st.integers(0, 5),
        pick=st.integers(0, 30),
        said=st.builds(
            Details,
            reason=_WORDS,
            text=_WORDS,
            next_step=_WORDS,
            taker=st.sampled_from([*Taker, *TARGETS, None]),
            ask_whom=st.sampled_from([Taker.REFERRER, Taker.FAMILY]),
            to=st.sampled_from([*TARGETS, None]),
            outcome=_WORDS,
            exception=st.sampled_from([None, AWAY]),
            recorded=st.frozensets(st.sampled_from(HelpPart), max_size=2),
        ),
    ),
    min_size=6,
    max_size=20,
)
BEGINNINGS = st.lists(st.sampled_from(TARGETS[:4]), min_size=1, max_size=3, unique=True)


def nth(things: Sequence[Thing], n: int) -> Thing | None:
    return things[n % len(things)] if things else None


def _story(begin: list[Target], attempts: list[Attempt]) -> list[Step]:
    targets = [(target, "because talking is a worry") for target in begin]
    empty = an_open_concern(referrals=())
    concern = make_referrals(empty, targets, "routine", given_at()).concern
    steps = []
    for days, attempt in enumerate(attempts, start=1):
        step = tried(concern, attempt, FRIDAY + timedelta(days=days))
        if step:
            steps.append(step)
            concern = step.after
    return steps


def tried(concern: Concern, attempt: Attempt, now: datetime) -> Step | None:
    """What came of the attempt; None when it was refused."""
    referral = nth(concern.referrals, attempt.which)
    move = _move(referral, attempt) if referral else None
    try:
        if referral and move:
            change = make_move(concern, referral.id, move, attempt.said, given_at(now))
        else:
            change = _other_act(concern, attempt, now)
    except (Conflict, Invalid):
        return None
    moved = referral if move else None
    return Step(moved=moved, move=move, before=concern, change=change, now=now)


def _move(referral: Referral, attempt: Attempt) -> Move | None:
    if attempt.how is How.POSSIBLE:
        possible = [move for move in referral.moves() if move not in FOLLOWING]
        often = [move for move in possible for _ in range(_WEIGHTS.get(move, 2))]
        return nth(possible if attempt.pick == 0 else often, attempt.pick)
    return nth(_CHOSEN, attempt.pick) if attempt.how is How.ANY else None


def _other_act(concern: Concern, attempt: Attempt, now: datetime) -> Change:
    ask = nth(concern.asks, attempt.which)
    if attempt.how is How.NEXT_STEP and ask:
        return finish_next_step(concern, ask.id, "Done", attempt.said.to, given_at(now))
    if attempt.how is How.TAKE_BACK:
        return withdraw(concern, attempt.said, given_at(now))
    raise Conflict("There is nothing of the kind.")


#: Stories of a concern: what was tried and not refused, in order.
stories = st.builds(_story, BEGINNINGS, ATTEMPTS)

"""Arbitrary attempts at a concern, and the story of those that were not refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
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
from shared.errors import Conflict
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
_OFTEN = (Move.RETURN, Move.RETURN, Move.RETURN, Move.PLACE, Move.REDIRECT, Move.ASK, Move.ACCEPT)


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """A move of the n-th referral, counted round. Without a move: the n-th ask is said to be done,
    or the whole concern is taken back."""

    which: int
    move: Move | None
    takes_back: bool
    said: Details


@dataclass(frozen=True, kw_only=True)
class Step:
    """An attempt that was not refused: the concern before and after, and when."""

    attempt: Attempt
    before: Concern
    change: Change
    now: datetime

    @property
    def after(self) -> Concern:
        return self.change.concern

    @property
    def moved(self) -> Referral | None:
        """The referral whose move it was, as it was before."""
        return nth(self.before.referrals, self.attempt.which) if self.attempt.move else None

    @property
    def made(self) -> list[Referral]:
        known = {referral.id for referral in self.before.referrals}
        return [one for one in self.after.referrals if one.id not in known]

    @property
    def kept(self) -> list[tuple[Referral, Referral]]:
        """Each referral that there was, before and after."""
        return [(one, self.after.referral(one.id)) for one in self.before.referrals]


_ATTEMPTS = st.lists(
    st.builds(
        Attempt,
        which=st.integers(0, 5),
        move=st.sampled_from([*(set(Move) - FOLLOWING), *_OFTEN, None]),
        takes_back=st.sampled_from([True, False, False, False]),
        said=st.builds(
            Details,
            reason=_WORDS,
            text=_WORDS,
            next_step=_WORDS,
            taker=st.sampled_from([*Taker, *TARGETS, None]),
            ask_whom=st.sampled_from([Taker.REFERRER, Taker.FAMILY]),
            to=st.sampled_from([*TARGETS, None]),
            outcome=_WORDS,
        ),
    ),
    min_size=4,
    max_size=25,
)
_BEGINNINGS = st.lists(st.sampled_from(TARGETS[:4]), min_size=1, max_size=3, unique=True)


def nth(things: Sequence[Thing], n: int) -> Thing | None:
    return things[n % len(things)] if things else None


def _story(begin: list[Target], attempts: list[Attempt]) -> list[Step]:
    targets = [(target, "because talking is a worry") for target in begin]
    empty = an_open_concern(referrals=())
    concern = make_referrals(empty, targets, "routine", given_at()).concern
    steps = []
    for days, attempt in enumerate(attempts, start=1):
        now = FRIDAY + timedelta(days=days)
        try:
            change = _tried(concern, attempt, now)
        except Conflict:
            continue
        steps.append(Step(attempt=attempt, before=concern, change=change, now=now))
        concern = change.concern
    return steps


def _tried(concern: Concern, attempt: Attempt, now: datetime) -> Change:
    referral, ask = nth(concern.referrals, attempt.which), nth(concern.asks, attempt.which)
    if attempt.move and referral:
        return make_move(concern, referral.id, attempt.move, attempt.said, given_at(now))
    if attempt.takes_back:
        return withdraw(concern, attempt.said, given_at(now))
    if ask is None:
        raise Conflict("Nothing was asked.")
    return finish_next_step(concern, ask.id, "Done", attempt.said.to, given_at(now))


#: Stories of a concern: what was tried and not refused, in order.
stories = st.builds(_story, _BEGINNINGS, _ATTEMPTS)

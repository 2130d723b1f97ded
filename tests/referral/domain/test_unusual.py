"""Which accesses a privacy officer is told of."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.referral.domain.unusual import (
    BUSY,
    IDLE,
    NIGHT,
    REFUSED,
    Access,
    Sign,
    Unusual,
    unusual,
)
from services.referral.domain.working_days import LONDON
from tests.referral.fakes import FRIDAY

SUE = "Practitioner/sue"


def _looks(children: int, *, day: int = 0, who: str = SUE, changes: bool = False) -> list[Access]:
    at = FRIDAY + timedelta(days=day)
    return [Access(who, f"child-{number}", at, changes=changes) for number in range(children)]


def _signs(accesses: list[Access], **names: str) -> list[Sign]:
    return [one.sign for one in _found(accesses, **names)]


def _found(accesses: list[Access], **children: str) -> list[Unusual]:
    names = {child.replace("_", "-"): frozenset({name}) for child, name in children.items()}
    return unusual(accesses, own_names={SUE: "okoro"}, child_names=names)


def test_a_child_with_ones_own_family_name_is_told_once() -> None:
    accesses = [*_looks(2), *_looks(2, day=1)]
    found = _found(accesses, child_0="okoro", child_1="smith")
    assert found == [Unusual(Sign.OWN_NAME, SUE, child="child-0")]


def test_a_name_that_nobody_knows_is_nobodys_own() -> None:
    accesses = _looks(1, who="Practitioner/nameless")
    assert unusual(accesses, own_names={}, child_names={"child-0": frozenset({""})}) == []


QUIET = [access for day in range(1, 5) for access in _looks(4, day=day, changes=True)]


@pytest.mark.parametrize(
    ("children", "is_told"), [(4, False), (BUSY, False), (12, False), (13, True), (40, True)]
)
def test_a_day_far_above_ones_own_usual_day_is_told(children: int, is_told: bool) -> None:
    signs = _signs([*QUIET, *_looks(children, changes=True)])
    assert (Sign.VOLUME in signs) == is_told


def test_who_is_always_busy_is_not_told_of() -> None:
    busy = [access for day in range(5) for access in _looks(40, day=day, changes=True)]
    assert Sign.VOLUME not in _signs(busy)


def test_the_same_child_many_times_is_one_child() -> None:
    assert Sign.VOLUME not in _signs([*QUIET, *_looks(4, changes=True) * 20])


@pytest.mark.parametrize(("children", "is_told"), [(IDLE - 1, False), (IDLE, True)])
def test_looks_with_nothing_done_afterwards_are_told(children: int, is_told: bool) -> None:
    assert (Sign.IDLE in _signs(_looks(children))) == is_told


def test_what_was_done_later_explains_the_look_and_what_was_done_before_does_not() -> None:
    later = [*_looks(IDLE), *_looks(IDLE, day=1, changes=True)]
    before = [*_looks(IDLE, changes=True), *_looks(IDLE, day=1)]
    assert Sign.IDLE not in _signs(later)
    assert Sign.IDLE in _signs(before)


def _refusals(children: int) -> list[Access]:
    return [Access(SUE, f"child-{number}", FRIDAY, refused=True) for number in range(children)]


@pytest.mark.parametrize(("children", "is_told"), [(REFUSED - 1, False), (REFUSED, True)])
def test_who_is_refused_again_and_again_is_told_of(children: int, is_told: bool) -> None:
    assert (Sign.REFUSED in _signs(_refusals(children))) == is_told


def test_what_was_refused_was_not_seen() -> None:
    assert _signs(_refusals(50)) == [Sign.REFUSED]


@pytest.mark.parametrize(
    ("hour", "is_told"), [(2, True), (5, True), (6, False), (21, False), (22, True)]
)
@pytest.mark.parametrize("month", [1, 7])
def test_many_looks_at_night_in_london_are_told(hour: int, is_told: bool, month: int) -> None:
    at = datetime(2026, month, 14, hour, 30, tzinfo=LONDON)
    looks = [Access(SUE, f"child-{number}", at, changes=True) for number in range(NIGHT)]
    assert (Sign.NIGHT in _signs(looks)) == is_told
    assert Sign.NIGHT not in _signs(looks[1:])


ACCESSES = st.lists(
    st.builds(
        Access,
        st.sampled_from([SUE, "Practitioner/tom"]),
        st.sampled_from([f"child-{number}" for number in range(30)]),
        st.integers(0, 9).map(lambda day: FRIDAY + timedelta(days=day)),
        changes=st.booleans(),
    ),
    max_size=80,
)


@given(ACCESSES, st.randoms())
def test_the_order_in_which_they_are_read_does_not_matter(
    accesses: list[Access], chance: object
) -> None:
    shuffled = list(accesses)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert set(_found(accesses, child_1="okoro")) == set(_found(shuffled, child_1="okoro"))


@given(ACCESSES)
def test_one_persons_work_is_never_another_persons_sign(accesses: list[Access]) -> None:
    alone = [one for one in accesses if one.who == SUE]
    assert {one for one in _found(accesses) if one.who == SUE} == set(_found(alone))

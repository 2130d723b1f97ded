"""How likely two descriptions are of one child: graded by a table, the same from both sides."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.referral.domain.name_likeness import are_like
from services.referral.domain.same_child import (
    WEIGHTS,
    Grade,
    Likeness,
    Particulars,
    graded,
    match,
)

TOBI = Particulars(
    families=frozenset({"okoro"}),
    given=("tobi", "james"),
    born="2023-06-01",
    postcode="ZZ99 3AB",
    sex="male",
)
NUMBERED = replace(TOBI, number="9990000026")
GRADES = (Grade.NOT, Grade.POSSIBLE, Grade.PROBABLE, Grade.CERTAIN)

DESCRIBED: dict[str, tuple[Particulars, Particulars, Grade]] = {
    "all four particulars": (TOBI, TOBI, Grade.CERTAIN),
    "the number alone": (NUMBERED, Particulars(number="9990000026"), Grade.CERTAIN),
    "the number, and nothing else right": (
        NUMBERED,
        Particulars(
            number="9990000026", families=frozenset({"x"}), given=("y",), born="2019-01-01"
        ),
        Grade.CERTAIN,
    ),
    "twins with two numbers": (NUMBERED, replace(NUMBERED, number="9990000034"), Grade.NOT),
    "moved house": (TOBI, replace(TOBI, postcode="QQ1 1QQ"), Grade.PROBABLE),
    "moved within the town": (TOBI, replace(TOBI, postcode="ZZ99 9ZZ"), Grade.PROBABLE),
    "day and month exchanged": (TOBI, replace(TOBI, born="2023-01-06"), Grade.PROBABLE),
    "a slip in the year": (TOBI, replace(TOBI, born="2024-06-01"), Grade.PROBABLE),
    "a short form of the name": (TOBI, replace(TOBI, given=("tobias",)), Grade.PROBABLE),
    "called by the second name": (TOBI, replace(TOBI, given=("james",)), Grade.CERTAIN),
    "family and first name exchanged": (
        TOBI,
        replace(TOBI, families=frozenset({"tobi"}), given=("okoro",)),
        Grade.PROBABLE,
    ),
    "a double family name": (
        TOBI,
        replace(TOBI, families=frozenset({"okoro-lee"})),
        Grade.PROBABLE,
    ),
    "names and birthday, no address": (TOBI, replace(TOBI, postcode="", sex=""), Grade.PROBABLE),
    "names alone": (
        TOBI,
        Particulars(families=frozenset({"okoro"}), given=("tobi",)),
        Grade.POSSIBLE,
    ),
    "a twin": (TOBI, replace(TOBI, given=("kemi",)), Grade.POSSIBLE),
    "a sister born later": (
        TOBI,
        replace(TOBI, given=("kemi",), sex="female", born="2025-02-11"),
        Grade.NOT,
    ),
    "born on that day, and nothing else": (
        TOBI,
        Particulars(families=frozenset({"x"}), given=("y",), born="2023-06-01", postcode="Q1 1QQ"),
        Grade.NOT,
    ),
    "a namesake of another age": (
        TOBI,
        replace(TOBI, born="2018-02-23", postcode="QQ1 1QQ"),
        Grade.NOT,
    ),
    "nothing known": (TOBI, Particulars(), Grade.NOT),
}


@pytest.mark.parametrize("how", DESCRIBED)
def test_each_pair_has_its_grade(how: str) -> None:
    one, other, grade = DESCRIBED[how]
    assert match(one, other).grade is grade


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Zoë", "zoe", True), ("O'Brien", "obrien", True), ("tom", "thomas", True),
        ("mohammed", "muhammad", True), ("amelia", "amelai", True), ("amelia", "ameliaa", True),
        ("amelia", "amelie", True), ("j", "james", True), ("tom", "tim", False), ("", "tom", False),
        ("amelia", "emily", False), ("sarah", "hannah", False), ("amelia", "maelai", False),
    ],
)  # fmt: skip
def test_names_that_two_people_write_for_one(one: str, other: str, alike: bool) -> None:
    assert are_like(one, other) is are_like(other, one) is alike


names = st.sampled_from(["tobi", "tobias", "james", "okoro", "okoro-lee", "lee", "zoë", "zoe", "j"])
children = st.builds(
    Particulars,
    number=st.sampled_from(["", "9990000026", "9990000034"]),
    families=st.frozensets(names, max_size=2),
    given=st.lists(names, max_size=3).map(tuple),
    born=st.sampled_from(["", "2023", "2023-06", "2023-06-01", "2023-01-06", "2022-06-01"]),
    postcode=st.sampled_from(["", "ZZ99 3AB", "ZZ99 3AC", "QQ1 1QQ"]),
    sex=st.sampled_from(["", "male", "female"]),
)
likenesses = st.fixed_dictionaries({name: st.sampled_from(Likeness) for name in WEIGHTS})


@given(one=children, other=children)
def test_it_is_the_same_from_both_sides(one: Particulars, other: Particulars) -> None:
    assert match(one, other) == match(other, one)


@given(one=children, other=children)
def test_a_score_is_a_probability(one: Particulars, other: Particulars) -> None:
    assert 0 <= match(one, other).score <= 1


@given(child=children)
def test_nobody_is_less_like_themselves_than_like_another(child: Particulars) -> None:
    itself = match(child, child).score
    assert all(match(child, other).score <= itself for _, other, _ in DESCRIBED.values())


@given(how=likenesses, name=st.sampled_from(sorted(WEIGHTS)))
def test_what_agrees_better_never_counts_less(how: Mapping[str, Likeness], name: str) -> None:
    better = [graded({**how, name: one}) for one in Likeness]
    assert [one.score for one in better] == sorted(one.score for one in better)
    ranks = [GRADES.index(one.grade) for one in better]
    assert ranks == sorted(ranks)

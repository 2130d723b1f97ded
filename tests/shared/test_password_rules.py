"""Which passwords are good enough."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.password_rules import LONGEST, SHORTEST, complaint

SAM = ("Sam Lee-Whitworth", "sam.whit@acorn-lane.example.org")


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("kettle orbit plum sandal", ""),
        ("x9#Qm!vT2$kL", ""),
        ("чайник орбита слива", ""),
        ("short", "12 characters or more"),
        ("kettle plum", "12 characters or more"),
        ("a" * (LONGEST + 1), "128 characters or fewer"),
        ("aaaaaaaaaaaaaaaa", "easy to guess"),
        ("password1234", "easy to guess"),
        ("P@ssw0rd1234", "easy to guess"),
        ("qwertyuiop12", "easy to guess"),
        ("123456789012345", "easy to guess"),
        ("iloveyou2026", "easy to guess"),
        ("abcdefghijklmnop", "easy to guess"),
        ("Whitworth orbit plum sandal", "your name"),
        ("kettle orbit ACORN sandal", "your name"),
        ("sooner orbit plum sandal", "the word Sooner"),
    ],
)
def test_what_is_long_and_hard_to_guess_is_taken(password: str, said: str) -> None:
    found = complaint(password, SAM)
    assert (said in found) if said else found == ""


@given(st.text(max_size=SHORTEST - 1))
def test_nothing_short_is_taken(password: str) -> None:
    assert complaint(password, SAM)


@given(st.text(min_size=0, max_size=LONGEST + 20))
def test_any_text_gets_an_answer(password: str) -> None:
    assert isinstance(complaint(password, SAM), str)

"""NHS numbers as people and systems write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.fhir.identifiers import NHS_NUMBER, is_system, nhs_number_problem, normal_nhs_number


@pytest.mark.parametrize("written", ["9990000018", "999 000 0018", "999-000-0018", " 9990000018 "])
def test_spaces_and_dashes_do_no_harm(written: str) -> None:
    assert nhs_number_problem(written) is None
    assert normal_nhs_number(written) == "9990000018"


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("999 000 0019", "one of its digits"),
        ("999000001", "10 digits"),
        ("99900000180", "10 digits"),
        ("", "10 digits"),
        ("unknown", "10 digits"),
        ("٩٩٩٠٠٠٠٠١٨", "10 digits"),
        ("QQ 12 34 56 C", "National Insurance"),
        ("qq123456c", "National Insurance"),
    ],
)
def test_what_is_wrong_is_said_in_words(written: str, words: str) -> None:
    problem = nhs_number_problem(written)
    assert problem
    assert words in problem


@given(st.integers(0, 9), st.integers(0, 9))
def test_one_wrong_digit_is_always_noticed(place: int, digit: int) -> None:
    right = "9990000018"
    wrong = right[:place] + str(digit) + right[place + 1 :]
    assert (nhs_number_problem(wrong) is None) == (wrong == right)


@given(st.text())
def test_any_text_gets_an_answer(text: str) -> None:
    if nhs_number_problem(text) is None:
        assert normal_nhs_number(text)


def test_the_system_is_known_in_either_case() -> None:
    assert is_system("https://fhir.nhs.uk/id/nhs-number", NHS_NUMBER)
    assert not is_system("https://nursery.example/id/nhs-number", NHS_NUMBER)
    assert not is_system(None, NHS_NUMBER)

"""What people want to know of a child is found wherever the record says it."""

from datetime import date
from typing import Any

import pytest

from shared.fhir.codes import CONCERN
from shared.fhir.reading import (
    birth_date,
    codes,
    gp_practice,
    home_address,
    home_postcode,
    nhs_number,
    official_name,
    reference_id,
    usual_name,
)
from tests.shared.fhir.examples import a_patient, the_concern

ZOYA = the_concern()[0]


def test_the_example_child_is_read() -> None:
    assert official_name(ZOYA) == "Zoya Rahimi-Okafor"
    assert usual_name(ZOYA) == "Zoya"
    assert nhs_number(ZOYA) == "9990000018"
    assert birth_date(ZOYA) == date(2023, 7, 19)
    assert home_postcode(ZOYA) == "ZZ99 3CZ"
    assert gp_practice(ZOYA) == "Z99901"
    assert codes(the_concern()[-1]["reasonCode"], CONCERN) == ["speech-language"]


def test_a_child_of_whom_nothing_is_known_is_read_too() -> None:
    nobody: dict[str, Any] = {"resourceType": "Patient"}
    readers = [official_name, usual_name, nhs_number, birth_date, home_address, home_postcode,
               gp_practice]  # fmt: skip
    assert [read(nobody) for read in readers] == [None] * 7
    assert codes(None, CONCERN) == []
    assert reference_id(None, "Patient") is None


@pytest.mark.parametrize(
    ("names", "official", "usual"),
    [
        ([{"family": "Okafor", "given": ["Ada", "Mae"]}], "Ada Mae Okafor", "Ada"),
        ([{"text": "Ada Okafor"}], "Ada Okafor", "Ada Okafor"),
        ([{"use": "old", "text": "Ada Smith"}, {"text": "Ada Okafor"}], "Ada Okafor", "Ada Okafor"),
        ([{"use": "usual", "text": "Addy"}, {"use": "official", "text": "Ada"}], "Ada", "Addy"),
        ([{"use": "nickname", "given": ["Addy"]}], "Addy", "Addy"),
        ([{"given": [None, "Ada"], "_given": [{"id": "a"}, None]}], "Ada", "Ada"),
        ([{"_text": {"id": "a"}}], None, None),
    ],
)
def test_a_child_has_a_name_for_letters_and_one_for_talking(
    names: list[Any], official: str | None, usual: str | None
) -> None:
    child = a_patient(name=names)
    assert (official_name(child), usual_name(child)) == (official, usual)


def test_a_year_is_not_a_day_of_birth() -> None:
    assert birth_date(a_patient(birthDate="2023")) is None


@pytest.mark.parametrize(
    ("system", "use", "value", "number"),
    [
        ("https://fhir.nhs.uk/id/nhs-number", "official", "999 000 0018", "9990000018"),
        ("https://fhir.nhs.uk/Id/nhs-number", "old", "9990000018", None),
        ("https://fhir.nhs.uk/Id/nhs-number", "usual", "none", None),
        ("https://nursery.example/number", "usual", "9990000018", None),
    ],
)
def test_an_nhs_number_is_known_by_its_system(
    system: str, use: str, value: str, number: str | None
) -> None:
    child = a_patient(identifier=[{"system": system, "use": use, "value": value}])
    assert nhs_number(child) == number


@pytest.mark.parametrize(
    ("addresses", "postcode"),
    [
        ([{"postalCode": "zz993cz"}], "ZZ99 3CZ"),
        ([{"use": "temp", "postalCode": "ZZ99 1AA"}, {"postalCode": "ZZ99 3CZ"}], "ZZ99 3CZ"),
        ([{"postalCode": "ZZ99 1AA"}, {"use": "home", "postalCode": "ZZ99 3CZ"}], "ZZ99 3CZ"),
        ([{"use": "old", "postalCode": "ZZ99 1AA"}], None),
        ([{"city": "Millbrook"}], None),
    ],
)
def test_a_child_lives_at_home(addresses: list[Any], postcode: str | None) -> None:
    assert home_postcode(a_patient(address=addresses)) == postcode


def test_a_reference_gives_an_id_of_its_own_type_only() -> None:
    assert reference_id({"reference": "https://a.example/Patient/7"}, "Patient") == "7"
    assert reference_id({"reference": "Practitioner/7"}, "Patient") is None
    assert reference_id({"display": "Ada"}, "Patient") is None

"""Which district a postcode, a town or a practice lies in."""

import pytest

from services.referral.domain.places import District, Places, normal_postcode
from services.referral.policies.reader import read_policies

ANYSHIRE = read_policies().places


@pytest.mark.parametrize("text", ["ZZ99 3CZ", "zz993cz", " ZZ99  3CZ ", "zz9 93cz"])
def test_a_postcode_is_found_however_it_is_typed(text: str) -> None:
    assert ANYSHIRE.district_of_postcode(text) == "North Anyshire"


@pytest.mark.parametrize(
    ("postcode", "district"),
    [("ZZ99 4AA", "South Anyshire"), ("ZZ99 9AA", None), ("ZZ9 3AA", None), ("ZZ99 3", None)],
)
def test_a_postcode_outside_the_county_or_cut_short_has_no_district(
    postcode: str, district: str | None
) -> None:
    assert ANYSHIRE.district_of_postcode(postcode) == district


def test_the_longest_beginning_decides() -> None:
    districts = tuple(
        District(name=name, council="", postcodes=(start,), towns=())
        for name, start in (("wide", "ZZ99"), ("narrow", "ZZ99 3"))
    )
    places = Places(county="Anyshire", districts=districts, practices=())
    assert places.district_of_postcode("ZZ99 3CZ") == "narrow"
    assert places.district_of_postcode("ZZ99 1CZ") == "wide"


@pytest.mark.parametrize(
    ("town", "district"),
    [("Millbrook", "North Anyshire"), (" eastmere ", "South Anyshire"), ("London", None)],
)
def test_a_town_lies_in_its_district(town: str, district: str | None) -> None:
    assert ANYSHIRE.district_of_town(town) == district


@pytest.mark.parametrize(
    ("ods", "district"),
    [("Z99901", "North Anyshire"), ("z99904", "South Anyshire"), ("A12345", None)],
)
def test_a_practice_lies_in_its_district(ods: str, district: str | None) -> None:
    assert ANYSHIRE.district_of_practice(ods) == district


@pytest.mark.parametrize("text", ["", "3CZ", "ZZ99", "ZZ99 3C!", "ZZ99 CCZ"])
def test_what_is_no_postcode_is_not_made_one(text: str) -> None:
    assert normal_postcode(text) is None

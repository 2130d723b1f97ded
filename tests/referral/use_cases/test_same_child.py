"""The same child is found and not made twice; two children stay two."""

import pytest

from services.referral.records.resource import Json
from shared.fhir.identifiers import NHS_NUMBER
from tests.referral.anyshire import Anyshire
from tests.referral.builders import a_child, a_concern, a_request
from tests.referral.use_cases.reading import child_of

ADDRESS = a_child()["address"][0]


def with_number(number: str | None, **changes: object) -> Json:
    identifier = [{"system": NHS_NUMBER, "value": number}] if number else None
    return a_child(identifier=identifier, **changes)


def called(given: str, family: str) -> list[Json]:
    return [{"use": "official", "given": [given], "family": family}]


def living_at(postcode: str) -> list[Json]:
    return [{**ADDRESS, "postalCode": postcode}]


ONE, OTHER = "9990000026", "9990000034"

SAME = {
    "the same NHS number, whatever else was written": (
        with_number(ONE),
        with_number(ONE, name=called("Toby", "Okoro-Lee"), birthDate="2023-01-06"),
    ),
    "an NHS number with spaces": (with_number(ONE), with_number("999 000 0026")),
    "name, birth date and postcode": (with_number(None), with_number(None)),
    "a number that the first did not have": (with_number(None), with_number(ONE)),
    "no number where the first had one": (with_number(ONE), with_number(None)),
    "another way to write the name": (
        with_number(None),
        with_number(None, name=called("TOBI", "okoro")),
    ),
    "a postcode in another writing": (
        with_number(None),
        with_number(None, address=living_at("zz993ab")),
    ),
    "a first postcode in another writing": (
        with_number(None, address=living_at("zz993ab")),
        with_number(None),
    ),
}
TWO = {
    "twins of one name with two NHS numbers": (with_number(ONE), with_number(OTHER)),
    "a brother": (with_number(None), with_number(None, name=called("Femi", "Okoro"))),
    "another family": (with_number(None), with_number(None, name=called("Tobi", "Adeyemi"))),
    "born on another day": (with_number(None), with_number(None, birthDate="2023-06-02")),
    "living elsewhere": (with_number(None), with_number(None, address=living_at("ZZ99 3AC"))),
    "born in a month, on some day": (
        with_number(None, birthDate="2023-06"),
        with_number(None, birthDate="2023-06"),
    ),
    "no postcode": (with_number(None, address=None), with_number(None, address=None)),
    "no first name": (
        with_number(None, name=[{"family": "Okoro"}]),
        with_number(None, name=[{"family": "Okoro"}]),
    ),
}


def raised_twice(anyshire: Anyshire, first: Json, second: Json) -> tuple[str, str, bool]:
    one = anyshire.raise_(a_concern(a_request("speech-language"), child=first), by="nursery")
    other = anyshire.raise_(a_concern(a_request("vision"), child=second), by="nursery2")
    return child_of(one), child_of(other), other.child_was_known


@pytest.mark.parametrize("how", SAME)
def test_the_same_child_is_found_whoever_asks(anyshire: Anyshire, how: str) -> None:
    first, second, was_known = raised_twice(anyshire, *SAME[how])
    assert (first == second, was_known) == (True, True)


@pytest.mark.parametrize("how", TWO)
def test_two_children_stay_two(anyshire: Anyshire, how: str) -> None:
    first, second, was_known = raised_twice(anyshire, *TWO[how])
    assert (first == second, was_known) == (False, False)


def test_the_record_of_a_known_child_is_not_written_over(anyshire: Anyshire) -> None:
    first = anyshire.raise_(a_concern(child=a_child()))
    changed = a_child(gender="male", birthDate="2022-02-02")
    second = anyshire.raise_(a_concern(a_request("hearing"), child=changed))
    kept = next(one for one in second.kept if one.type == "Patient")
    assert kept.version == 1
    assert kept.json["birthDate"] == "2023-06-01"
    assert child_of(first) == kept.id


def test_twins_are_found_each_by_their_own_number(anyshire: Anyshire) -> None:
    one, other, _ = raised_twice(anyshire, with_number(ONE), with_number(OTHER))
    again = anyshire.raise_(a_concern(a_request("motor"), child=with_number(OTHER)))
    assert child_of(again) == other != one

from typing import Any

import pytest

from services.referral.domain.minimum import PRIVATE_ADDRESS
from services.referral.records.form_resources_family import COMMUNICATION_NEEDS, LIVES_WITH_CHILD
from services.referral.use_cases.ways_to_reach import Reach, reach_of

HOME = {"line": ["1 Any Street"], "city": "Anytown", "postalCode": "ZZ99 3AA"}
CHILD = {"resourceType": "Patient", "address": [HOME]}


def a_carer(lives: str = "yes", **more: Any) -> dict[str, Any]:
    said = [{"url": LIVES_WITH_CHILD, "valueCode": lives}]
    return {"name": [{"text": "Sam Hill"}], "extension": said, **more}


def test_a_carer_is_reached_by_all_that_they_gave() -> None:
    carer = a_carer(
        telecom=[
            {"system": "phone", "value": "07700 900123"},
            {"system": "phone", "value": "07700 900456", "use": "old"},
            {"system": "email", "value": "second@example.org", "rank": 2},
            {"system": "email", "value": "first@example.org", "rank": 1},
        ]
    )
    assert reach_of(carer, CHILD) == Reach(
        email="first@example.org",
        phone="07700 900123",
        post=("Sam Hill", "1 Any Street", "Anytown", "ZZ99 3AA"),
    )


@pytest.mark.parametrize("lives", ["no", "some"])
def test_no_letter_goes_to_a_home_where_they_may_not_be(lives: str) -> None:
    assert not reach_of(a_carer(lives), CHILD).is_possible
    elsewhere = {**HOME, "line": ["2 Other Street"]}
    assert reach_of(a_carer(lives, address=[elsewhere]), CHILD).post[1] == "2 Other Street"


def test_an_address_that_must_not_become_known_is_on_no_envelope() -> None:
    hidden = {**HOME, "extension": [{"url": PRIVATE_ADDRESS, "valueBoolean": True}]}
    assert reach_of(a_carer(), {"address": [hidden]}).post == ()
    assert reach_of(a_carer(), {"address": [{"line": ["1 Any Street"]}]}).post == ()
    assert reach_of(a_carer(), None).post == ()


def test_what_they_need_of_a_message_goes_with_it() -> None:
    needs = {"url": COMMUNICATION_NEEDS, "valueString": "Needs Large Print, please"}
    polish = {"coding": [{"system": "urn:ietf:bcp:47", "code": "pl"}], "text": "Polish"}
    carer = a_carer(
        communication=[{"language": {"text": "Dari"}}, {"language": polish, "preferred": True}]
    )
    carer["extension"].append(needs)
    found = reach_of(carer, CHILD)
    assert (found.language, found.large_print) == ("pl", True)
    assert reach_of(a_carer(), CHILD).language == "en"

"""A carer of several children is one person; two who share a mailbox are two."""

import pytest

from services.referral.records.resource import Json, Place
from services.referral.use_cases.same_carer import others_of
from services.referral.use_cases.workplace import Workplace
from tests.referral.anyshire import ONLOOKER, Anyshire

AT = "laila@example.org"


def a_carer(name: str = "Laila Rahimi", email: str = AT) -> Json:
    telecom = [{"system": "email", "value": email}] if email else []
    return {
        "resourceType": "RelatedPerson",
        "patient": {"reference": "Patient/one"},
        "name": [{"text": name}],
        **({"telecom": telecom} if telecom else {}),
    }


def same(anyshire: Anyshire, first: Json, second: Json) -> bool:
    with anyshire.records.writing(ONLOOKER, now=anyshire.clock()) as record:
        one, other = (
            record.create(carer, Place(tags=frozenset({f"fam:{child}"}), child=child))
            for carer, child in ((first, "one"), (second, "two"))
        )
    at = Workplace(records=anyshire.records, rules=anyshire.rules, clock=anyshire.clock)
    with at.records.reading(ONLOOKER, now=at.clock()) as record:
        found = others_of(one.id, record)
        assert (one.reference in others_of(other.id, record)) is bool(found)
    assert set(found) <= {other.reference}
    return bool(found)


@pytest.mark.parametrize(
    ("second", "is_same"),
    [
        (a_carer(), True),
        (a_carer("laila  RAHIMI", "Laila@Example.org"), True),
        (a_carer("Karim Rahimi"), False),
        (a_carer(email="other@example.org"), False),
        (a_carer(email=""), False),
    ],
)
def test_who_is_the_same(anyshire: Anyshire, second: Json, is_same: bool) -> None:
    assert same(anyshire, a_carer(), second) is is_same


def test_without_an_address_nobody_is_the_same(anyshire: Anyshire) -> None:
    assert not same(anyshire, a_carer(email=""), a_carer(email=""))

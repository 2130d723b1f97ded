"""The people whom the tests act as are the people who can sign in."""

import pytest

from services.referral.demo.people import PEOPLE
from services.referral.records.accounts import account_of_email, to_principal
from tests.referral.anyshire import Anyshire
from tests.referral.builders import as_


@pytest.mark.parametrize("key", [person.key for person in PEOPLE])
def test_each_person_acts_for_whom_their_account_says(anyshire: Anyshire, key: str) -> None:
    with anyshire.records.database.read() as session:
        account = account_of_email(session, f"{key}@example.org")
    assert account
    assert to_principal(account) == as_(key)

"""The county at work, with one concern that waits."""

import pytest

from services.referral.use_cases.workplace import Workplace
from tests.referral.anyshire import Anyshire
from tests.referral.turns.waits import Wait


@pytest.fixture
def at(anyshire: Anyshire) -> Workplace:
    return Workplace(records=anyshire.records, rules=anyshire.rules, clock=anyshire.clock)


@pytest.fixture
def wait(anyshire: Anyshire, at: Workplace) -> Wait:
    return Wait(anyshire, at, anyshire.raise_())

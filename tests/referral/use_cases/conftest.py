"""A nursery's concern that has just been raised."""

import pytest

from services.referral.use_cases.raise_concern import Raised
from tests.referral.anyshire import Anyshire
from tests.referral.use_cases.reading import SPEECH


@pytest.fixture
def raised(anyshire: Anyshire) -> Raised:
    return anyshire.raise_()


@pytest.fixture
def task(anyshire: Anyshire, raised: Raised) -> str:
    """The referral to speech and language therapy."""
    return anyshire.referral_at(SPEECH, raised)

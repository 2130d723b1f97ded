"""Children of North Anyshire whose talking is a worry."""

from datetime import date, timedelta
from typing import Any

from tests.referral.anyshire import Anyshire
from tests.referral.builders import a_child, a_concern

SPEECH = "north-speech-language-therapy"


def named(given: str, family: str = "Okoro", number: int = 0) -> dict[str, Any]:
    """Each number is another child of that name, born on another day."""
    return a_child(
        name=[{"use": "official", "family": family, "given": [given]}],
        identifier=None,
        birthDate=(date(2022, 1, 1) + timedelta(days=number)).isoformat(),
    )


def referred(anyshire: Anyshire, given: str, family: str = "Okoro", number: int = 0) -> str:
    """The Task at speech and language therapy of a new concern about this child."""
    made = anyshire.raise_(a_concern(child=named(given, family, number)))
    return anyshire.referral_at(SPEECH, made)

"""What the rules of a concern need from outside, and people and services to play with."""

from datetime import datetime, timedelta
from itertools import count

from services.referral.domain.changes import Circumstances
from services.referral.domain.concern import AskKind, Target
from services.referral.domain.moves import Kind
from services.referral.domain.referral import ServiceId
from tests.referral.fakes import FRIDAY

DESK = Target(service=ServiceId("desk"), kind=Kind.DESK, assigned_to="Practitioner/maria")
OTHER_DESK = Target(
    service=ServiceId("other-desk"), kind=Kind.DESK, assigned_to="Practitioner/noor"
)
SPEECH, EARLY_YEARS, PAEDIATRICS = (
    Target(service=ServiceId(name)) for name in ("speech", "early-years", "paediatrics")
)

TRIAGE, WAIT = timedelta(days=7), timedelta(weeks=18)
DESK_TRIAGE = timedelta(days=2)
ASK = {AskKind.QUESTION: timedelta(days=14), AskKind.NEXT_STEP: timedelta(days=5)}


_NUMBERS = count(1)


def given_at(now: datetime = FRIDAY) -> Circumstances:
    """Desks decide sooner than services; a wait is counted from the first clock."""
    return Circumstances(
        now=now,
        new_id=lambda: f"made-{next(_NUMBERS)}",
        triage_due=lambda service, _: now + (DESK_TRIAGE if "desk" in service else TRIAGE),
        wait_due=lambda referral: referral.first_received_at + WAIT,
        ask_due=lambda kind: now + ASK[kind],
        desk=lambda: DESK,
    )

"""What the rules of a concern need from outside, and people and services to play with."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from services.referral.domain.changes import Change, Circumstances, Details, make_move
from services.referral.domain.concern import AskKind, Concern, Target
from services.referral.domain.moves import Kind, Move, State
from services.referral.domain.referral import Referral, ReferralId, ServiceId
from tests.referral.builders import a_referral
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


LATER = FRIDAY + timedelta(days=30)
FIRST = ReferralId("referral-1")
SECOND = ReferralId("referral-2")


def moved(concern: Concern, move: Move, id: ReferralId = FIRST, **said: Any) -> Change:
    return make_move(concern, id, move, Details(**said), given_at(LATER))


def newest(change: Change) -> Referral:
    return change.concern.referrals[-1]


def pasts(change: Change) -> list[tuple[str, str]]:
    return [(one.past, one.referral) for one in change.happened]


def a_returned_referral() -> Referral:
    return a_referral(state=State.RETURNED)


def a_second_referral(**changes: object) -> Referral:
    return a_referral(id=SECOND, service="paediatrics", state=State.RECEIVED, **changes)


def a_desk_referral(state: State = State.ACCEPTED) -> Referral:
    return a_referral(
        id=ReferralId("desk-1"), service="desk", kind=Kind.DESK, state=state,
        assigned_to="Practitioner/maria",
    )  # fmt: skip

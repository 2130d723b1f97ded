"""What the rules of a concern need from outside, and people and services to play with."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from services.referral.domain.changes import Change, Circumstances, Details, make_move
from services.referral.domain.clocks import Limit, Unit, due_at
from services.referral.domain.concern import AskKind, Concern, Target
from services.referral.domain.escalation import in_time
from services.referral.domain.moves import Kind, Move, State
from services.referral.domain.referral import Referral, ReferralId, ServiceId
from services.referral.domain.rungs import ClockRules
from services.referral.domain.service_directory import ServiceKind
from services.referral.policies.reader import read_policies
from shared.bank_holidays import bank_holidays
from tests.referral.builders import a_referral
from tests.referral.fakes import FRIDAY

DESK = Target(service=ServiceId("desk"), kind=Kind.DESK, assigned_to="Practitioner/maria")
OTHER_DESK = Target(
    service=ServiceId("other-desk"), kind=Kind.DESK, assigned_to="Practitioner/noor"
)
SPEECH, EARLY_YEARS, PAEDIATRICS = (
    Target(service=ServiceId(name)) for name in ("speech", "early-years", "paediatrics")
)

POLICIES = read_policies()
_KINDS = {
    "speech": ServiceKind.SPEECH,
    "early-years": ServiceKind.EARLY_YEARS,
    "paediatrics": ServiceKind.PAEDIATRICS,
    "desk": ServiceKind.COORDINATION,
    "other-desk": ServiceKind.COORDINATION,
    "camhs": ServiceKind.CAMHS,
    "other-camhs": ServiceKind.CAMHS,
    "ehc": ServiceKind.EHC,
    "other-ehc": ServiceKind.EHC,
    "early-help": ServiceKind.EARLY_HELP,
    "neuro": ServiceKind.NEURODEVELOPMENTAL,
}
RULES = ClockRules(
    clocks=POLICIES.clocks,
    ladders=POLICIES.ladders,
    holidays=bank_holidays(),
    kind_of=_KINDS.get,
)
ASK = {AskKind.QUESTION: timedelta(days=14), AskKind.NEXT_STEP: timedelta(days=5)}


def in_working_days(count: int, since: datetime) -> datetime:
    """When a limit of so many working days that began then is used up."""
    return due_at(since, Limit(count=count, unit=Unit.WORKING_DAYS), RULES.holidays)


def in_weeks(count: int, since: datetime) -> datetime:
    return due_at(since, Limit(count=count, unit=Unit.WEEKS), RULES.holidays)


_NUMBERS = count(1)


def given_at(now: datetime = FRIDAY) -> Circumstances:
    """The clocks and ladders of Anyshire."""
    return Circumstances(
        now=now,
        new_id=lambda: f"made-{next(_NUMBERS)}",
        rules=RULES,
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
    desk = a_referral(
        id=ReferralId("desk-1"), service="desk", kind=Kind.DESK, state=state,
        assigned_to="Practitioner/maria",
    )  # fmt: skip
    return timed(desk)


def timed(referral: Referral, now: datetime = FRIDAY) -> Referral:
    """With the clocks that run on it, as if it had just been made."""
    return in_time(None, referral, now=now, rules=RULES)

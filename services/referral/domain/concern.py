"""A concern with everything that was asked because of it."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import NewType

from services.referral.domain.moves import Kind, State
from services.referral.domain.referral import (
    ChildId,
    ConcernId,
    OrganisationId,
    Referral,
    ReferralId,
    ServiceId,
)

AskId = NewType("AskId", str)


class ConcernStatus(StrEnum):
    DRAFT = "draft"
    ACTIVE = "active"
    ON_HOLD = "on-hold"
    COMPLETED = "completed"
    REVOKED = "revoked"
    IN_ERROR = "entered-in-error"


class AskKind(StrEnum):
    QUESTION = "question"
    NEXT_STEP = "next-step"
    ACTION = "action"
    CHANGED = "things-changed"
    REACH = "reach-family"
    MISSED = "appointment-missed"


#: What a named person at work must do; to families it is not shown.
TO_DO = frozenset({AskKind.ACTION, AskKind.CHANGED, AskKind.REACH, AskKind.MISSED})


class AskState(StrEnum):
    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


class Taker(StrEnum):
    """Who can be asked something: the setting that raised the concern, the family, a desk, or one
    person by name."""

    REFERRER = "referrer"
    FAMILY = "family"
    COORDINATOR = "coordinator"
    PERSON = "person"


@dataclass(frozen=True, kw_only=True)
class Ask:
    """Something that one referral needs from the referrer, the family or a named person, with its
    own due date. `person` is the reference of whoever is named, and `clock` the one whose climb
    asks for an action: when it stops, the action is no longer asked. `times_told`: so often others
    were told that it is late, and `next_told_at` is when they are again."""

    id: AskId
    kind: AskKind
    referral: ReferralId
    owner: Taker
    text: str
    made_at: datetime
    due_at: datetime
    state: AskState = AskState.OPEN
    answer: str | None = None
    person: str | None = None
    clock: str | None = None
    times_told: int = 0
    next_told_at: datetime | None = None
    version: int = 0


@dataclass(frozen=True, kw_only=True)
class Target:
    """A service that a referral can be made to."""

    service: ServiceId
    kind: Kind = Kind.SERVICE
    assigned_to: str | None = None


@dataclass(frozen=True, kw_only=True)
class Concern:
    """One concern about one child, raised by one setting, with every referral made from it."""

    id: ConcernId
    child: ChildId
    setting: OrganisationId
    status: ConcernStatus = ConcernStatus.ACTIVE
    referrals: tuple[Referral, ...] = ()
    asks: tuple[Ask, ...] = ()

    def referral(self, id: ReferralId) -> Referral:
        return next(referral for referral in self.referrals if referral.id == id)

    @property
    def open_referrals(self) -> list[Referral]:
        return [referral for referral in self.referrals if referral.is_open]

    @property
    def open_asks(self) -> list[Ask]:
        return [ask for ask in self.asks if ask.state is AskState.OPEN]

    @property
    def times_returned(self) -> int:
        return sum(referral.state is State.RETURNED for referral in self.referrals)

    @property
    def open_desk(self) -> Referral | None:
        return next((r for r in self.open_referrals if r.kind is Kind.DESK), None)

    def with_referral(self, changed: Referral) -> "Concern":
        kept = tuple(changed if r.id == changed.id else r for r in self.referrals)
        new = () if any(r.id == changed.id for r in self.referrals) else (changed,)
        return replace(self, referrals=kept + new)

    def with_ask(self, changed: Ask) -> "Concern":
        kept = tuple(changed if a.id == changed.id else a for a in self.asks)
        new = () if any(a.id == changed.id for a in self.asks) else (changed,)
        return replace(self, asks=kept + new)

    def settled(self) -> "Concern":
        return replace(self, status=_status(self))


def _status(concern: Concern) -> ConcernStatus:
    if concern.open_referrals:
        paused = all(referral.state is State.PAUSED for referral in concern.open_referrals)
        return ConcernStatus.ON_HOLD if paused else ConcernStatus.ACTIVE
    if concern.open_asks:
        return ConcernStatus.ACTIVE
    ends = {referral.state for referral in concern.referrals}
    if ends == {State.IN_ERROR}:
        return ConcernStatus.IN_ERROR
    if ends <= {State.WITHDRAWN, State.IN_ERROR}:
        return ConcernStatus.REVOKED
    return ConcernStatus.COMPLETED

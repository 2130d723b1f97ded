"""Who is concerned by what happened to a referral; how they are told is notify's business."""

from collections.abc import Iterator
from dataclasses import dataclass

from services.referral.domain.changes import Change, Happened
from services.referral.domain.concern import Concern, Taker
from services.referral.domain.referral import Referral
from services.referral.records.accounts import people_at
from services.referral.records.store import Writing, new_id
from shared.contract import Audience, Moment, Recipient, ReferralEvent

URGENT = frozenset({"stat", "asap", "urgent"})

_REFERRER_AND_FAMILY = (Audience.REFERRER, Audience.FAMILY)
_EVERYONE = (Audience.REFERRER, Audience.FAMILY, Audience.SERVICE)

#: For each moment, who is told. Domain guide: the family hears of everything but errors.
TOLD: dict[str, tuple[Audience, ...]] = {
    Moment.MADE: _EVERYONE,
    Moment.RECEIVED: _REFERRER_AND_FAMILY,
    Moment.ACCEPTED: _REFERRER_AND_FAMILY,
    Moment.QUESTION_ASKED: _REFERRER_AND_FAMILY,
    Moment.QUESTION_ANSWERED: (Audience.SERVICE, Audience.FAMILY),
    Moment.PAUSED: _EVERYONE,
    Moment.RESUMED: _EVERYONE,
    Moment.APPOINTMENT_OFFERED: _REFERRER_AND_FAMILY,
    Moment.STARTED: _REFERRER_AND_FAMILY,
    Moment.SUPPORTING: _REFERRER_AND_FAMILY,
    Moment.COMPLETED: _REFERRER_AND_FAMILY,
    Moment.RETURNED: _REFERRER_AND_FAMILY,
    Moment.REDIRECTED: _REFERRER_AND_FAMILY,
    Moment.WITHDRAWN: _EVERYONE,
    Moment.ENTERED_IN_ERROR: (Audience.REFERRER, Audience.SERVICE),
    Moment.NEXT_STEP_DONE: (Audience.SERVICE, Audience.COORDINATOR),
}


@dataclass(frozen=True, kw_only=True)
class Concerned:
    """Everyone who has to do with one concern, as references, by the part they have in it."""

    setting: tuple[str, ...]
    carers: tuple[str, ...]
    services: dict[str, tuple[str, ...]]

    def of(self, audience: Audience, concern: Concern, referral: Referral) -> tuple[str, ...]:
        if audience in (Audience.REFERRER, Audience.NEXT_STEP):
            return self.setting
        if audience is Audience.FAMILY:
            return self.carers
        if audience is Audience.COORDINATOR:
            desk = concern.open_desk
            return (desk.assigned_to,) if desk and desk.assigned_to else ()
        named = (referral.assigned_to,) if referral.assigned_to else ()
        return named or self.services[referral.service]


def tell(record: Writing, change: Change, move: str) -> None:
    """Put one event in the outbox for each thing that happened."""
    if change.happened:
        concerned = _concerned(record, change.concern)
        record.tell(
            [_event(record, change.concern, one, move, concerned) for one in change.happened]
        )


def _concerned(record: Writing, concern: Concern) -> Concerned:
    asked = {str(referral.service) for referral in concern.referrals}
    people = people_at(record, concern.setting, asked)
    carers = [*record.of_concern(concern.id, "RelatedPerson"), *record.created("RelatedPerson")]
    return Concerned(
        setting=tuple(one.reference for one in people if one.organisation == concern.setting),
        carers=tuple(carer.reference for carer in carers),
        services={
            service: tuple(one.reference for one in people if service in one.services)
            for service in asked
        },
    )


def _event(
    record: Writing, concern: Concern, happened: Happened, move: str, concerned: Concerned
) -> ReferralEvent:
    referral = concern.referral(happened.referral)
    return ReferralEvent(
        id=new_id(),
        at=record.now,
        moment=Moment(happened.past),
        task=referral.id,
        concern=concern.id,
        child=concern.child,
        service=referral.service,
        move=move,
        state=referral.state,
        level=referral.level,
        recipients=tuple(_recipients(concern, referral, happened, concerned)),
    )


def _recipients(
    concern: Concern, referral: Referral, happened: Happened, concerned: Concerned
) -> Iterator[Recipient]:
    urgent = referral.priority in URGENT
    for audience in _audiences(concern, happened):
        for id in concerned.of(audience, concern, referral):
            yield Recipient(
                id=id, audience=audience, urgent=urgent and audience is not Audience.FAMILY
            )


def _audiences(concern: Concern, happened: Happened) -> tuple[Audience, ...]:
    """A setting that is asked for the next step hears of the return in words of their own."""
    told = TOLD[happened.past]
    ask = next((ask for ask in concern.asks if ask.id == happened.ask), None)
    if ask and ask.owner is Taker.REFERRER and happened.past == Moment.RETURNED:
        return (Audience.NEXT_STEP, *(one for one in told if one is not Audience.REFERRER))
    return told

"""Who is concerned by what happened to a referral; how they are told is notify's business."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from services.referral.domain.changes import Change, Happened
from services.referral.domain.concern import Concern, Taker
from services.referral.domain.moves import Kind, State
from services.referral.domain.referral import Referral
from services.referral.records.accounts import people_at
from services.referral.records.ids import new_id
from services.referral.records.staff import covers
from services.referral.records.writing import Writing
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
    Moment.APPOINTMENT_CHANGED: _REFERRER_AND_FAMILY,
    Moment.APPOINTMENT_REMINDER: (Audience.FAMILY,),
    Moment.APPOINTMENT_MISSED: _REFERRER_AND_FAMILY,
    Moment.STARTED: _REFERRER_AND_FAMILY,
    Moment.SUPPORTING: _REFERRER_AND_FAMILY,
    Moment.COMPLETED: _REFERRER_AND_FAMILY,
    Moment.RETURNED: (*_REFERRER_AND_FAMILY, Audience.COORDINATOR),
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
    covers: Mapping[str, str]

    def told(self, audience: Audience, concern: Concern, referral: Referral) -> tuple[str, ...]:
        """Whoever covers is told in place of those who are away."""
        found = self.of(audience, concern, referral)
        return tuple(dict.fromkeys(self.covers.get(one, one) for one in found))

    def of(self, audience: Audience, concern: Concern, referral: Referral) -> tuple[str, ...]:
        if audience in (Audience.REFERRER, Audience.NEXT_STEP):
            return self.setting
        if audience is Audience.FAMILY:
            return self.carers
        if audience is Audience.COORDINATOR:
            return _at_desk(concern, referral)
        named = (referral.assigned_to,) if referral.assigned_to else ()
        return named or self.services[referral.service]


def tell(record: Writing, change: Change, move: str) -> None:
    """Put one event in the outbox for each thing that happened."""
    if change.happened:
        concerned = _concerned(record, change.concern)
        record.tell(
            [_event(record, change.concern, one, move, concerned) for one in change.happened]
        )


def tell_later(
    record: Writing, concern: Concern, happened: Happened, move: str, *, at: datetime
) -> None:
    """In the outbox now, and not passed on before that time: until then it can be taken back."""
    concerned = _concerned(record, concern)
    record.tell([_event(record, concern, happened, move, concerned)], held_until=at)


def _concerned(record: Writing, concern: Concern) -> Concerned:
    asked = {str(referral.service) for referral in concern.referrals}
    people = people_at(record, concern.setting, asked)
    carers = record.created("RelatedPerson")
    if not record.created("ServiceRequest"):
        carers += record.of_concern(concern.id, "RelatedPerson")
    return Concerned(
        covers=covers(record),
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
    for audience in _audiences(concern, referral, happened):
        for id in concerned.told(audience, concern, referral):
            yield Recipient(
                id=id, audience=audience, urgent=urgent and audience is not Audience.FAMILY
            )


def _audiences(concern: Concern, referral: Referral, happened: Happened) -> list[Audience]:
    """A desk, and a setting that is asked for the next step, hear of it in words of their own."""
    own: dict[Audience, Audience] = {}
    ask = next((ask for ask in concern.asks if ask.id == happened.ask), None)
    if ask and ask.owner is Taker.REFERRER and happened.past == Moment.RETURNED:
        own[Audience.REFERRER] = Audience.NEXT_STEP
    if referral.kind is Kind.DESK:
        own[Audience.SERVICE] = Audience.COORDINATOR
    return [own.get(audience, audience) for audience in TOLD[happened.past]]


def _at_desk(concern: Concern, referral: Referral) -> tuple[str, ...]:
    """The coordinator of the desk that holds the concern; one who has not yet opened it was told
    when it came, and needs no second message of the same minute."""
    desk = referral if referral.kind is Kind.DESK else concern.open_desk
    if desk is None or desk.assigned_to is None:
        return ()
    is_news = desk is referral or desk.state is not State.SUBMITTED
    return (desk.assigned_to,) if is_news else ()

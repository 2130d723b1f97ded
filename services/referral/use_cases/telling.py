"""Who is concerned by what happened to a referral; how they are told is notify's business."""

from collections.abc import Callable, Iterable

from services.referral.domain.changes import Change, Happened
from services.referral.domain.concern import AskKind, Concern, Taker
from services.referral.domain.referral import Referral
from services.referral.records.accounts import people_of_organisation, people_of_service
from services.referral.records.store import Reading, Writing, new_id
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


def tell(record: Writing, change: Change, move: str) -> None:
    """Put one event in the outbox for each thing that happened."""
    record.tell([_event(record, change.concern, one, move) for one in change.happened])


def _event(record: Writing, concern: Concern, happened: Happened, move: str) -> ReferralEvent:
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
        recipients=tuple(_recipients(record, concern, referral, happened)),
    )


def _recipients(
    record: Reading, concern: Concern, referral: Referral, happened: Happened
) -> Iterable[Recipient]:
    urgent = referral.priority in URGENT
    for audience in _audiences(concern, happened):
        for id in _PEOPLE[audience](record, concern, referral):
            yield Recipient(id=id, audience=audience, urgent=urgent and audience != Audience.FAMILY)


def _audiences(concern: Concern, happened: Happened) -> list[Audience]:
    """Whoever is asked for the next step hears of a return in words of their own."""
    told = list(TOLD[happened.past])
    ask = next((ask for ask in concern.asks if ask.id == happened.ask), None)
    if ask and ask.kind is AskKind.NEXT_STEP and happened.past == Moment.RETURNED:
        asked = Audience.REFERRER if ask.owner is Taker.REFERRER else Audience.FAMILY
        told.remove(asked)
        told.append(Audience.NEXT_STEP if ask.owner is Taker.REFERRER else Audience.FAMILY)
    return told


def _setting(record: Reading, concern: Concern, _referral: Referral) -> list[str]:
    people = people_of_organisation(record, concern.setting)
    return [f"Practitioner/{person.id}" for person in people]


def _carers(record: Reading, concern: Concern, _referral: Referral) -> list[str]:
    return [carer.reference for carer in record.of_concern(concern.id, "RelatedPerson")]


def _service(record: Reading, _concern: Concern, referral: Referral) -> list[str]:
    if referral.assigned_to:
        return [referral.assigned_to]
    return [f"Practitioner/{one.id}" for one in people_of_service(record, referral.service)]


def _coordinator(record: Reading, concern: Concern, _referral: Referral) -> list[str]:
    desk = concern.open_desk
    return [desk.assigned_to] if desk and desk.assigned_to else []


_PEOPLE: dict[Audience, Callable[[Reading, Concern, Referral], list[str]]] = {
    Audience.REFERRER: _setting,
    Audience.FAMILY: _carers,
    Audience.SERVICE: _service,
    Audience.COORDINATOR: _coordinator,
    Audience.NEXT_STEP: _setting,
}

"""Appointments as they are offered: whether one takes the place of another, and the word before it.

The reminder waits in the outbox, where the next move of its referral takes it back.
"""

from dataclasses import replace
from datetime import datetime, time, timedelta

from services.referral.domain.changes import Change, Happened
from services.referral.domain.concern import Concern
from services.referral.domain.moves import Move, State
from services.referral.domain.referral import Referral
from services.referral.domain.working_days import LONDON
from services.referral.records.reading import Reading
from services.referral.records.resource import Json, Resource
from services.referral.records.writing import Writing
from services.referral.use_cases.telling import tell_later
from shared.contract import Moment

REMINDED = timedelta(days=2)  # before: time enough to say that one cannot come
AT = time(10)  # in London


#: Of these nobody is reminded, and another time is no change of them.
_OVER = frozenset({"noshow", "cancelled", "fulfilled", "entered-in-error"})


def newest_offered(concern: str, referral: Referral, record: Reading) -> Resource | None:
    """The newest appointment that the referral's service has offered."""
    service = f"HealthcareService/{referral.service}"
    offered = [
        one
        for one in record.of_concern(concern, "Appointment")
        if any(
            part.get("actor", {}).get("reference") == service for part in one.json["participant"]
        )
    ]
    return offered[-1] if offered else None


def starts(appointment: Json) -> datetime | None:
    """None where a time is to be agreed."""
    start = appointment.get("start")
    return datetime.fromisoformat(start) if start else None


def starts_at(concern: str, referral: Referral, record: Reading) -> datetime | None:
    """When the newest appointment of its service is; None where no time stands."""
    offered = newest_offered(concern, referral, record)
    stands = offered is not None and offered.json["status"] not in _OVER
    return starts(offered.json) if offered and stands else None


def as_another_time(change: Change, before: Referral, move: Move, record: Reading) -> Change:
    """An offer that takes the place of a time people know is told as a change of it."""
    if move is not Move.OFFER or before.state is not State.OFFERED:
        return change
    if starts_at(change.concern.id, before, record) is None:
        return change
    told = tuple(
        replace(one, past=Moment.APPOINTMENT_CHANGED)
        if one.past == Moment.APPOINTMENT_OFFERED
        else one
        for one in change.happened
    )
    return replace(change, happened=told)


def renew_reminder(
    before: Referral, concern: Concern, offered: datetime | None, *, move: Move, record: Writing
) -> None:
    """After a move: the family is reminded two days before of a time that stands, and of no other.
    Of one that is nearer they have just been told. `offered` is the time in an offer."""
    if before.state is State.OFFERED:
        record.take_back(Moment.APPOINTMENT_REMINDER, [before.id])
    after = concern.referral(before.id)
    if after.state is not State.OFFERED:
        return
    start = offered if move is Move.OFFER else starts_at(concern.id, after, record)
    at = remind_at(start) if start else None
    if at and at > record.now:
        happened = Happened(past=Moment.APPOINTMENT_REMINDER, referral=after.id)
        tell_later(record, concern, happened, move, at=at)


def remind_at(start: datetime) -> datetime:
    """Ten in the morning in London, two days before."""
    day = start.astimezone(LONDON).date() - REMINDED
    return datetime.combine(day, AT, tzinfo=LONDON)


def is_over(concern: str, referral: Referral, record: Reading) -> bool:
    """Whether a reminder would come too late, or of a time that does not stand any more."""
    start = starts_at(concern, referral, record)
    return referral.state is not State.OFFERED or start is None or start <= record.now

"""A child was not brought to an appointment: nothing is closed, and somebody finds a new time."""

from datetime import datetime

from services.referral.domain.changes import Change, Happened
from services.referral.domain.concern import Ask, AskId, AskKind, Concern, Taker
from services.referral.domain.referral import ReferralId

PAST = "appointment-missed"
TO_DO = (
    "A child was not brought to an appointment. Speak with the family within the time below: ask "
    "what made it hard to come, and find a new time with them. Nothing is closed because of it."
)


def missed(
    concern: Concern, id: ReferralId, *, ask: AskId, person: str, due_at: datetime, now: datetime
) -> Change:
    """The referral and its clocks stay as they are. A person of the service has a new time to find,
    unless that is asked of somebody already."""
    is_asked = any(one.kind is AskKind.MISSED and one.referral == id for one in concern.open_asks)
    if not is_asked:
        new = Ask(
            id=ask,
            kind=AskKind.MISSED,
            referral=id,
            owner=Taker.PERSON,
            person=person,
            text=TO_DO,
            made_at=now,
            due_at=due_at,
        )
        concern = concern.with_ask(new)
    return Change(concern=concern, happened=(Happened(past=PAST, referral=id),))

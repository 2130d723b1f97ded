"""A next step that nobody takes in time: those who can are told, one after the other.

The referral it follows has ended, so no clock of it climbs: it would be late in silence.
"""

from collections.abc import Set
from dataclasses import replace
from datetime import date, datetime, timedelta

from services.referral.domain.concern import Ask, AskKind, AskState
from services.referral.domain.working_days import add_working_days, london_date, start_of_day
from shared.contract import Audience

#: Who is told first, then, and then; the last again and again until somebody has taken the step.
TELLS = (
    (Audience.REFERRER, Audience.COORDINATOR),
    (Audience.COORDINATOR, Audience.AREA),
    (Audience.AREA, Audience.LEADERS),
)
#: So many working days each of them has.
EACH_HAS = 2


def told_next_at(ask: Ask) -> datetime | None:
    """When others are next told that it is late: at first once its due date is over."""
    if ask.state is not AskState.OPEN or ask.kind is not AskKind.NEXT_STEP:
        return None
    return ask.next_told_at or ask.due_at + timedelta(seconds=1)


def tells(ask: Ask) -> tuple[Audience, ...]:
    """Whom it reaches now."""
    return TELLS[min(ask.times_told, len(TELLS) - 1)]


def told(ask: Ask, now: datetime, holidays: Set[date]) -> Ask:
    """Once they have been told. Its due date stays, and so does whoever was asked."""
    day = add_working_days(london_date(now), EACH_HAS + 1, holidays)
    return replace(ask, times_told=ask.times_told + 1, next_told_at=start_of_day(day))

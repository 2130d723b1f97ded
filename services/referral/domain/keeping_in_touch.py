"""A family that waits hears from us in time: when word is due, and when one may be sent."""

from datetime import datetime, time

from services.referral.domain.moves import State
from services.referral.domain.referral import Referral
from services.referral.domain.running import RunningClock
from services.referral.domain.working_days import LONDON, london_date

#: The policy row of the limit: 8 weeks since the last contact, 4 with priority.
CLOCK = "OUR-KEEPINTOUCH"
#: In London: nobody's telephone should ring or light up outside of these.
FIRST, LAST = time(9), time(18)


def contact_due_at(referral: Referral) -> datetime | None:
    """The end of the London day by which the family should hear; None when it need not: who asked
    for a pause asked for quiet."""
    if not referral.is_open or referral.state is State.PAUSED:
        return None
    running = running_clock(referral)
    return running.due_at if running else None


def running_clock(referral: Referral) -> RunningClock | None:
    return next((one for one in referral.clocks if one.clock == CLOCK and one.is_running), None)


def weeks_between_contacts(referral: Referral) -> int | None:
    """As the limit has it that runs now."""
    running = running_clock(referral)
    if running is None:
        return None
    return (london_date(running.due_at) - london_date(running.started_at)).days // 7


def is_due(referral: Referral, now: datetime) -> bool:
    """From the morning of the due day on."""
    due = contact_due_at(referral)
    return due is not None and london_date(due) <= london_date(now)


def is_daytime(now: datetime) -> bool:
    return FIRST <= now.astimezone(LONDON).time() < LAST

"""A family that waits hears from us in time: when word is due, and when one may be sent."""

from datetime import datetime, time

from services.referral.domain.referral import Referral
from services.referral.domain.working_days import LONDON, london_date

#: The policy row of the limit: 8 weeks since the last contact, 4 with priority.
CLOCK = "OUR-KEEPINTOUCH"
#: In London: nobody's telephone should ring or light up outside of these.
FIRST, LAST = time(9), time(18)


def contact_due_at(referral: Referral) -> datetime | None:
    """The end of the London day by which the family should hear; None when it need not."""
    running = (one for one in referral.clocks if one.clock == CLOCK and one.is_running)
    return min((one.due_at for one in running), default=None) if referral.is_open else None


def is_due(referral: Referral, now: datetime) -> bool:
    """From the morning of the due day on."""
    due = contact_due_at(referral)
    return due is not None and london_date(due) <= london_date(now)


def is_daytime(now: datetime) -> bool:
    return FIRST <= now.astimezone(LONDON).time() < LAST

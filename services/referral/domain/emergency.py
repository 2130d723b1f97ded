"""Emergency access: someone who may not see a record reads it for a short time and says why.

The limits are our own; NHS England's guidance on "break glass" asks for a reason, an alert and a
review, and gives no figures.
"""

from datetime import datetime, timedelta

from shared.errors import Conflict, NotAllowed
from shared.identity import Principal, Role

#: Stands in the detail of an audit line for a look that only emergency access allowed.
EMERGENCY = "emergency"
LASTS = timedelta(hours=4)
#: Openings by one person within a day.
MOST_A_DAY = 3
DAY = timedelta(days=1)
#: Working days within which a coordinator says whether it was justified.
REVIEW_WITHIN = 2

REASONS: dict[str, str] = {
    "danger": "The child may be in danger now",
    "urgent-care": "The child needs urgent care, and what is recorded may change it",
    "cannot-reach": "Someone must act today, and nobody with access can be reached",
    "legal": "A court or the law asks for it today",
}

_MAY_ASK = frozenset({Role.SETTING, Role.PROFESSIONAL, Role.COORDINATOR})


def may_ask(who: Principal) -> bool:
    """People who work with children may; no system, no family, nobody who looks after Sooner."""
    return who.role in _MAY_ASK and who.client is None


def check_ask(who: Principal, opened_today: int) -> None:
    """Raises NotAllowed, with words to show."""
    if not may_ask(who):
        raise NotAllowed("Your account cannot use emergency access.")
    if opened_today >= MOST_A_DAY:
        raise NotAllowed(
            f"You have used emergency access {MOST_A_DAY} times within a day. "
            "Ring the coordinator of the area instead."
        )


def extended_until(ends_at: datetime, extended_at: datetime | None, now: datetime) -> datetime:
    """Once, and only while it lasts. Raises Conflict."""
    if ends_at <= now:
        raise Conflict("This emergency access has ended. Ask again if you still need it.")
    if extended_at is not None:
        raise Conflict("This emergency access was made longer once already. It ends by itself.")
    return now + LASTS

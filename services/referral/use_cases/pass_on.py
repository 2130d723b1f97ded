"""Hand what happened over to the notify service, and note that it was."""

from collections.abc import Callable

from services.referral.use_cases.note_at_door import note_at_door
from services.referral.use_cases.workplace import Workplace
from shared.identity import job
from shared.relay import Passed

RELAY = job("relay")


def pass_on(relay: Callable[[], Passed], *, at: Workplace) -> Passed:
    """One pass; each event's own line was written with what it tells of."""
    passed = relay()
    if passed.claimed:
        arrived = passed.claimed - passed.parked - passed.waiting
        counts = f"{arrived} arrived, {passed.parked} rejected, {passed.waiting} wait"
        note_at_door("hand-over", RELAY, at=at, detail=counts)
    return passed

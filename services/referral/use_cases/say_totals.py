"""How much was handed to notify and taken from it, so that either side sees what is missing."""

import structlog

from services.referral.records.totals import totals
from services.referral.use_cases.workplace import Workplace
from shared.contract import Totals

log = structlog.get_logger(__name__)


def say_totals(theirs: Totals, *, at: Workplace) -> Totals:
    """Ours. What notify says it passed on and is not here is missing: somebody must look."""
    with at.records.database.read() as session:
        ours = totals(session, now=at.clock())
    if ours.taken < theirs.published:
        log.error("events of notify are missing", missing=theirs.published - ours.taken)
    return ours

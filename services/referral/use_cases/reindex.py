"""Write the queue and the search rows anew, should they ever differ from the records."""

from services.referral.records.rebuild import Rebuilt, rebuild
from services.referral.use_cases.workplace import Workplace
from shared.identity import job

REINDEX = job("reindex")


def reindex(*, at: Workplace) -> Rebuilt:
    """Everything in one transaction; others write when it is over."""
    with at.records.writing(REINDEX, now=at.clock()) as record:
        rebuilt = rebuild(record)
        record.note("reindex", detail=str(rebuilt))
    return rebuilt

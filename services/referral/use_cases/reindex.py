"""Write the queue and the search rows anew, should they ever differ from the records."""

from services.referral.records.rebuild import Rebuilt, is_index_old, rebuild
from services.referral.use_cases.workplace import Workplace
from shared.identity import job

REINDEX = job("reindex")


def reindex(*, at: Workplace) -> Rebuilt:
    """Everything in one transaction; others write when it is over."""
    with at.records.writing(REINDEX, now=at.clock()) as record:
        rebuilt = rebuild(record)
        record.note("reindex", detail=str(rebuilt))
    return rebuilt


def reindex_old(*, at: Workplace) -> Rebuilt | None:
    """After an upgrade that searches by more than was looked for before; None where it is done."""
    with at.records.database.read() as session:
        is_old = is_index_old(session)
    return reindex(at=at) if is_old else None

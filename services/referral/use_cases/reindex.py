"""Write the queue and the search rows anew, should they ever differ from the records."""

from datetime import datetime

from services.referral.records.rebuild import Rebuilt, rebuild
from services.referral.records.store import Records
from shared.identity import job

REINDEX = job("reindex")


def reindex(*, records: Records, now: datetime) -> Rebuilt:
    """Everything in one transaction; others write when it is over."""
    with records.writing(REINDEX, now=now) as record:
        rebuilt = rebuild(record)
        record.note("reindex", detail=f"{rebuilt.resources} resources, {rebuilt.tasks} Tasks")
    return rebuilt

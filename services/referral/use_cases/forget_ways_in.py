"""Remove, each night, what was begun on the way in and never finished."""

from datetime import timedelta

from services.referral.records.signing_in import forget_before
from services.referral.use_cases.workplace import Workplace

#: Longer than anything of it can be used.
UNFINISHED = timedelta(hours=2)
#: How long a browser is known after the last time somebody signed in there.
DEVICE = timedelta(days=180)


def forget_ways_in(*, at: Workplace) -> None:
    now = at.clock()
    with at.records.database.write() as session:
        forget_before(session, now - UNFINISHED, now - DEVICE)

"""What the referral service does by itself, and how often."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from apscheduler.schedulers.background import BackgroundScheduler

RELAY_SECONDS = 1
CHAIN_SECONDS = 1


@contextmanager
def running(
    pass_on: Callable[[], object],
    chain_looks: Callable[[], object],
    tidy: Callable[[], object],
) -> Iterator[None]:
    """Pass events on to notify and chain the audit's looks each second; each night delete what is
    old and verify the audit; until the block ends.

    A run that is late is made up for once (`coalesce`), never dropped: the scheduler's own default
    forgets a run that is a second late.
    """
    scheduler = BackgroundScheduler(
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    )
    scheduler.add_job(pass_on, "interval", seconds=RELAY_SECONDS)
    scheduler.add_job(chain_looks, "interval", seconds=CHAIN_SECONDS)
    scheduler.add_job(tidy, "cron", hour=3, minute=20, timezone="Europe/London")
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown()

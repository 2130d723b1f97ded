"""What notify does by itself, and how often."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC

from apscheduler.schedulers.background import BackgroundScheduler

EVERY = 1  # second


@contextmanager
def running(*jobs: Callable[[], object]) -> Iterator[None]:
    """Run each job every second until the block ends, then let what is under way finish.

    What is due lives in the database, so a missed run loses nothing: late ones run once, whenever.
    """
    scheduler = BackgroundScheduler(timezone=UTC)
    for job in jobs:
        scheduler.add_job(
            job,
            "interval",
            seconds=EVERY,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown(wait=True)

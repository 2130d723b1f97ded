"""What notify does by itself, and how often."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC

from apscheduler.schedulers.background import BackgroundScheduler

EVERY = 1  # second
A_MINUTE = 60  # seconds


@contextmanager
def running(*jobs: Callable[[], object], slowly: Sequence[Callable[[], object]]) -> Iterator[None]:
    """Run each job every second, those that may go `slowly` every minute, until the block ends;
    then let what is under way finish.

    What is due lives in the database, so a missed run loses nothing: late ones run once, whenever.
    """
    scheduler = BackgroundScheduler(timezone=UTC)
    for job, seconds in [*((job, EVERY) for job in jobs), *((job, A_MINUTE) for job in slowly)]:
        scheduler.add_job(
            job,
            "interval",
            seconds=seconds,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown(wait=True)

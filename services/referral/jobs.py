"""What the referral service does by itself, and how often."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from apscheduler.schedulers.background import BackgroundScheduler

RELAY_SECONDS = 1
CHAIN_SECONDS = 1

Act = Callable[[], object]


@dataclass(frozen=True, kw_only=True)
class Acts:
    """Each second: pass events on to notify, and chain the audit's looks. Each minute: the sweep,
    and the look whether it runs. Each hour: keep in touch with families that wait. Each night:
    delete what is old and verify the audit.

    Every replica does all of it: what must happen once takes its turn by a lease in the database.
    """

    pass_on: Act
    chain_looks: Act
    sweep: Act
    watch: Act
    keep_in_touch: Act
    nightly: Act


@contextmanager
def running(acts: Acts) -> Iterator[None]:
    """Do all of it until the block ends.

    A run that is late is made up for once (`coalesce`), never dropped: the scheduler's own default
    forgets a run that is a second late.
    """
    scheduler = BackgroundScheduler(
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    )
    scheduler.add_job(acts.pass_on, "interval", seconds=RELAY_SECONDS)
    scheduler.add_job(acts.chain_looks, "interval", seconds=CHAIN_SECONDS)
    scheduler.add_job(acts.sweep, "cron", minute="*", timezone="UTC")
    scheduler.add_job(acts.watch, "cron", minute="*", second=30, timezone="UTC")
    scheduler.add_job(acts.keep_in_touch, "cron", minute=10, timezone="UTC")
    nightly = {"hour": "3-23", "minute": 20, "timezone": "Europe/London"}
    scheduler.add_job(acts.nightly, "cron", **nightly)  # later in the day only if it was missed
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown()

"""What the service did by itself, and the alarm when the sweep has stopped."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from services.referral.records.run_tables import RunRow
from services.referral.records.runs import newest_success, newest_turns
from services.referral.records.sweeps import count_due
from services.referral.use_cases.take_turns import SWEEP
from services.referral.use_cases.workplace import Workplace
from shared.identity import job

#: A sweep begins each minute; when none has ended well for so long, nobody minds the clock.
LATEST = timedelta(minutes=3)
SHOWN = 60
WATCH = job("watch")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Turns:
    """The newest turns of all jobs, and whether the sweep is late. `newest` is the end of the
    newest sweep that succeeded, `due` how many referrals wait for the next one."""

    now: datetime
    turns: Sequence[RunRow]
    newest: RunRow | None
    due: int

    @property
    def age(self) -> timedelta | None:
        """Since the newest sweep that succeeded; None when there has been none."""
        return self.now - self.newest.ended_at if self.newest and self.newest.ended_at else None

    @property
    def is_late(self) -> bool:
        return self.age is None or self.age > LATEST


def read_turns(*, at: Workplace) -> Turns:
    """No child's data is among it."""
    now = at.clock()
    with at.records.reading(WATCH, now=now) as record:
        return Turns(
            now=now,
            turns=newest_turns(record.session, size=SHOWN),
            newest=newest_success(record.session, SWEEP),
            due=count_due(record, now),
        )


def watch_sweeps(*, at: Workplace, since: datetime) -> bool:
    """Whether the sweep runs; logs an error, for whoever watches the logs to be woken by.

    `since` is when this replica started: it says nothing before it has waited as long as LATEST.
    """
    found = read_turns(at=at)
    if found.is_late and found.now - since > LATEST:
        newest = found.newest and found.newest.slot
        log.error("no sweep has succeeded lately", newest=newest, due=found.due)
        return False
    return True


def metrics(found: Turns) -> str:
    """For Prometheus: https://prometheus.io/docs/instrumenting/exposition_formats/"""
    newest = found.newest
    gauges = {
        "sweep_age_seconds": found.age.total_seconds() if found.age is not None else "NaN",
        "sweep_late": int(found.is_late),
        "sweep_looked_at": newest.looked_at if newest else 0,
        "sweep_acted_on": newest.acted_on if newest else 0,
        "sweep_errors": newest.errors if newest else 0,
        "escalations_due": found.due,
    }
    lines = (
        f"# TYPE sooner_{name} gauge\nsooner_{name} {value}\n" for name, value in gauges.items()
    )
    return "".join(lines)

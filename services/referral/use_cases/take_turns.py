"""Do a job in turn with the other replicas: each slot once, and what came of it is written down."""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from services.referral.domain.working_days import london_date
from services.referral.records.runs import Tally, Turn, end, take
from services.referral.records.store import new_id
from services.referral.use_cases.workplace import Workplace

SWEEP = "sweep"
NIGHTLY = "nightly"
#: The run log is kept so long.
KEPT = timedelta(days=30)

log = structlog.get_logger(__name__)


def minute_of(now: datetime) -> str:
    """The slot of a job that runs each minute. In UTC: 01:30 in London comes twice in autumn."""
    return f"{now:%Y-%m-%dT%H:%MZ}"


def day_of(now: datetime) -> str:
    """The slot of a job that runs once each London day."""
    return london_date(now).isoformat()


def in_turn(job: str, slot: str, act: Callable[[Turn], Tally], *, at: Workplace) -> Tally | None:
    """What `act` did; None where another replica has this slot, or is still at work.

    What goes wrong is written in the run log by its kind, without words that may name a child.
    """
    turn = Turn(job=job, slot=slot, holder=new_id())
    with at.records.database.write() as session:
        if not take(session, turn, now=at.clock()):
            return None
    try:
        tally = act(turn)
    except Exception as failure:
        _end(turn, Tally(), type(failure).__name__, at)
        raise
    _end(turn, tally, "", at)
    log.info("turn done", job=job, slot=slot, looked_at=tally.looked_at, acted_on=tally.acted_on)
    return tally


def _end(turn: Turn, tally: Tally, error: str, at: Workplace) -> None:
    with at.records.database.write() as session:
        end(session, turn, tally, error=error, now=at.clock())

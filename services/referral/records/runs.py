"""Turns of the service's own jobs: each slot is taken once, however many replicas want it.

The lease says who works now. Whoever is killed while holding it is replaced when it ends.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, delete, insert, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from services.referral.records.run_tables import LeaseRow, RunRow

#: How long whoever was killed keeps the others waiting.
LEASE = timedelta(seconds=60)

_NEW_LEASE = {
    "sqlite": sqlite.insert(LeaseRow).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(LeaseRow).on_conflict_do_nothing(),
}


@dataclass(frozen=True, kw_only=True)
class Turn:
    """One slot of one job, held by one replica. Slots of a job sort as time does."""

    job: str
    slot: str
    holder: str


@dataclass(frozen=True, kw_only=True)
class Tally:
    """What one turn did. `errors` counts rows that could not be worked on and held up no other."""

    looked_at: int = 0
    acted_on: int = 0
    errors: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            looked_at=self.looked_at + other.looked_at,
            acted_on=self.acted_on + other.acted_on,
            errors=self.errors + other.errors,
        )


def take(session: Session, turn: Turn, *, now: datetime) -> bool:
    """Whether the turn is ours: nobody took this slot or a later one, and nobody is at work."""
    if session.get(LeaseRow, turn.job) is None:
        _make_lease(session, turn.job, now)
    free = update(LeaseRow).where(
        col(LeaseRow.job) == turn.job, col(LeaseRow.slot) < turn.slot, col(LeaseRow.until) <= now
    )
    ours = free.values(holder=turn.holder, until=now + LEASE, slot=turn.slot)
    if not _changed(session, ours):
        return False
    run = RunRow(job=turn.job, slot=turn.slot, holder=turn.holder, started_at=now)
    session.execute(insert(RunRow), [run.model_dump()])
    return True


def keep(session: Session, turn: Turn, *, now: datetime) -> bool:
    """Hold the lease on; False when somebody else has the job by now."""
    ours = _held(turn).values(until=now + LEASE)
    return bool(_changed(session, ours))


def end(session: Session, turn: Turn, tally: Tally, *, error: str, now: datetime) -> None:
    """Write down what the turn did, and let the next one begin."""
    of_turn = update(RunRow).where(col(RunRow.job) == turn.job, col(RunRow.slot) == turn.slot)
    done = {"looked_at": tally.looked_at, "acted_on": tally.acted_on, "errors": tally.errors}
    session.execute(of_turn.values(ended_at=now, error=error, **done))
    session.execute(_held(turn).values(until=now))


def newest_success(session: Session, job: str) -> RunRow | None:
    """The newest turn that came to its end."""
    ended = select(RunRow).where(
        RunRow.job == job, col(RunRow.ended_at).is_not(None), RunRow.error == ""
    )
    return session.exec(ended.order_by(col(RunRow.slot).desc()).limit(1)).one_or_none()


def newest_turns(session: Session, *, size: int) -> Sequence[RunRow]:
    newest = select(RunRow).order_by(col(RunRow.started_at).desc(), col(RunRow.job)).limit(size)
    return session.exec(newest).all()


def forget_turns(session: Session, *, before: datetime) -> int:
    return _changed(session, delete(RunRow).where(col(RunRow.started_at) < before))


def _make_lease(session: Session, job: str, now: datetime) -> None:
    """Two replicas that start on an empty table make one row."""
    row = {"job": job, "holder": "", "until": now, "slot": ""}
    session.execute(_NEW_LEASE[session.get_bind().dialect.name], row)


def _held(turn: Turn) -> Any:
    return update(LeaseRow).where(
        col(LeaseRow.job) == turn.job,
        col(LeaseRow.holder) == turn.holder,
        col(LeaseRow.slot) == turn.slot,
    )


def _changed(session: Session, change: Any) -> int:
    return cast("CursorResult[Any]", session.execute(change)).rowcount

"""Breakers in the database, so that every replica keeps away from the same providers."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, delete, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from services.notify.domain.breaker import Breaker
from services.notify.messages.tables import BreakerRow
from shared.database import Database

#: Whoever took the probe and stopped is not waited for longer than this.
PROBE_LEASE = timedelta(seconds=30)

#: Each database spells "insert unless it is there" in its own dialect.
INSERTS: dict[str, Callable[[type[BreakerRow]], sqlite.Insert | postgresql.Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


class Breakers:
    """Each method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def standing(self) -> dict[str, Breaker]:
        """Those that have seen a failure since their provider last worked, by its name."""
        with self._database.read() as session:
            rows = session.exec(select(BreakerRow)).all()
        return {row.provider: Breaker(**row.model_dump()) for row in rows}

    def take_probe(self, provider: str, *, now: datetime) -> bool:
        """Whether the caller is the one who may try; for a while nobody else is."""
        probe = update(BreakerRow).where(
            col(BreakerRow.provider) == provider, col(BreakerRow.probe_at) <= now
        )
        with self._database.write() as session:
            taken = session.execute(probe.values(probe_at=now + PROBE_LEASE))
            return cast("CursorResult[Any]", taken).rowcount == 1

    def failed(self, provider: str, *, now: datetime) -> Breaker:
        with self._database.write() as session:
            row = _locked(session, provider)
            after = Breaker(**row.model_dump()).after_failure(now)
            row.failures, row.opened_at, row.probe_at = (
                after.failures,
                after.opened_at,
                after.probe_at,
            )
        return after

    def worked(self, provider: str) -> None:
        """It starts afresh."""
        with self._database.write() as session:
            session.execute(delete(BreakerRow).where(col(BreakerRow.provider) == provider))


def _locked(session: Session, provider: str) -> BreakerRow:
    make = INSERTS[session.get_bind().dialect.name](BreakerRow)
    session.execute(make.values(provider=provider, failures=0).on_conflict_do_nothing())
    mine = select(BreakerRow).where(BreakerRow.provider == provider).with_for_update()
    return session.exec(mine).one()

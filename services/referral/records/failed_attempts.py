"""What failed lately, counted for all processes together."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, insert
from sqlmodel import col, select

from services.referral.records.account_tables import FailedAttemptRow
from services.referral.records.ids import new_id
from shared.database import Database


def count_attempt(database: Database, keys: Sequence[str], now: datetime) -> str:
    """Count an attempt as failed before it is tried, so that many at once cannot slip by."""
    attempt = new_id()
    rows = [{"attempt": attempt, "key": key, "at": now} for key in keys]
    with database.write() as session:
        session.execute(insert(FailedAttemptRow), rows)
    return attempt


def others(
    database: Database, keys: Sequence[str], attempt: str, since: datetime
) -> dict[str, list[datetime]]:
    """When the other attempts with these keys failed, or are being tried."""
    wanted = select(FailedAttemptRow).where(
        col(FailedAttemptRow.key).in_(keys),
        FailedAttemptRow.attempt != attempt,
        col(FailedAttemptRow.at) > since,
    )
    failed = defaultdict(list)
    with database.read() as session:
        for row in session.exec(wanted):
            failed[row.key].append(row.at)
    return failed


def uncount(database: Database, attempt: str, forgotten: str = "") -> None:
    """The attempt did not fail, or was not heard; what failed under `forgotten` counts no more."""
    mine = col(FailedAttemptRow.attempt) == attempt
    past = mine | (col(FailedAttemptRow.key) == forgotten)
    with database.write() as session:
        session.execute(delete(FailedAttemptRow).where(past))


def forget_attempts(database: Database, before: datetime) -> None:
    with database.write() as session:
        session.execute(delete(FailedAttemptRow).where(col(FailedAttemptRow.at) < before))

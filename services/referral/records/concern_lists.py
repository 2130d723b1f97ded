"""What a setting has asked for and is waiting for: lists of whole concerns."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement
from sqlalchemy.orm import aliased
from sqlmodel import col, exists, func, select
from sqlmodel.sql.expression import SelectOfScalar

from services.referral.domain.concern import AskKind
from services.referral.records.reading import Reading
from services.referral.records.tables import QueueRow
from services.referral.records.worklists import Line, to_lines


@dataclass(frozen=True, kw_only=True)
class Mine:
    """Whose concerns: those a setting raised. `person` is the reference of somebody at work who may
    be asked by name."""

    setting: str | None = None
    person: str | None = None

    @property
    def owners(self) -> list[str]:
        """As the owner of a Task is written when something is asked of them."""
        of_setting = [f"Organization/{self.setting}"] if self.setting else []
        by_name = [self.person] if self.person else []
        return of_setting + by_name

    def holds(self) -> ColumnElement[bool]:
        return col(QueueRow.setting_id) == (self.setting or "")


def asked_of(record: Reading, mine: Mine, *, size: int) -> list[str]:
    """The concerns in which something is asked of them now, due soonest first."""
    concerns = (
        select(QueueRow.concern_id)
        .where(
            mine.holds(),
            col(QueueRow.kind).in_(tuple(AskKind)),
            col(QueueRow.open).is_(True),
            col(QueueRow.owner).in_(mine.owners),
        )
        .group_by(QueueRow.concern_id)
        .order_by(func.min(QueueRow.due_at), QueueRow.concern_id)
        .limit(size)
    )
    return list(record.session.exec(concerns))


def open_concerns(
    record: Reading, mine: Mine, *, size: int, before: str | None, without: Sequence[str]
) -> list[str]:
    """Concerns of which something is open, newest first: their ids sort as time does."""
    concerns = select(QueueRow.concern_id).where(
        mine.holds(),
        col(QueueRow.open).is_(True),
        col(QueueRow.concern_id).not_in(without),
    )
    return _page(record, concerns, size, before)


def ended_concerns(record: Reading, mine: Mine, *, size: int, before: str | None) -> list[str]:
    """Concerns of which nothing is open any more, newest first."""
    other = aliased(QueueRow)
    still_open = select(other.task_id).where(
        other.concern_id == QueueRow.concern_id, col(other.open).is_(True)
    )
    concerns = select(QueueRow.concern_id).where(mine.holds(), ~exists(still_open))
    return _page(record, concerns, size, before)


def _page(
    record: Reading, concerns: SelectOfScalar[str], size: int, before: str | None
) -> list[str]:
    if before:
        concerns = concerns.where(col(QueueRow.concern_id) < before)
    newest = concerns.distinct().order_by(col(QueueRow.concern_id).desc()).limit(size)
    return list(record.session.exec(newest))


def tasks_of(record: Reading, concerns: Sequence[str]) -> list[Line]:
    """All referrals and questions of these concerns, oldest first."""
    rows = select(QueueRow).where(col(QueueRow.concern_id).in_(concerns))
    oldest_first = rows.order_by(col(QueueRow.made_at), col(QueueRow.task_id))
    return to_lines(record, list(record.session.exec(oldest_first)))

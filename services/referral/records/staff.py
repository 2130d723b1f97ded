"""The people at work: who coordinates an area, and who is there."""

from collections.abc import Iterable

from sqlmodel import col, select

from services.referral.records.store import Reading
from services.referral.records.tables import AccountRow
from shared.identity import Role


def coordinators(record: Reading, areas: Iterable[str]) -> list[AccountRow]:
    """The active coordinators of any of these areas, by id."""
    wanted = frozenset(areas)
    found = select(AccountRow).where(
        AccountRow.role == Role.COORDINATOR, col(AccountRow.active).is_(True)
    )
    people = record.session.exec(found.order_by(AccountRow.id))
    return [one for one in people if wanted.intersection(one.areas)]

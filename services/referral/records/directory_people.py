"""The people of one organisation as its directory sees them: accounts, with what it says."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, insert, update
from sqlmodel import Session, col, select

from services.referral.records.tables import AccountRow, DirectoryPersonRow


@dataclass(frozen=True, kw_only=True)
class Known:
    """One person. Accounts that no directory has spoken of have an empty entry."""

    account: AccountRow
    entry: DirectoryPersonRow

    def parts(self) -> list[dict[str, object]]:
        return [self.account.model_dump(), self.entry.model_dump()]


@dataclass(frozen=True, kw_only=True)
class Sought:
    """What a directory looks for; None is anything."""

    id: str | None = None
    email: str | None = None
    external_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Those of the people of this organisation in these roles who are sought."""

    organisation: str
    roles: Iterable[str]
    sought: Sought = Sought()


def count_known(session: Session, wanted: Wanted) -> int:
    counted = select(func.count()).select_from(AccountRow).outerjoin(DirectoryPersonRow)
    return session.exec(counted.where(*_conditions(wanted))).one()


def known(session: Session, wanted: Wanted, *, skip: int, at_most: int) -> list[Known]:
    """By id, as they are now and not as this transaction may make them. Who has left is among
    them, who was removed is not."""
    rows = select(AccountRow, DirectoryPersonRow).outerjoin(DirectoryPersonRow)
    ordered = rows.where(*_conditions(wanted)).order_by(col(AccountRow.id))
    return [
        Known(
            account=AccountRow(**account.model_dump()),
            entry=DirectoryPersonRow(
                **(entry.model_dump() if entry else {"account_id": account.id})
            ),
        )
        for account, entry in session.exec(ordered.offset(skip).limit(at_most))
    ]


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    is_there = col(DirectoryPersonRow.removed).is_not(True)
    narrowed = [
        col(AccountRow.organisation_id) == wanted.organisation,
        col(AccountRow.role).in_(list(wanted.roles)),
        is_there,
    ]
    for column, value in (
        (col(AccountRow.id), wanted.sought.id),
        (col(AccountRow.email), wanted.sought.email),
        (col(DirectoryPersonRow.external_id), wanted.sought.external_id),
    ):
        if value is not None:
            narrowed.append(column == value)
    return narrowed


def lock_account(session: Session, id: str) -> None:
    """Until the end of this transaction nobody else changes it."""
    session.exec(select(AccountRow.id).where(AccountRow.id == id).with_for_update()).one_or_none()


def keep_entry(session: Session, entry: DirectoryPersonRow) -> None:
    """In place of what was said before."""
    parts = entry.model_dump()
    of_id = update(DirectoryPersonRow).where(col(DirectoryPersonRow.account_id) == entry.account_id)
    changed = session.execute(of_id.values(**parts).returning(col(DirectoryPersonRow.account_id)))
    if changed.one_or_none() is None:
        session.execute(insert(DirectoryPersonRow), [parts])

"""Authenticator apps, passkeys and recovery codes of each account."""

from collections.abc import Iterable
from typing import Any

from sqlmodel import Session, col, delete, insert, select, update

from services.referral.records.account_tables import RecoveryCodeRow, SecondFactorRow


def second_factors(session: Session, account: str) -> list[SecondFactorRow]:
    """Oldest first."""
    mine = select(SecondFactorRow).where(SecondFactorRow.account_id == account)
    return list(session.exec(mine.order_by(col(SecondFactorRow.added_at), SecondFactorRow.id)))


def add_second_factor(session: Session, factor: SecondFactorRow) -> None:
    session.add(factor)


def remove_second_factor(session: Session, account: str, id: str) -> SecondFactorRow | None:
    found = session.get(SecondFactorRow, id)
    if found is None or found.account_id != account:
        return None
    session.delete(found)
    return found


def use_step(session: Session, id: str, step: int) -> bool:
    """Count a code of this time step as used; False when it, or a later one, was used before."""
    unused = update(SecondFactorRow).where(
        col(SecondFactorRow.id) == id, col(SecondFactorRow.last_step) < step
    )
    return _is_one(session.execute(unused.values(last_step=step)))


def factor_of_credential(session: Session, credential: str) -> SecondFactorRow | None:
    wanted = select(SecondFactorRow).where(SecondFactorRow.credential == credential)
    return session.exec(wanted).one_or_none()


def keep_sign_count(session: Session, id: str, count: int) -> None:
    one = update(SecondFactorRow).where(col(SecondFactorRow.id) == id)
    session.execute(one.values(sign_count=count))


def recovery_codes_left(session: Session, account: str) -> int:
    mine = select(RecoveryCodeRow).where(RecoveryCodeRow.account_id == account)
    return len(session.exec(mine).all())


def replace_recovery_codes(session: Session, account: str, hashes: Iterable[str]) -> None:
    session.execute(delete(RecoveryCodeRow).where(col(RecoveryCodeRow.account_id) == account))
    rows = [{"account_id": account, "code_hash": each} for each in hashes]
    if rows:
        session.execute(insert(RecoveryCodeRow), rows)


def use_recovery_code(session: Session, account: str, code_hash: str) -> bool:
    one = delete(RecoveryCodeRow).where(
        col(RecoveryCodeRow.account_id) == account, col(RecoveryCodeRow.code_hash) == code_hash
    )
    return _is_one(session.execute(one))


def remove_all(session: Session, account: str) -> None:
    session.execute(delete(SecondFactorRow).where(col(SecondFactorRow.account_id) == account))
    replace_recovery_codes(session, account, ())


def _is_one(result: Any) -> bool:
    return bool(result.rowcount == 1)

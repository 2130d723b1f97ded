"""Who people are at other sign-in services, and the sessions that began there."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, update
from sqlmodel import Session, col, select

from services.referral.records.reading import Reading
from services.referral.records.tables import (
    AccountRow,
    ElsewhereRow,
    IdentityRow,
    IdentitySessionRow,
    ResourceRow,
    SearchRow,
    SessionRow,
)
from shared.fhir.identifiers import ODS_CODE


def add_elsewhere(session: Session, row: Mapping[str, Any]) -> None:
    session.execute(insert(ElsewhereRow), [row])


def use_elsewhere(session: Session, secret_hash: str, now: datetime) -> tuple[str, str] | None:
    """Provider and `next` of an attempt that is not too old; from now on there is no such."""
    kept = (
        delete(ElsewhereRow)
        .where(col(ElsewhereRow.secret_hash) == secret_hash)
        .returning(col(ElsewhereRow.provider), col(ElsewhereRow.next), col(ElsewhereRow.expires_at))
    )
    found = session.execute(kept).one_or_none()
    return (found[0], found[1]) if found and found[2] > now else None


def account_of_identity(session: Session, issuer: str, subject: str) -> AccountRow | None:
    wanted = (
        select(AccountRow)
        .join(IdentityRow, col(IdentityRow.account_id) == AccountRow.id)
        .where(IdentityRow.issuer == issuer, IdentityRow.subject == subject)
    )
    return session.exec(wanted).one_or_none()


def add_identity(session: Session, issuer: str, subject: str, account: str, now: datetime) -> None:
    row = {"issuer": issuer, "subject": subject, "account_id": account, "made_at": now}
    session.execute(insert(IdentityRow), [row])


def change_account(session: Session, id: str, parts: Mapping[str, Any]) -> None:
    session.execute(update(AccountRow).where(col(AccountRow.id) == id).values(**parts))


def end_sessions_of(session: Session, account: str, now: datetime) -> None:
    lasting = update(SessionRow).where(
        col(SessionRow.account_id) == account, col(SessionRow.revoked_at).is_(None)
    )
    session.execute(lasting.values(revoked_at=now))


def add_identity_session(session: Session, row: Mapping[str, Any]) -> None:
    session.execute(insert(IdentitySessionRow), [row])


def provider_of_session(session: Session, secret_hash: str) -> str | None:
    """The id of the provider where a session began, if it began at one."""
    wanted = select(IdentitySessionRow.provider).where(
        IdentitySessionRow.secret_hash == secret_hash
    )
    return session.exec(wanted).one_or_none()


def end_identity_sessions(
    session: Session, issuer: str, now: datetime, *, subject: str | None, sid: str | None
) -> int:
    """End the sessions of that subject, or of that session over there; how many there were."""
    began = select(IdentitySessionRow.secret_hash).where(IdentitySessionRow.issuer == issuer)
    if subject is not None:
        began = began.where(IdentitySessionRow.subject == subject)
    if sid is not None:
        began = began.where(IdentitySessionRow.sid == sid)
    ended = (
        update(SessionRow)
        .where(col(SessionRow.secret_hash).in_(began), col(SessionRow.revoked_at).is_(None))
        .values(revoked_at=now)
        .returning(col(SessionRow.secret_hash))
    )
    return len(session.execute(ended).all())


def delete_old_identity_rows(session: Session, now: datetime) -> None:
    """Attempts that nobody can finish any more, and what is known of sessions long over."""
    for row in (ElsewhereRow, IdentitySessionRow):
        session.execute(delete(row).where(col(row.expires_at) <= now))


def organisation_of_ods(record: Reading, ods: str) -> str | None:
    """The id of the Organization with that ODS code."""
    wanted = (
        select(ResourceRow.id)
        .join(
            SearchRow,
            (col(SearchRow.type) == ResourceRow.type) & (col(SearchRow.id) == ResourceRow.id),
        )
        .where(
            ResourceRow.type == "Organization",
            col(ResourceRow.deleted).is_(False),
            SearchRow.param == "identifier",
            SearchRow.system == ODS_CODE,
            SearchRow.value == ods,
        )
        .limit(1)
    )
    return record.session.exec(wanted).one_or_none()

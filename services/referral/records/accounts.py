"""The people and systems that can sign in, their sessions and their tokens."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import insert, literal, update
from sqlmodel import Session, col, select

from services.referral.records.store import Reading
from services.referral.records.tables import AccountRow, ClientRow, SessionRow, TokenRow
from services.referral.records.tags import Overlap, spelt
from shared.identity import Principal, Role


def to_principal(account: AccountRow, client: str | None = None) -> Principal:
    return Principal(
        id=account.id,
        name=account.name,
        role=Role(account.role),
        organisation=account.organisation_id,
        services=frozenset(account.services),
        areas=frozenset(account.areas),
        children=frozenset(account.children),
        client=client,
    )


def account_of_email(session: Session, email: str) -> AccountRow | None:
    return session.exec(select(AccountRow).where(AccountRow.email == email)).one_or_none()


def accounts(record: Reading, ids: Iterable[str]) -> dict[str, AccountRow]:
    wanted = select(AccountRow).where(col(AccountRow.id).in_(list(ids)))
    return {row.id: row for row in record.session.exec(wanted)}


def people_of_service(record: Reading, service: str) -> list[AccountRow]:
    wanted = spelt(frozenset({service}), record.session.get_bind().dialect.name)
    people = select(AccountRow).where(
        col(AccountRow.active).is_(True), Overlap(AccountRow.services, literal(wanted))
    )
    return list(record.session.exec(people.order_by(AccountRow.id)))


def people_of_organisation(record: Reading, organisation: str) -> list[AccountRow]:
    wanted = select(AccountRow).where(
        AccountRow.organisation_id == organisation, col(AccountRow.active).is_(True)
    )
    return list(record.session.exec(wanted.order_by(AccountRow.id)))


def assignee_of(record: Reading, service: str) -> str | None:
    """The named person who owns what comes to a desk: the first of those who work there."""
    people = people_of_service(record, service)
    return f"Practitioner/{people[0].id}" if people else None


def add_account(session: Session, account: dict[str, Any]) -> None:
    session.execute(insert(AccountRow), [account])


def add_client(session: Session, id: str, secret_hash: str, account: str) -> None:
    row = {"id": id, "secret_hash": secret_hash, "account_id": account, "active": True}
    session.execute(insert(ClientRow), [row])


def client(session: Session, id: str) -> tuple[ClientRow, AccountRow] | None:
    """An active client with the account that it acts as."""
    found = session.exec(
        select(ClientRow, AccountRow)
        .join(AccountRow, col(AccountRow.id) == ClientRow.account_id)
        .where(ClientRow.id == id, col(ClientRow.active).is_(True))
    ).one_or_none()
    return (found[0], found[1]) if found else None


def add_token(session: Session, token_hash: str, client: str, expires_at: datetime) -> None:
    row = {"token_hash": token_hash, "client_id": client, "expires_at": expires_at}
    session.execute(insert(TokenRow), [row])


def principal_of_token(session: Session, token_hash: str, now: datetime) -> Principal | None:
    found = session.exec(
        select(TokenRow, ClientRow, AccountRow)
        .join(ClientRow, col(ClientRow.id) == TokenRow.client_id)
        .join(AccountRow, col(AccountRow.id) == ClientRow.account_id)
        .where(
            TokenRow.token_hash == token_hash,
            col(TokenRow.revoked_at).is_(None),
            TokenRow.expires_at > now,
            col(ClientRow.active).is_(True),
        )
    ).one_or_none()
    return to_principal(found[2], client=found[1].id) if found else None


def add_session(session: Session, secret_hash: str, account: str, now: datetime) -> None:
    row = {"secret_hash": secret_hash, "account_id": account, "started_at": now, "seen_at": now}
    session.execute(insert(SessionRow), [row])


def account_of_session(session: Session, secret_hash: str) -> tuple[SessionRow, AccountRow] | None:
    """A session that nobody has ended, with its active account."""
    found = session.exec(
        select(SessionRow, AccountRow)
        .join(AccountRow, col(AccountRow.id) == SessionRow.account_id)
        .where(
            SessionRow.secret_hash == secret_hash,
            col(SessionRow.revoked_at).is_(None),
            col(AccountRow.active).is_(True),
        )
    ).one_or_none()
    return (found[0], found[1]) if found else None


def touch_session(session: Session, secret_hash: str, now: datetime) -> None:
    of_secret = update(SessionRow).where(col(SessionRow.secret_hash) == secret_hash)
    session.execute(of_secret.values(seen_at=now))


def end_session(session: Session, secret_hash: str, now: datetime) -> None:
    of_secret = update(SessionRow).where(col(SessionRow.secret_hash) == secret_hash)
    session.execute(of_secret.values(revoked_at=now))

"""The people and systems that can sign in, their sessions and their tokens."""

from collections.abc import Iterable, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Text, bindparam, insert, or_, update
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from services.referral.records.store import Reading
from services.referral.records.tables import AccountRow, ClientRow, SessionRow, TokenRow
from services.referral.records.tags import Overlap, spelt
from shared.identity import Principal, Role


def to_principal(account: AccountRow | Row[Any], client: str | None = None) -> Principal:
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


@dataclass(frozen=True)
class Colleague:
    """Somebody at work who can be told something, by the reference of their Practitioner."""

    reference: str
    organisation: str | None
    services: frozenset[str]


_ACCOUNT = AccountRow.metadata.tables["account"]
_CLIENT = AccountRow.metadata.tables["client"]
_TOKEN = AccountRow.metadata.tables["token"]

# Built once: building them costs more than asking, and every concern asks.
_PEOPLE_AT = (
    columns(_ACCOUNT.c.id, _ACCOUNT.c.organisation_id, _ACCOUNT.c.services)
    .where(
        _ACCOUNT.c.active.is_(True),
        or_(
            _ACCOUNT.c.organisation_id == bindparam("organisation"),
            Overlap(_ACCOUNT.c.services, bindparam("wanted", type_=Text)),
        ),
    )
    .order_by(_ACCOUNT.c.id)
)
_OF_TOKEN = (
    columns(_ACCOUNT, _CLIENT.c.id.label("client"))
    .join(_CLIENT, _CLIENT.c.account_id == _ACCOUNT.c.id)
    .join(_TOKEN, _TOKEN.c.client_id == _CLIENT.c.id)
    .where(
        _TOKEN.c.token_hash == bindparam("token_hash"),
        _TOKEN.c.revoked_at.is_(None),
        _TOKEN.c.expires_at > bindparam("now", type_=_TOKEN.c.expires_at.type),
        _CLIENT.c.active.is_(True),
    )
)


def people_at(record: Reading, organisation: str | None, services: Set[str]) -> list[Colleague]:
    """Everyone active who works for the organisation or in one of the services, by id."""
    wanted = spelt(frozenset(services), record.session.get_bind().dialect.name)
    found = record.session.execute(_PEOPLE_AT, {"organisation": organisation, "wanted": wanted})
    return [
        Colleague(f"Practitioner/{id}", employer, frozenset(held)) for id, employer, held in found
    ]


def assignee_of(record: Reading, service: str) -> str | None:
    """The named person who owns what comes to a desk: the first of those who work there."""
    people = people_at(record, None, {service})
    return people[0].reference if people else None


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
    row = session.execute(_OF_TOKEN, {"token_hash": token_hash, "now": now}).one_or_none()
    return to_principal(row, client=row.client) if row else None


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

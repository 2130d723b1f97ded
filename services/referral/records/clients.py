"""The systems that can sign in, their tokens, and the assertions that they have used."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, insert, update
from sqlalchemy import select as columns
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from services.referral.records.accounts import to_principal
from services.referral.records.client_tables import AssertionRow, ClientRow, TokenRow
from services.referral.records.tables import AccountRow
from shared.database import Database
from shared.identity import Principal

_ACCOUNT = AccountRow.metadata.tables["account"]
_CLIENT = AccountRow.metadata.tables["client"]
_TOKEN = AccountRow.metadata.tables["token"]
_ASSERTION = AccountRow.metadata.tables["client_assertion"]

# Built once: building it costs more than asking, and every request asks.
_OF_TOKEN = (
    columns(_ACCOUNT, _CLIENT.c.id.label("client"), _TOKEN.c.scope)
    .join(_CLIENT, _CLIENT.c.account_id == _ACCOUNT.c.id)
    .join(_TOKEN, _TOKEN.c.client_id == _CLIENT.c.id)
    .where(
        _TOKEN.c.token_hash == bindparam("token_hash"),
        _TOKEN.c.revoked_at.is_(None),
        _TOKEN.c.expires_at > bindparam("now", type_=_TOKEN.c.expires_at.type),
        _CLIENT.c.active.is_(True),
        _ACCOUNT.c.active.is_(True),
    )
)


@dataclass(frozen=True, kw_only=True)
class NewClient:
    """Signs in with the secret of this hash, or with the keys of a JWKS or of its address."""

    id: str
    account: str
    scope: str
    secret_hash: str = ""
    jwks: str | None = None
    jwks_url: str | None = None


def add_client(session: Session, new: NewClient) -> None:
    row = {
        "id": new.id,
        "secret_hash": new.secret_hash,
        "account_id": new.account,
        "active": True,
        "scope": new.scope,
        "jwks": new.jwks,
        "jwks_url": new.jwks_url,
    }
    session.execute(insert(ClientRow), [row])


def active_client(session: Session, id: str) -> tuple[ClientRow, Principal] | None:
    """A client that has not been revoked, and whom it acts as: an account that is in use."""
    found = session.exec(
        select(ClientRow, AccountRow)
        .join(AccountRow, col(AccountRow.id) == ClientRow.account_id)
        .where(
            ClientRow.id == id, col(ClientRow.active).is_(True), col(AccountRow.active).is_(True)
        )
    ).one_or_none()
    return (found[0], to_principal(found[1], client=id)) if found else None


def all_clients(session: Session) -> list[tuple[ClientRow, AccountRow]]:
    """Every client with the account that it acts as, by id."""
    found = session.exec(
        select(ClientRow, AccountRow)
        .join(AccountRow, col(AccountRow.id) == ClientRow.account_id)
        .order_by(ClientRow.id)
    )
    return [(client, account) for client, account in found]


def change_client(session: Session, id: str, **parts: object) -> bool:
    """Whether there is such a client; its columns `parts` are then changed."""
    of_id = update(ClientRow).where(col(ClientRow.id) == id).values(**parts)
    changed = session.execute(of_id.returning(col(ClientRow.id)))
    return changed.one_or_none() is not None


def add_token(
    session: Session, token_hash: str, client: str, scope: str, expires_at: datetime
) -> None:
    row = {
        "token_hash": token_hash,
        "client_id": client,
        "scope": scope,
        "expires_at": expires_at,
    }
    session.execute(insert(TokenRow), [row])


def principal_of_token(database: Database, token_hash: str, now: datetime) -> Principal | None:
    found = database.look_up(_OF_TOKEN, {"token_hash": token_hash, "now": now})
    return next((to_principal(row, client=row.client, scope=row.scope) for row in found), None)


def end_token(session: Session, token_hash: str, client: str, now: datetime) -> None:
    """The token is worth nothing from now on, if it is this client's."""
    session.execute(
        update(TokenRow)
        .where(col(TokenRow.token_hash) == token_hash, col(TokenRow.client_id) == client)
        .values(revoked_at=now)
    )


def end_tokens(session: Session, client: str, now: datetime) -> None:
    lasting = update(TokenRow).where(
        col(TokenRow.client_id) == client, col(TokenRow.revoked_at).is_(None)
    )
    session.execute(lasting.values(revoked_at=now))


def use_assertion(session: Session, client: str, jti: str, expires_at: datetime) -> bool:
    """Whether the assertion is new; then it is so no more, for whoever else comes with it."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    row = {"client_id": client, "jti": jti, "expires_at": expires_at}
    once = dialect.insert(_ASSERTION).values(**row).on_conflict_do_nothing()
    return session.execute(once.returning(_ASSERTION.c.jti)).one_or_none() is not None


def delete_expired(session: Session, now: datetime) -> int:
    """Remove the tokens and assertions that can be used no more; how many there were."""
    removed = 0
    for row in (TokenRow, AssertionRow):
        old = delete(row).where(col(row.expires_at) <= now).returning(col(row.client_id))
        removed += len(session.execute(old).all())
    return removed

"""The people who can sign in, and their sessions."""

from collections.abc import Iterable, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Text, bindparam, insert, or_, update
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from services.referral.domain.working_days import london_date
from services.referral.records.reading import Reading
from services.referral.records.staff import covers_on
from services.referral.records.tables import AccountRow, SessionRow
from services.referral.records.tags import Overlap, spelt
from shared.identity import Principal, Role


def to_principal(
    account: AccountRow | Row[Any], client: str | None = None, scope: str | None = None
) -> Principal:
    return Principal(
        id=account.id,
        name=account.name,
        role=Role(account.role),
        organisation=account.organisation_id,
        services=frozenset(account.services),
        areas=frozenset(account.areas),
        children=frozenset(account.children),
        client=client,
        scope=scope,
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

# Built once: building them costs more than asking, and every concern asks.
_PEOPLE_AT = (
    columns(_ACCOUNT.c.id, _ACCOUNT.c.organisation_id, _ACCOUNT.c.services)
    .where(
        _ACCOUNT.c.active.is_(True),
        _ACCOUNT.c.post == "",
        or_(
            _ACCOUNT.c.organisation_id == bindparam("organisation"),
            Overlap(_ACCOUNT.c.services, bindparam("wanted", type_=Text)),
        ),
    )
    .order_by(_ACCOUNT.c.id)
)


def people_at(record: Reading, organisation: str | None, services: Set[str]) -> list[Colleague]:
    """Everyone active who works for the organisation or in one of the services, by id. Those who
    are told only when referrals climb are not among them."""
    wanted = spelt(frozenset(services), record.session.get_bind().dialect.name)
    found = record.session.connection().execute(
        _PEOPLE_AT, {"organisation": organisation, "wanted": wanted}
    )
    return [
        Colleague(f"Practitioner/{id}", employer, frozenset(held)) for id, employer, held in found
    ]


def assignee_of(record: Reading, service: str) -> str | None:
    """The named person who owns what comes to a desk: the first who works there and is not away."""
    people = [one.reference for one in people_at(record, None, {service})]
    away = covers_on(record.session, london_date(record.now))
    here = [one for one in people if one.removeprefix("Practitioner/") not in away]
    return next(iter(here or people), None)


def add_account(session: Session, account: dict[str, Any]) -> None:
    session.execute(insert(AccountRow), [account])


def account_of_id(session: Session, id: str) -> AccountRow | None:
    return session.get(AccountRow, id)


def set_password_hash(session: Session, account: str, password_hash: str) -> None:
    of_id = update(AccountRow).where(col(AccountRow.id) == account)
    session.execute(of_id.values(password_hash=password_hash))


def add_session(
    session: Session, secret_hash: str, account: str, now: datetime, device: str = ""
) -> None:
    row = {"secret_hash": secret_hash, "account_id": account, "device": device}
    session.execute(insert(SessionRow), [{**row, "started_at": now, "seen_at": now}])


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


def open_sessions(session: Session, account: str) -> list[SessionRow]:
    """Those that nobody has ended, the last seen first; some may be past their time."""
    mine = select(SessionRow).where(
        SessionRow.account_id == account, col(SessionRow.revoked_at).is_(None)
    )
    return list(session.exec(mine.order_by(col(SessionRow.seen_at).desc())))


def end_sessions(
    session: Session, account: str, now: datetime, *, only: str = "", but: str = ""
) -> int:
    """End all sessions of the account: `only` that with this hash, or all `but` it; how many."""
    mine = update(SessionRow).where(
        col(SessionRow.account_id) == account, col(SessionRow.revoked_at).is_(None)
    )
    if only:
        mine = mine.where(col(SessionRow.secret_hash) == only)
    if but:
        mine = mine.where(col(SessionRow.secret_hash) != but)
    ended = mine.values(revoked_at=now).returning(col(SessionRow.secret_hash))
    return len(session.execute(ended).all())

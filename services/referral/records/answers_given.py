"""The answers that idempotency keys got."""

from datetime import datetime

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select, update

from services.referral.records.tables import IdempotencyRow


def reserve(session: Session, client: str, key: str, body_hash: str, now: datetime) -> bool:
    """Whether the key is new. Of two at once the second waits here for the first."""
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    insert = postgresql.insert if is_postgresql else sqlite.insert
    row = {"client_id": client, "key": key, "body_hash": body_hash, "answer": "", "at": now}
    new = (
        insert(IdempotencyRow)
        .values(row)
        .on_conflict_do_nothing()
        .returning(col(IdempotencyRow.key))
    )
    return session.execute(new).one_or_none() is not None  # psycopg counts no rows of an insert


def given(session: Session, client: str, key: str) -> IdempotencyRow:
    found = find_given(session, client, key)
    if found is None:
        raise LookupError("This key was never reserved.")
    return found


def find_given(session: Session, client: str, key: str) -> IdempotencyRow | None:
    wanted = select(IdempotencyRow).where(
        IdempotencyRow.client_id == client, IdempotencyRow.key == key
    )
    return session.exec(wanted).one_or_none()


def give(session: Session, client: str, key: str, answer: str) -> None:
    of_key = update(IdempotencyRow).where(
        col(IdempotencyRow.client_id) == client, col(IdempotencyRow.key) == key
    )
    session.execute(of_key.values(answer=answer))

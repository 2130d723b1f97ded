"""Concerns that somebody is still writing. Each is its writer's own: the account is always asked.

`answers` is what was typed, by step, as JSON text.
"""

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, delete, insert, select, update

from services.referral.records.tables import DraftRow


def add_draft(session: Session, id: str, account: str, answers: str, now: datetime) -> None:
    row = {"id": id, "account_id": account, "answers": answers}
    session.execute(insert(DraftRow), [{**row, "created_at": now, "updated_at": now}])


def find_draft(session: Session, id: str, account: str) -> DraftRow | None:
    of_account = select(DraftRow).where(DraftRow.id == id, DraftRow.account_id == account)
    return session.exec(of_account).one_or_none()


def claim_draft(session: Session, id: str, account: str) -> DraftRow | None:
    """The draft, to be changed: of two who change it at once, the second waits for the first."""
    of_account = select(DraftRow).where(DraftRow.id == id, DraftRow.account_id == account)
    return session.exec(of_account.with_for_update()).one_or_none()


def unsent_drafts(session: Session, account: str) -> list[DraftRow]:
    """Newest first."""
    mine = select(DraftRow).where(
        DraftRow.account_id == account, col(DraftRow.concern_id).is_(None)
    )
    return list(session.exec(mine.order_by(col(DraftRow.updated_at).desc(), col(DraftRow.id))))


def keep_answers(session: Session, id: str, answers: str, now: datetime) -> None:
    one = update(DraftRow).where(col(DraftRow.id) == id)
    session.execute(one.values(answers=answers, updated_at=now))


def mark_sent(session: Session, id: str, concern: str, now: datetime) -> None:
    """From now on the record tells the story; what was typed is not kept twice."""
    one = update(DraftRow).where(col(DraftRow.id) == id)
    session.execute(one.values(concern_id=concern, answers="{}", updated_at=now))


def delete_drafts(session: Session, untouched_since: datetime) -> int:
    """Deletes those last changed before that instant; how many there were."""
    old = delete(DraftRow).where(col(DraftRow.updated_at) < untouched_since)
    result: Any = session.execute(old)
    return int(result.rowcount)

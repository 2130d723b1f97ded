"""How many events went out and came in."""

from datetime import datetime

from sqlmodel import Session, func, select

from services.referral.records.tables import InboxRow, outbox
from shared.contract import Totals
from shared.outbox import count_all


def totals(session: Session, *, now: datetime) -> Totals:
    taken = session.exec(select(func.count()).select_from(InboxRow)).one()
    return count_all(session, outbox, taken=taken, now=now)

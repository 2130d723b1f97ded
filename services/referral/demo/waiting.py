"""Lets the clocks of the demo run: what waited too long has climbed as it would have."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import update

from services.referral.demo.area import DEMO
from services.referral.records.store import Records
from services.referral.records.sweeps import due
from services.referral.records.tables import outbox
from services.referral.use_cases.circumstances import Rulebook
from services.referral.use_cases.escalate_overdue import escalate_overdue
from services.referral.use_cases.workplace import Workplace


def let_time_pass(records: Records, rules: Rulebook, *, until: datetime) -> None:
    """Every sweep that would have found something, each at its own instant."""
    for instant in _instants(records, until):
        let_old_news_rest(records, before=instant)
        escalate_overdue(at=_as_at(instant, records, rules), now=instant)


def _as_at(instant: datetime, records: Records, rules: Rulebook) -> Workplace:
    return Workplace(records=records, rules=rules, clock=lambda: instant)


def _instants(records: Records, until: datetime) -> Iterator[datetime]:
    while next_due := _next_due(records, until):
        yield next_due


def _next_due(records: Records, until: datetime) -> datetime | None:
    with records.reading(DEMO, now=until) as record:
        first = due(record, until, after=None, size=1)
    return first[0].at if first else None


def let_old_news_rest(records: Records, *, before: datetime) -> None:
    """Of the past, everybody has been told: at the first start nobody gets hundreds of e-mails."""
    old = update(outbox).where(outbox.c.created_at < before, outbox.c.published_at.is_(None))
    with records.database.write() as session:
        session.execute(old.values(published_at=outbox.c.created_at))

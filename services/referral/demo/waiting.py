"""Lets the clocks of the demo run: families that wait hear from us, and what waited too long has
climbed, as both would have been."""

from collections.abc import Iterator
from datetime import UTC, datetime, time
from typing import NamedTuple

from sqlalchemy import update

from services.referral.demo.area import DEMO
from services.referral.demo.timetable import at
from services.referral.domain.working_days import end_of_day, london_date
from services.referral.records.contacts import next_contact
from services.referral.records.store import Records
from services.referral.records.sweeps import due
from services.referral.records.tables import outbox
from services.referral.use_cases.circumstances import Rulebook
from services.referral.use_cases.escalate_overdue import escalate_overdue
from services.referral.use_cases.keep_in_touch import keep_in_touch
from services.referral.use_cases.workplace import Workplace

#: When the first run of a day that may write to families comes round.
_MORNING = time(9, 10)
_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


class Run(NamedTuple):
    """Something that happens by itself: the sweep, or that which keeps in touch with families."""

    at: datetime
    is_contact: bool


def let_time_pass(records: Records, rules: Rulebook, *, until: datetime) -> None:
    """Every run that would have found something, each at its own instant."""
    for run in runs(records, until=until):
        let_old_news_rest(records, before=run.at)
        workplace = as_at(run.at, records, rules)
        if run.is_contact:
            keep_in_touch(at=workplace)
        else:
            escalate_overdue(at=workplace, now=run.at)


def as_at(instant: datetime, records: Records, rules: Rulebook) -> Workplace:
    return Workplace(records=records, rules=rules, clock=lambda: instant)


def runs(records: Records, *, until: datetime) -> Iterator[Run]:
    """The next run that will find something, again and again. Whoever asks for the one after it has
    let it happen."""
    written_until = _LONG_AGO
    while run := _next(records, until, written_until):
        yield run
        if run.is_contact:
            written_until = end_of_day(london_date(run.at))


def _next(records: Records, until: datetime, written_until: datetime) -> Run | None:
    with records.reading(DEMO, now=until) as record:
        climbs = due(record, until, after=None, size=1)
        contact = next_contact(record, behind=written_until)
    found = [Run(climbs[0].at, is_contact=False)] if climbs else []
    if contact:
        found.append(Run(at(london_date(contact), _MORNING), is_contact=True))
    return min((run for run in found if run.at <= until), default=None)


def let_old_news_rest(records: Records, *, before: datetime) -> None:
    """Of the past, everybody has been told: at the first start nobody gets hundreds of e-mails."""
    old = update(outbox).where(outbox.c.created_at < before, outbox.c.published_at.is_(None))
    with records.database.write() as session:
        session.execute(old.values(published_at=outbox.c.created_at))

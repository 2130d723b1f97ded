"""How long each service's families waited, counted once a service and London day."""

import threading
from collections.abc import Sequence
from datetime import date, datetime, time

from sqlmodel import col, select

from services.referral.domain.expected_wait import RECENT, ExpectedWait, expected_wait
from services.referral.domain.moves import TRIAGE, State
from services.referral.domain.working_days import LONDON, london_date
from services.referral.records.reading import Reading
from services.referral.records.tables import QueueRow
from shared.identity import job

#: Counts what one person alone may not see; only the counts leave.
COUNTER = job("waits")
WAITING = TRIAGE | {State.ACCEPTED, State.OFFERED, State.PAUSED}


class Waits:
    """The figures of each service up to the last midnight, which no later look can change."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, ExpectedWait] = {}

    def at_service(self, record: Reading, service: str) -> ExpectedWait:
        today = london_date(record.now)
        with self._lock:
            known = self._known.get(service)
        if known is None or known.on != today:
            known = _counted(record, service, today)
            with self._lock:
                self._known[service] = known
        return known


def _counted(record: Reading, service: str, today: date) -> ExpectedWait:
    midnight = datetime.combine(today, time.min, LONDON)
    with record.seeing_as(COUNTER):
        ended = _ended(record, service, midnight - RECENT, midnight)
        since = _since(record, service, midnight)
    return expected_wait(ended, since, on=today)


def _ended(
    record: Reading, service: str, first: datetime, before: datetime
) -> Sequence[tuple[datetime, datetime]]:
    seen = col(QueueRow.seen_at)
    rows = select(QueueRow.first_received_at, seen).where(
        QueueRow.service_id == service, seen >= first, seen < before
    )
    return [(begin, end) for begin, end in record.session.exec(rows) if end]


def _since(record: Reading, service: str, before: datetime) -> Sequence[datetime]:
    rows = select(QueueRow.first_received_at).where(
        QueueRow.service_id == service,
        col(QueueRow.open).is_(True),
        col(QueueRow.state).in_(sorted(WAITING)),
        col(QueueRow.seen_at).is_(None),
        col(QueueRow.first_received_at) < before,
    )
    return record.session.exec(rows).all()

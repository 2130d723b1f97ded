"""Carries events from a service's outbox to the other service, at least once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

import httpx
import structlog
from sqlalchemy import Table

from shared import outbox
from shared.backoff import wait_after
from shared.cloudevents import BATCH_TYPE, join
from shared.contract import Answer, AnswerStatus
from shared.database import Database
from shared.errors import Invalid
from shared.outbox import Claimed
from shared.signing import sign
from shared.wire import read_answers

BATCH = 100
#: Then other jobs of this process get their turn.
MOST_BATCHES = 20
LEASE = timedelta(minutes=1)  # several times the client's time-out

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Passed:
    """What one pass did with the events it took: they arrived, were refused, or wait."""

    claimed: int
    parked: int
    waiting: int


@dataclass(frozen=True, kw_only=True)
class Relay:
    """Posts batches to `url` by a client kept open; `chance` gives 0 to 1 for the wait."""

    database: Database
    table: Table
    client: httpx.Client
    url: str
    secrets: Sequence[str]
    chance: Callable[[], float]

    def pass_on(self, *, now: datetime) -> Passed:
        """Post one batch. What gets no answer is released and tried again later."""
        with self.database.write() as session:
            events = outbox.claim(session, self.table, now=now, limit=BATCH, lease=LEASE)
        if not events:
            return Passed(0, 0, 0)
        answers = self._post(events, now)
        return self._note(events, answers, now)

    def _post(self, events: list[Claimed], now: datetime) -> list[Answer]:
        body = join(event.body for event in events)
        headers = sign(body, id=str(uuid4()), at=now, secrets=self.secrets)
        try:
            response = self.client.post(
                self.url, content=body, headers={**headers, "content-type": BATCH_TYPE}
            )
            if response.status_code != httpx.codes.ACCEPTED:
                raise Invalid(f"The receiver answered {response.status_code}.")
            return read_answers(response.content)
        except (httpx.HTTPError, Invalid) as failure:
            log.warning("events not passed on", events=len(events), why=_reason(failure))
            return []

    def _note(self, events: list[Claimed], answers: list[Answer], now: datetime) -> Passed:
        claimed = {event.id: event for event in events}
        ours = [answer for answer in answers if answer.id in claimed]
        waiting = {id: event for id, event in claimed.items() if id not in {a.id for a in ours}}
        with self.database.write() as session:
            outbox.mark(session, self.table, ours, now=now)
            outbox.release(
                session,
                self.table,
                {
                    id: now + wait_after(event.attempts, chance=self.chance())
                    for id, event in waiting.items()
                },
            )
        parked = sum(answer.status is AnswerStatus.REJECTED for answer in ours)
        if parked:
            log.error("events parked: the receiver rejects them", events=parked)
        return Passed(len(events), parked, len(waiting))


def go_on(pass_on: Callable[[], Passed]) -> Passed:
    """Batch after batch while each is full and gets its answers, so that a burst need not wait for
    the next turn."""
    claimed = parked = waiting = 0
    for _ in range(MOST_BATCHES):
        one = pass_on()
        claimed, parked, waiting = claimed + one.claimed, parked + one.parked, waiting + one.waiting
        if one.claimed < BATCH or one.waiting:
            break
    return Passed(claimed, parked, waiting)


def _reason(failure: Exception) -> str:
    return str(failure) if isinstance(failure, Invalid) else type(failure).__name__

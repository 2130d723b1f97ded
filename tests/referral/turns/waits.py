"""Referrals that wait, and sweeps at instants of the future."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from services.referral.domain.concern import Ask, AskKind
from services.referral.domain.referral import Referral
from services.referral.records.store import Records
from services.referral.records.tables import QueueRow, outbox
from services.referral.use_cases.escalate_overdue import Swept, escalate_overdue
from services.referral.use_cases.raise_concern import Raised
from services.referral.use_cases.workplace import Workplace
from tests.referral.anyshire import ONLOOKER, Anyshire
from tests.referral.use_cases.reading import SPEECH

#: A concern of Friday 20 November 2026 must be decided on in 5 working days: by Friday 27.
BEFORE = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
NUDGED = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
OVERDUE = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
LATER = datetime(2026, 12, 5, 9, 0, tzinfo=UTC)
TWO_WEEKS = datetime(2026, 12, 12, 9, 0, tzinfo=UTC)
A_YEAR = datetime(2027, 12, 1, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Wait:
    """One concern whose referral to speech and language therapy is left alone."""

    anyshire: Anyshire
    at: Workplace
    raised: Raised

    @property
    def task(self) -> str:
        return self.anyshire.referral_at(SPEECH, self.raised)

    @property
    def referral(self) -> Referral:
        return self.anyshire.referral(self.raised, self.task)

    @property
    def actions(self) -> list[Ask]:
        """What its triage clock asks of people, oldest first; in a year others climb as well."""
        asks = self.anyshire.concern(self.raised.concern).asks
        ours = [one for one in asks if one.kind is AskKind.ACTION and one.referral == self.task]
        return [one for one in ours if "OUR-TRIAGE" in one.text]

    def sweep(self, now: datetime) -> Swept:
        return escalate_overdue(at=self.at, now=now)

    def versions(self) -> list[int]:
        """The level in each version of the Task, oldest first."""
        with self.at.records.reading(ONLOOKER, now=self.at.clock()) as record:
            history = record.history("Task", self.task)
        return [_level(one.json) for one in reversed(history)]


def _level(task: dict[str, Any]) -> int:
    url = "https://sooner.example/fhir/StructureDefinition/escalation-level"
    (level,) = (one["valueInteger"] for one in task["extension"] if one["url"] == url)
    return int(level)


def escalations(records: Records, task: str = "") -> list[dict[str, Any]]:
    """What waits to be passed on of escalations, as it was written; of one Task, or of all."""
    with records.database.read() as session:
        rows = session.execute(select(outbox).order_by(outbox.c.created_at)).all()
    found = [json.loads(row.body) for row in rows if row.type.endswith(".escalated")]
    return [one["data"] for one in found if task in one["subject"]]


def audiences(event: dict[str, Any]) -> set[str]:
    return {one["audience"] for one in event["recipients"]}


def queue_row(wait: Wait) -> QueueRow:
    (row,) = (one for one in wait.anyshire.queue() if one.task_id == wait.task)
    return row

"""The county at work: its people raise concerns and move referrals through the real use cases."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from services.referral.domain.concern import Concern
from services.referral.domain.moves import Move
from services.referral.domain.referral import Referral, ReferralId
from services.referral.records.resource import Resource
from services.referral.records.store import Records
from services.referral.records.tables import QueueRow, metadata
from services.referral.use_cases.answer_ask import answer_ask
from services.referral.use_cases.circumstances import Rulebook
from services.referral.use_cases.move_referral import Said, move_referral
from services.referral.use_cases.raise_concern import Raised, raise_concern
from services.referral.use_cases.sent_concern import SentConcern
from services.referral.use_cases.withdraw_concern import withdraw_concern
from shared.identity import Principal, job
from tests.referral.builders import a_concern, as_, service_id
from tests.referral.fakes import Clock

ONLOOKER = job("onlooker")


@dataclass(frozen=True, kw_only=True)
class Anyshire:
    """`by` is always the key of a demo person, or a principal."""

    records: Records
    rules: Rulebook
    clock: Clock

    def raise_(self, sent: SentConcern | None = None, *, by: str | Principal = "nursery") -> Raised:
        with self.records.writing(_who(by), now=self.clock()) as record:
            return raise_concern(sent or a_concern(), record=record, rules=self.rules)

    def move(
        self,
        task: str,
        move: Move,
        *,
        by: str | Principal = "speech",
        version: int | None = None,
        **said: Any,
    ) -> Resource:
        with self.records.writing(_who(by), now=self.clock()) as record:
            words = Said(**said)
            return move_referral(
                task, move, words, record=record, rules=self.rules, version=version
            )

    def answer(
        self, ask: str, text: str | None, *, by: str | Principal = "nursery", **more: Any
    ) -> Resource:
        with self.records.writing(_who(by), now=self.clock()) as record:
            return answer_ask(ask, text, record=record, rules=self.rules, **more)

    def withdraw(self, concern: str, reason: str | None, *, by: str | Principal) -> None:
        with self.records.writing(_who(by), now=self.clock()) as record:
            withdraw_concern(concern, reason, record=record, rules=self.rules)

    def concern(self, id: str) -> Concern:
        with self.records.reading(ONLOOKER, now=self.clock()) as record:
            return record.concern(id).concern

    def referral(self, raised: Raised, task: str) -> Referral:
        return self.concern(raised.concern).referral(ReferralId(task))

    def referral_at(self, service: str, raised: Raised) -> str:
        """The id of the newest referral of the concern at the service of that key."""
        at_service = service_id(service)
        found = [one.id for one in self.concern(raised.concern).referrals
                 if one.service == at_service]  # fmt: skip
        return max(found)

    def open_ask(self, concern: str) -> str:
        (ask,) = self.concern(concern).open_asks
        return ask.id

    def queue(self) -> list[QueueRow]:
        with self.records.reading(ONLOOKER, now=self.clock()) as record:
            return list(record.session.scalars(select(QueueRow).order_by("made_at", "task_id")))

    def counts(self) -> dict[str, int]:
        return row_counts(self.records)


def row_counts(records: Records) -> dict[str, int]:
    """The rows of each table; looks and refusals that wait to be chained are no change."""
    with records.database.read() as session:
        return {
            name: session.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in metadata.tables.items()
            if name != "audit_waiting"
        }


def _who(by: str | Principal) -> Principal:
    return as_(by) if isinstance(by, str) else by

"""What the rules need from outside, put together from the policies and the directory."""

from dataclasses import dataclass, field
from datetime import date, datetime

from services.referral.domain.changes import Circumstances
from services.referral.domain.clocks import Step, clock_for, due_at
from services.referral.domain.concern import AskKind, Target
from services.referral.domain.moves import Kind
from services.referral.domain.rungs import ClockRules
from services.referral.domain.service_directory import ServiceEntry, find_desk
from services.referral.domain.working_days import london_date
from services.referral.policies.reader import Policies
from services.referral.records.accounts import assignee_of
from services.referral.records.directory import Directory
from services.referral.records.ids import new_id
from services.referral.records.reading import Reading
from services.referral.records.waits import Waits
from shared.errors import Conflict

_STEPS = {
    AskKind.QUESTION: Step.ANSWER,
    AskKind.NEXT_STEP: Step.NEXT_STEP,
    AskKind.REACH: Step.REACH_FAMILY,
    AskKind.MISSED: Step.NEW_TIME,
}


@dataclass(frozen=True, kw_only=True)
class Rulebook:
    """The policies in force, the bank holidays and the directory of services."""

    policies: Policies
    holidays: frozenset[date]
    directory: Directory = field(default_factory=Directory)
    waits: Waits = field(default_factory=Waits)

    def due(self, step: Step, since: datetime) -> datetime:
        """When a question or a next step that began at `since` must be done."""
        clock = clock_for(step, service=None, clocks=self.policies.clocks, on=london_date(since))
        return due_at(since, clock.limit, self.holidays)

    def clock_rules(self, record: Reading) -> ClockRules:
        """The rules of clocks and ladders, with the services as the directory knows them."""
        kinds = {entry.id: entry.kind for entry in self.directory.entries(record)}
        return ClockRules(
            clocks=self.policies.clocks,
            ladders=self.policies.ladders,
            holidays=self.holidays,
            kind_of=kinds.get,
        )


def circumstances(
    rules: Rulebook, record: Reading, *, areas: tuple[str, ...], now: datetime
) -> Circumstances:
    """For a concern of these districts; Conflict when the directory has no desk."""
    entries = rules.directory.entries(record)
    return Circumstances(
        now=now,
        new_id=new_id,
        rules=rules.clock_rules(record),
        ask_due=lambda kind: rules.due(_STEPS[kind], now),
        desk=lambda: desk_target(record, entries, areas),
    )


def desk_target(
    record: Reading, entries: tuple[ServiceEntry, ...], areas: tuple[str, ...]
) -> Target:
    """The coordinator's desk of these districts, with the person who owns what comes in."""
    desk = find_desk(areas, entries)
    if desk is None:
        raise Conflict("There is no coordinator's desk that could take this concern.")
    return target(record, desk)


def target(record: Reading, entry: ServiceEntry) -> Target:
    """A service as a referral can be made to it; a desk always with a named owner."""
    if not entry.is_desk:
        return Target(service=entry.id)
    return Target(service=entry.id, kind=Kind.DESK, assigned_to=assignee_of(record, entry.id))

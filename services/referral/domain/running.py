"""The clocks of one referral: which limits run on it, how far it has climbed, what excuses it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class HelpPart(StrEnum):
    """Help has started when all of these are recorded."""

    ASSESSMENT = "assessment"
    BASELINE = "baseline"
    PLAN = "plan"
    INTERVENTION = "intervention"


@dataclass(frozen=True, kw_only=True)
class PartialStop:
    """One part of the help was recorded; the clock goes on until all are."""

    part: HelpPart
    at: datetime


@dataclass(frozen=True, kw_only=True)
class RunningClock:
    """One limit that runs, or ran, on one referral.

    `clock` is the id of the policy row and `version` the `validFrom` of the version it started
    under, which stays when a new one comes. `due_at` is never moved. `rungs` is one more than the
    highest level that it has taken: 0 none, 1 nudged (level 0), 2 overdue (level 1), and so on.
    `acknowledged_at`: somebody has said "I have seen it"; that never stops the climb.
    """

    clock: str
    version: date
    started_at: datetime
    due_at: datetime
    stopped_at: datetime | None = None
    rungs: int = 0
    acknowledged_at: datetime | None = None
    partial: tuple[PartialStop, ...] = ()

    @property
    def is_running(self) -> bool:
        return self.stopped_at is None

    @property
    def is_unseen(self) -> bool:
        """Whether it has climbed since somebody last said that they have seen it."""
        return self.is_running and self.rungs > 0 and self.acknowledged_at is None

    @property
    def is_helped(self) -> bool:
        """Whether every part of the help is recorded."""
        return {part.part for part in self.partial} == set(HelpPart)


@dataclass(frozen=True, kw_only=True)
class ClockException:
    """A limit need not be met, from one London date to another, because E1 to E4 made it
    impractical.

    No day is ever subtracted: the due date stays, and every figure is given with and without. Of
    E1 and E2 the two dates are the closure's own, and advice was asked for on `asked_on`.
    """

    code: str
    clock: str
    from_: date
    to: date
    evidence: str
    decided_by: str
    decided_at: datetime
    asked_on: date | None = None


class Risk(StrEnum):
    """What lets a referral climb by the swift ladder, whatever its priority."""

    LOOKED_AFTER = "looked-after"
    LOST_SKILLS = "lost-skills"
    SAFEGUARDING = "safeguarding"

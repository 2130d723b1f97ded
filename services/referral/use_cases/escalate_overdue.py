"""The sweep: every referral that has waited too long takes its next rung of the ladder, once.

What one referral climbs is written in one transaction: its level, the line of history, the action
for a named person, the audit, and the one message to everybody whom the rung reaches.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from services.referral.records import sweeps
from services.referral.records.runs import Tally, Turn, keep
from services.referral.records.sweeps import Due
from services.referral.use_cases.climbing import Climbed, climb_concern
from services.referral.use_cases.take_turns import SWEEP, in_turn, minute_of
from services.referral.use_cases.workplace import Workplace
from shared.contract import Moment
from shared.identity import job

CLOCK = job("clock")
#: So many in one transaction.
BATCH = 200
#: On SQLite whoever else writes, a page that notes its look among them, waits for a batch to end.
SMALL_BATCH = 10

log = structlog.get_logger(__name__)


class Replaced(Exception):
    """The lease has ended, and another replica sweeps by now."""


@dataclass(frozen=True, kw_only=True)
class Swept:
    """What one sweep did."""

    tally: Tally = field(default_factory=Tally)
    climbed: tuple[Climbed, ...] = ()

    def __add__(self, other: "Swept") -> "Swept":
        return Swept(tally=self.tally + other.tally, climbed=self.climbed + other.climbed)


def sweep_in_turn(*, at: Workplace) -> Tally | None:
    """This minute's sweep, unless another replica does it. In a long backlog it rests as much as it
    works, so that people who are at work meanwhile notice little."""

    def sweeps_now(turn: Turn) -> Tally:
        return escalate_overdue(at=at, now=at.clock(), turn=turn, rest=time.sleep).tally

    return in_turn(SWEEP, minute_of(at.clock()), sweeps_now, at=at)


def escalate_overdue(
    *,
    at: Workplace,
    now: datetime,
    turn: Turn | None = None,
    size: int | None = None,
    rest: Callable[[float], None] | None = None,
) -> Swept:
    """One sweep as if at that instant. Each clock takes at most one rung, however late it is.

    `size` referrals are written together. `turn` is held on with each batch; Replaced where it was
    lost, and that batch is undone. `rest` is given the seconds that each full batch took.
    """
    size = size or (SMALL_BATCH if at.records.database.is_sqlite else BATCH)
    swept = Swept()
    last: Due | None = None
    while wanted := _due(at, now, last, size):
        began = time.monotonic()
        swept += _batch(wanted, at, now, turn)
        last = wanted[-1]
        if rest and len(wanted) == size:
            rest(time.monotonic() - began)
    return swept


def _due(at: Workplace, now: datetime, after: Due | None, size: int) -> list[Due]:
    with at.records.reading(CLOCK, now=now) as record:
        return sweeps.due(record, now, after=after, size=size)


def _batch(wanted: Sequence[Due], at: Workplace, now: datetime, turn: Turn | None) -> Swept:
    """Together; one by one where that fails, so that what cannot be read holds up no other."""
    try:
        return _together(wanted, at, now, turn)
    except Replaced:
        raise
    except Exception as failure:
        if len(wanted) == 1:
            why = type(failure).__name__  # its words may name a child
            log.error("referral not swept", task=wanted[0].task, why=why)
            return Swept(tally=Tally(looked_at=1, errors=1))
    swept = Swept()
    for one in wanted:
        swept += _batch([one], at, now, turn)
    return swept


def _together(wanted: Sequence[Due], at: Workplace, now: datetime, turn: Turn | None) -> Swept:
    with at.records.writing(CLOCK, now=now) as record:
        if turn and not keep(record.session, turn, now=at.clock()):
            raise Replaced
        held = sweeps.hold(record, wanted)
        found = sweeps.load(record, held, [one.task for one in wanted])
        tasks = [task for waiting in found for task in waiting.due]
        asked = {
            ask.referral for one in found for ask in one.loaded.concern.asks if ask.id in one.due
        }
        untold = record.take_back(Moment.ESCALATED, list({*tasks, *asked}))
        climbed = [
            one
            for waiting in found
            for one in climb_concern(
                waiting, untold, record=record, rules=at.rules, hold=at.clock()
            )
        ]
    acted = [one for one in climbed if one.climbs or one.told]
    return Swept(
        tally=Tally(looked_at=len(tasks), acted_on=len(acted)),
        climbed=tuple(acted),
    )

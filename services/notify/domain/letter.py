"""A letter that somebody here prints and posts, for people whom nothing else reaches."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from services.notify.domain.channel import ReceiptState
from services.notify.domain.hours import LONDON, Window, london_date, on_clock, start_of_day
from shared.errors import Conflict

#: It may come back for so long; then nobody needs the address any more.
KEPT = timedelta(days=28)


class Step(StrEnum):
    """What somebody did with it."""

    PRINTED = "printed"
    POSTED = "posted"
    NOT_POSTED = "not-posted"  # there is something wrong with it
    CAME_BACK = "came-back"


class LetterState(StrEnum):
    TO_POST = "to-post"
    POSTED = "posted"
    NOT_POSTED = "not-posted"
    CAME_BACK = "came-back"


#: Where each step leads from where; printing changes nothing.
STEPS: Mapping[Step, tuple[LetterState, LetterState]] = {
    Step.PRINTED: (LetterState.TO_POST, LetterState.TO_POST),
    Step.POSTED: (LetterState.TO_POST, LetterState.POSTED),
    Step.NOT_POSTED: (LetterState.TO_POST, LetterState.NOT_POSTED),
    Step.CAME_BACK: (LetterState.POSTED, LetterState.CAME_BACK),
}

#: How far its message came by that. A letter in the post box may arrive or not.
RECEIPTS: Mapping[Step, ReceiptState] = {
    Step.POSTED: ReceiptState.SENT,
    Step.NOT_POSTED: ReceiptState.PERMANENT_FAILURE,
    Step.CAME_BACK: ReceiptState.PERMANENT_FAILURE,
}


@dataclass(frozen=True, kw_only=True)
class Letter:
    """`id` is its message's id; `areas` are those whose coordinators see it, or none for all. Since
    `late_told_at` it is known that it lies there too long."""

    id: str
    address: str
    subject: str
    text: str
    language: str
    large_print: bool
    areas: frozenset[str]
    made_at: datetime
    state: LetterState = LetterState.TO_POST
    printed_at: datetime | None = None
    ended_at: datetime | None = None
    ended_by: str = ""
    late_told_at: datetime | None = None

    @property
    def name(self) -> str:
        """The first line of the address."""
        return self.address.partition("\n")[0]

    def is_for(self, areas: frozenset[str]) -> bool:
        return not self.areas or bool(self.areas & areas)

    def is_late(self, now: datetime, workdays: Window) -> bool:
        return self.state is LetterState.TO_POST and now >= late_at(self.made_at, workdays)


def late_at(made_at: datetime, workdays: Window) -> datetime:
    """When a letter has lain there for one working day: at the same hour of the next."""
    tomorrow = start_of_day(london_date(made_at) + timedelta(days=1))
    day = london_date(workdays.next_open(tomorrow))
    return on_clock(day, made_at.astimezone(LONDON).time())


def after(letter: Letter, step: Step) -> LetterState:
    """Its state after that step. Conflict when somebody else was first."""
    before, then = STEPS[step]
    if letter.state is not before:
        raise Conflict("Somebody has already said what became of this letter.")
    return then

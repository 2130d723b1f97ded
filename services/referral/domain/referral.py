"""What a referral is: one service asked to help with one concern."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NewType

from services.referral.domain.moves import FOLLOWING, MOVES, OPEN, Kind, Move, State, When
from services.referral.domain.running import ClockException, HelpPart, Risk, RunningClock
from shared.errors import Conflict

ReferralId = NewType("ReferralId", str)
ConcernId = NewType("ConcernId", str)
ChildId = NewType("ChildId", str)
ServiceId = NewType("ServiceId", str)
OrganisationId = NewType("OrganisationId", str)


@dataclass(frozen=True, kw_only=True)
class Referral:
    """One service asked to help with one concern.

    `first_received_at` is the first clock: it never changes, and a referral made in place of this
    one takes it over. `because` says in words why it came here. `assigned_to` is the reference of a
    named person, where there is one. `due_at` is that of the clock that counts now; `last_contact`
    is when the family last heard something while they wait; `seen_at` is when the child was first
    seen.
    """

    id: ReferralId
    service: ServiceId
    kind: Kind = Kind.SERVICE
    state: State = State.SUBMITTED
    priority: str = "routine"
    because: str
    first_received_at: datetime
    made_at: datetime
    due_at: datetime
    resumes: State | None = None
    reason: str | None = None
    reason_text: str | None = None
    outcome: str | None = None
    outcome_text: str | None = None
    assigned_to: str | None = None
    replaces: ReferralId | None = None
    level: int = 0
    risks: frozenset[Risk] = frozenset()
    clocks: tuple[RunningClock, ...] = ()
    exceptions: tuple[ClockException, ...] = ()
    recorded: frozenset[HelpPart] = frozenset()
    last_contact: datetime | None = None
    seen_at: datetime | None = None
    next_escalation_at: datetime | None = None
    version: int = 0

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def step(self) -> State:
        """Where it is on its way: its state, or while it is paused the one that it goes back to."""
        return (self.resumes or State.RECEIVED) if self.state is State.PAUSED else self.state

    def can(self, move: Move) -> bool:
        """Whether the state it is in allows the move; who may make it is `access.may_move`."""
        rule = MOVES[move]
        is_time = rule.when is None or _HOLDS[rule.when](self)
        return is_time and self.state in rule.starts and self.kind in rule.at

    def moves(self) -> list[Move]:
        return [move for move in Move if self.can(move)]

    def after(self, move: Move, **changes: object) -> "Referral":
        """The referral once the move is made; MoveRefused when the table does not allow it."""
        if not self.can(move):
            raise MoveRefused(self, move)
        if MOVES[move].stays:
            return replace(self, **changes)  # type: ignore[arg-type]
        end = self.end_of(move)
        resumes = self.state if end is State.PAUSED else None
        return replace(self, state=end, resumes=resumes, **changes)  # type: ignore[arg-type]

    def end_of(self, move: Move) -> State:
        """The state in which the move would leave it."""
        rule = MOVES[move]
        return self.state if rule.stays else rule.end or self.resumes or State.RECEIVED

    @property
    def unrecorded(self) -> list[HelpPart]:
        """The parts of the help that nobody has recorded, by an output or by a move."""
        stopped = {part.part for clock in self.clocks for part in clock.partial}
        return [part for part in HelpPart if part not in self.recorded | stopped]


#: Each condition of the table of moves, as it is asked of a referral.
_HOLDS: dict[When, Callable[[Referral], bool]] = {
    When.UNSEEN: lambda referral: any(one.is_unseen for one in referral.clocks),
    When.LIMITED: lambda referral: any(one.is_running for one in referral.clocks),
    When.UNRECORDED: lambda referral: bool(referral.unrecorded),
}


class MoveRefused(Conflict):
    """The state model does not allow this move now; `allowed` names those that it does."""

    def __init__(self, referral: Referral, wanted: Move | str) -> None:
        self.allowed = [move for move in referral.moves() if move not in FOLLOWING]
        allowed = ", ".join(self.allowed) or "none"
        super().__init__(
            f"A referral that is {referral.state} does not allow “{wanted}”. "
            f"Allowed now: {allowed}."
        )

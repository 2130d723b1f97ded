"""Compare what was to be told with what was: nothing may be missing between any two steps."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from services.notify.channels.recipients import Unreachable
from services.notify.domain.message import ACCEPTED, STOPPED, MessageState
from services.notify.messages.totals import Counts, Tallies
from shared.contract import Totals

#: These are not with a provider, and that is right so far.
EXPLAINED = STOPPED | {MessageState.HELD}

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Reconciled:
    """The four numbers, what explains that fewer messages were accepted, and what nothing does."""

    theirs: Totals
    ours: Counts

    @property
    def outbox(self) -> int:
        """Events that should be here: all but those held for a later day."""
        return self.theirs.published + self.theirs.waiting + self.theirs.parked

    @property
    def accepted(self) -> int:
        return sum(self.ours.states[state] for state in ACCEPTED)

    @property
    def explained(self) -> Counter[MessageState]:
        return +Counter({state: self.ours.states[state] for state in sorted(EXPLAINED)})

    @property
    def open(self) -> Counter[MessageState]:
        """What should be with a provider, and is not, or may not be."""
        return Counter(
            {
                state: number
                for state, number in sorted(self.ours.states.items())
                if state not in ACCEPTED | EXPLAINED
            }
        )

    @property
    def differences(self) -> list[str]:
        found = []
        if self.outbox != self.ours.events:
            parked, waiting = self.theirs.parked, self.theirs.waiting
            found.append(
                f"events missing here: {self.outbox - self.ours.events} "
                f"(waiting {waiting}, parked {parked})"
            )
        if self.ours.asked != self.ours.kept:
            found.append(f"messages missing: {self.ours.asked - self.ours.kept}")
        if self.open:
            found.append(f"not with a provider: {_listed(self.open)}")
        return found

    def __str__(self) -> str:
        messages = sum(self.ours.states.values())
        lines = [
            f"outbox {self.outbox} / inbox {self.ours.events} / "
            f"messages {messages} / accepted by provider {self.accepted}"
        ]
        if self.explained:
            lines.append(f"not to be with a provider: {_listed(self.explained)}")
        return "\n".join([*lines, *self.differences])


def reconcile(tallies: Tallies, ask: Callable[[Totals], Totals], *, now: datetime) -> Reconciled:
    """Raises Unreachable when the referral service does not say how much it handed over."""
    theirs = ask(tallies.own(now=now))
    tallies.hear(theirs, now=now)
    return Reconciled(theirs, tallies.counts())


def beat(tallies: Tallies, ask: Callable[[Totals], Totals], *, now: datetime) -> None:
    """Each minute: say our totals and hear theirs. What they handed over and is not here, or ours
    that they have not, is missing."""
    ours = tallies.own(now=now)
    try:
        theirs = ask(ours)
    except Unreachable as failure:
        log.warning("no heartbeat", why=str(failure))
        return
    tallies.hear(theirs, now=now)
    if ours.taken < theirs.published:
        log.error("events of referral are missing", missing=theirs.published - ours.taken)


def _listed(states: Counter[MessageState]) -> str:
    return ", ".join(f"{state} {number}" for state, number in states.items())

"""Send what is due: ask whether and where each person may be told, then try each message once."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import uuid4

import structlog

from services.notify.channels.recipients import Unreachable
from services.notify.domain.message import Message, Outcome, Result, State
from services.notify.domain.retry import after
from services.notify.messages.store import Store
from shared.contract import Channel, RecipientQuery, RecipientResult

LIMIT = 50
#: Who may be told and cannot be is somebody's work; who may not be told is nobody's.
NO_ADDRESS = "no-address"
LEASE = timedelta(minutes=10)  # more than a pass takes if the mail server is slow to answer

log = structlog.get_logger(__name__)


class Send(Protocol):
    """A channel: one try with one message, to where the person may be reached now."""

    def __call__(self, message: Message, *, to: RecipientResult, now: datetime) -> Outcome: ...


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """What sending takes. `ask` answers each query in its place, or raises Unreachable; `chance`
    gives 0 to 1 for how long to wait after a failure."""

    store: Store
    ask: Callable[[Sequence[RecipientQuery]], list[RecipientResult]]
    channels: Mapping[Channel, Send]
    chance: Callable[[], float]


def deliver_due(delivery: Delivery, *, now: datetime) -> Counter[State]:
    """One pass over what is due; how many messages it left in each state."""
    done = delivery.store.recover(now=now)
    claim = str(uuid4())
    messages = delivery.store.claim(now=now, limit=LIMIT, lease=LEASE, claim=claim)
    if messages:
        one_pass = _Pass(delivery, claim, now, set())
        done += one_pass.deliver(messages)
    return done


@dataclass(frozen=True)
class _Pass:
    delivery: Delivery
    claim: str
    now: datetime
    unreachable: set[Channel]

    def deliver(self, messages: list[Message]) -> Counter[State]:
        queries = [
            RecipientQuery(
                recipient=m.recipient, child=m.child, task=m.task, moment=m.moment, event=m.event
            )
            for m in messages
        ]
        try:
            results = self.delivery.ask(queries)
        except Unreachable as failure:
            later = Outcome(Result.LATER, str(failure))
            return Counter(self._settle(message, later) for message in messages)
        return Counter(map(self._deliver_one, messages, results))

    def _deliver_one(self, message: Message, result: RecipientResult) -> State:
        if not result.may_send:
            why_not = Result.NEVER if result.reason == NO_ADDRESS else Result.CANCELLED
            return self._settle(message, Outcome(why_not, result.reason))
        if message.channel in self.unreachable:
            return self._settle(message, Outcome(Result.UNREACHABLE, "channel-unreachable"))
        return self._try(message, result)

    def _try(self, message: Message, to: RecipientResult) -> State:
        started = self.delivery.store.start(message, claim=self.claim, now=self.now, lease=LEASE)
        if not started:
            return State.SENDING  # by the pass that took it over
        try:
            send = self.delivery.channels[message.channel]
            outcome = send(message, to=to, now=self.now)
        except Exception as failure:  # one that cannot be sent must not hold up the next
            log.error("message broke its channel", message=message.id, why=type(failure).__name__)
            outcome = Outcome(Result.UNCERTAIN, type(failure).__name__)
        if outcome.result is Result.UNREACHABLE:
            self.unreachable.add(message.channel)
        return self._settle(message, outcome)

    def _settle(self, message: Message, outcome: Outcome) -> State:
        then = after(message, outcome, now=self.now, chance=self.delivery.chance())
        self.delivery.store.settle(then, outcome, claim=self.claim, now=self.now)
        log.info("message tried", message=message.id, state=then.state, reason=outcome.reason)
        return then.state

"""Send what is due: ask whether and where each person may be told, then try each message once."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import uuid4

import structlog

from services.notify.channels.recipients import Unreachable
from services.notify.domain.channel import Capacity, Outcome, Provider, Providers, Sent
from services.notify.domain.message import Cause, Message, MessageState
from services.notify.domain.retry import after_try, again
from services.notify.messages.store import Store
from services.notify.use_cases.compose import Compose, Composed
from services.notify.use_cases.recover import recover
from shared.contract import Channel, RecipientQuery, RecipientResult

LIMIT = 50
#: What is not worth claiming waits, and no try is counted.
MOST = {Capacity.ALL: LIMIT, Capacity.ONE: 1, Capacity.NONE: 0}
#: Who may be told and cannot be is somebody's work; who may not be told is nobody's.
NO_ADDRESS = "no-address"
LEASE = timedelta(minutes=10)  # more than a pass takes if a provider is slow to answer
#: Another provider may be tried at once: with these nothing has left.
ELSEWHERE = frozenset({Outcome.TEMPORARY, Outcome.TECHNICAL})

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """What sending takes. `ask` answers each query in its place, or raises Unreachable; `chance`
    gives 0 to 1 for how long to wait after a failure; `clock` is the time by the wall."""

    store: Store
    ask: Callable[[Sequence[RecipientQuery]], list[RecipientResult]]
    channels: Mapping[Channel, Providers]
    compose: Compose
    chance: Callable[[], float]
    clock: Callable[[], datetime]


def deliver_due(delivery: Delivery, *, now: datetime) -> Counter[MessageState]:
    """One pass over what is due; how many messages it left in each state."""
    done = recover(delivery.store, delivery.channels, now=now, chance=delivery.chance)
    claim = str(uuid4())
    most = {way: MOST[one.capacity(now)] for way, one in delivery.channels.items()}
    messages = delivery.store.claim(most, now=now, lease=LEASE, claim=claim)
    if messages:
        done += _Pass(delivery, claim, now).deliver(messages)
    return done


@dataclass(frozen=True)
class _Pass:
    delivery: Delivery
    claim: str
    now: datetime
    #: Providers that could not be spoken to in this pass.
    away: set[str] = field(default_factory=set)

    def deliver(self, messages: list[Message]) -> Counter[MessageState]:
        try:
            results = self.delivery.ask([_query(message) for message in messages])
        except Unreachable as failure:
            return Counter(self._later(message, str(failure)) for message in messages)
        return Counter(map(self._deliver_one, messages, results))

    def _deliver_one(self, message: Message, to: RecipientResult) -> MessageState:
        address = _address(message, to)
        if not to.may_send or address is None:
            return self._stop(message, to.reason or NO_ADDRESS)
        try:
            composed = self.delivery.compose(message, to, address)
        except Exception as failure:  # one that has no words must not hold up the next
            log.error("message has no words", message=message.id, why=type(failure).__name__)
            return self._stop(message, "no-words", MessageState.TECHNICAL_FAILURE)
        return self._try(composed, frozenset(self.away))

    def _try(self, composed: Composed, tried: frozenset[str]) -> MessageState:
        message, providers = composed.message, self.delivery.channels[composed.message.channel]
        provider = providers.pick(message.id, tried=tried, now=self.now)
        if provider is None:
            return self._later(message, message.reason or "no-provider")
        sending = self._start(message, provider)
        if sending is None:
            return MessageState.SENDING  # by the pass that took it over
        sent = self._send(provider, replace(composed, message=sending))
        providers.learn(sent, now=self.now)
        if sent.is_away:
            self.away.add(provider.name)
        after = self._settle(sending, sent, provider)
        if sent.outcome in ELSEWHERE and after.state is MessageState.TEMPORARY_FAILURE:
            return self._elsewhere(replace(composed, message=after), tried | {provider.name})
        return after.state

    def _elsewhere(self, composed: Composed, tried: frozenset[str]) -> MessageState:
        providers = self.delivery.channels[composed.message.channel]
        if providers.pick(composed.message.id, tried=tried, now=self.now) is None:
            return composed.message.state
        return self._try(composed, tried)

    def _start(self, message: Message, provider: Provider) -> Message | None:
        """The message as it is while it leaves; None when this pass may not send it any more."""
        started = self.delivery.clock()
        sending = message.to(
            MessageState.SENDING,
            Cause.TRY,
            attempts=message.attempts + 1,
            provider=provider.name,
        )
        store = self.delivery.store
        if not store.start(sending, claim=self.claim, now=started, lease=LEASE):
            return None
        # A process that stood still here has lost its turn: another may be sending by now.
        return sending if self.delivery.clock() < started + LEASE else None

    def _send(self, provider: Provider, composed: Composed) -> Sent:
        try:
            return provider.send(composed.outgoing)
        except Exception as failure:  # one that cannot be sent must not hold up the next
            why = type(failure).__name__
            log.error("message broke its channel", message=composed.message.id, why=why)
            return Sent(outcome=Outcome.UNCERTAIN, provider=provider.name, code=why)

    def _settle(self, sending: Message, sent: Sent, provider: Provider) -> Message:
        chance = self.delivery.chance()
        after = after_try(sending, sent, provider, now=self.now, chance=chance)
        self.delivery.store.settle(after, sent, claim=self.claim, now=self.now)
        log.info("message tried", message=after.id, state=after.state, reason=after.reason)
        return after

    def _later(self, message: Message, why: str) -> MessageState:
        chance = self.delivery.chance()
        return self._put_off(again(message, why, by=Cause.NOT_NOW, now=self.now, chance=chance))

    def _stop(self, message: Message, why: str, state: MessageState | None = None) -> MessageState:
        nowhere = why == NO_ADDRESS
        state = state or (MessageState.PERMANENT_FAILURE if nowhere else MessageState.CANCELLED)
        stopped = message.to(state, Cause.NOT_ANY_MORE, reason=why, settled_at=self.now)
        return self._put_off(stopped)

    def _put_off(self, message: Message) -> MessageState:
        self.delivery.store.put_off(message, claim=self.claim, now=self.now)
        log.info("message not sent", message=message.id, state=message.state, why=message.reason)
        return message.state


def _query(message: Message) -> RecipientQuery:
    return RecipientQuery(
        recipient=message.recipient,
        child=message.child,
        task=message.task,
        moment=message.moment,
        event=message.event,
    )


def _address(message: Message, to: RecipientResult) -> str | None:
    return "" if message.channel is Channel.IN_APP else to.email

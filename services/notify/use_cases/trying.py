"""Try to send: write down that it leaves, let it leave, write down what came of it."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from services.notify.domain.channel import Outcome, Outgoing, Provider, Sent
from services.notify.domain.message import UNSENT, Cause, Message, MessageState
from services.notify.domain.retry import after_try, again
from services.notify.use_cases.delivery import LEASE, Delivery

#: Another provider may be tried at once: with these nothing has left.
ELSEWHERE = frozenset({Outcome.TEMPORARY, Outcome.TECHNICAL})

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Trying:
    """One pass, called `claim`; `away` are providers that could not be spoken to in it."""

    delivery: Delivery
    claim: str
    now: datetime
    away: set[str] = field(default_factory=set)

    def send(self, messages: list[Message], outgoing: Outgoing) -> Counter[MessageState]:
        """One thing leaves, which says all of these messages: one, or those of a digest."""
        return self._try(messages, outgoing, frozenset(self.away))

    def later(self, message: Message, why: str) -> MessageState:
        chance = self.delivery.chance()
        return self.put_off(again(message, why, by=Cause.NOT_NOW, now=self.now, chance=chance))

    def put_off(self, message: Message) -> MessageState:
        """Keep what was decided instead of trying."""
        self.delivery.store.put_off(message, claim=self.claim, now=self.now)
        log.info("message not sent", message=message.id, state=message.state, why=message.reason)
        return message.state

    def _try(
        self, messages: list[Message], outgoing: Outgoing, tried: frozenset[str]
    ) -> Counter[MessageState]:
        providers = self.delivery.channels[messages[0].channel]
        provider = providers.pick(outgoing.id, tried=tried, now=self.now)
        if provider is None:
            return Counter(self.later(one, one.reason or "no-provider") for one in messages)
        sending = self._start(messages, provider)
        if not sending:
            return Counter({MessageState.SENDING: len(messages)})  # by whoever took it over
        sent = self._hand_over(provider, outgoing)
        providers.learn(sent, now=self.now)
        if sent.is_away:
            self.away.add(provider.name)
        after = self._settle(sending, sent, provider)
        tried |= {provider.name}
        is_open = sent.outcome in ELSEWHERE and all(one.state in UNSENT for one in after)
        if is_open and providers.pick(outgoing.id, tried=tried, now=self.now):
            return self._try(after, outgoing, tried)
        return Counter(one.state for one in after)

    def _start(self, messages: list[Message], provider: Provider) -> list[Message]:
        """The messages as they are while they leave; none where this pass may send them no more."""
        started, store = self.delivery.clock(), self.delivery.store
        trying = [
            one.to(
                MessageState.SENDING,
                Cause.TRY,
                attempts=one.attempts + 1,
                provider=provider.name,
            )
            for one in messages
        ]
        ours = [
            one for one in trying if store.start(one, claim=self.claim, now=started, lease=LEASE)
        ]
        # A process that stood still here has lost its turn: another may be sending by now.
        return ours if self.delivery.clock() < started + LEASE else []

    def _hand_over(self, provider: Provider, outgoing: Outgoing) -> Sent:
        try:
            return provider.send(outgoing)
        except Exception as failure:  # one that cannot be sent must not hold up the next
            why = type(failure).__name__
            log.error("message broke its channel", message=outgoing.id, why=why)
            return Sent(outcome=Outcome.UNCERTAIN, provider=provider.name, code=why)

    def _settle(self, sending: list[Message], sent: Sent, provider: Provider) -> list[Message]:
        chance = self.delivery.chance()
        after = [after_try(one, sent, provider, now=self.now, chance=chance) for one in sending]
        for one in after:
            self.delivery.store.settle(one, sent, claim=self.claim, now=self.now)
            log.info("message tried", message=one.id, state=one.state, reason=one.reason)
        return after

"""Ask providers what became of messages for which no receipt came: a callback can get lost."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from services.notify.domain.channel import Answering, NotKnownNow, Receipt, ReceiptState
from services.notify.messages.receipts import Receipts, Unanswered

#: A receipt by callback comes within minutes, or after several tries of its sender.
PATIENCE = timedelta(minutes=30)
#: GOV.UK Notify forgets a message after seven days.
KNOWN_FOR = timedelta(days=7)
LIMIT = 100  # look-ups for each provider in one pass

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Polling:
    """`providers` are those that can be asked. `asked_until` remembers how far each was asked
    about, so that each pass goes on from there and begins again at the end."""

    providers: Sequence[Answering]
    receipts: Receipts
    chance: Callable[[], float]
    asked_until: dict[str, datetime] = field(default_factory=dict)

    def __call__(self, now: datetime) -> int:
        """How many messages it found something new about."""
        return sum(self._ask(provider, now) for provider in self.providers)

    def _ask(self, provider: Answering, now: datetime) -> int:
        earliest = now - KNOWN_FOR
        after = max(self.asked_until.get(provider.name, earliest), earliest)
        waiting = self.receipts.without_receipt(
            provider=provider.name, after=after, before=now - PATIENCE, limit=LIMIT
        )
        try:
            news = sum(self._ask_about(one, provider, now) for one in waiting)
        except NotKnownNow as failure:
            log.warning("no receipts to be had", provider=provider.name, why=str(failure))
            return 0
        self.asked_until[provider.name] = waiting[-1].sent_at if waiting else earliest
        return news

    def _ask_about(self, one: Unanswered, provider: Answering, now: datetime) -> bool:
        found = provider.look_up(one.message)
        if found is None or found.state is ReceiptState.SENT:
            return False
        return self._receive(found, provider, now)

    def _receive(self, found: Receipt, provider: Answering, now: datetime) -> bool:
        chance = self.chance()
        return self.receipts.receive(found, provider=provider.name, now=now, chance=chance)

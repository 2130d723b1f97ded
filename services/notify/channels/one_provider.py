"""A channel with a single provider: it is always tried."""

from dataclasses import dataclass
from datetime import datetime

from services.notify.domain.channel import Capacity, Provider, Sent


@dataclass(frozen=True)
class OneProvider:
    provider: Provider

    def pick(self, message: str, *, tried: frozenset[str], now: datetime) -> Provider | None:
        return None if self.provider.name in tried else self.provider

    def capacity(self, now: datetime) -> Capacity:
        return Capacity.ALL

    def learn(self, sent: Sent, *, now: datetime) -> None:
        """There is no other to turn to."""

    def named(self, name: str) -> Provider | None:
        return self.provider if self.provider.name == name else None

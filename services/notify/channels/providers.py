"""The providers of one channel: shared out by weight, and left alone while they are down."""

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from services.notify.domain.breaker import Breaker, Position, is_failure
from services.notify.domain.channel import Capacity, Provider, Sent


class KeepsBreakers(Protocol):
    """Where breakers are kept; see messages.breakers."""

    def standing(self) -> dict[str, Breaker]: ...

    def take_probe(self, provider: str, *, now: datetime) -> bool: ...

    def failed(self, provider: str, *, now: datetime) -> Breaker: ...

    def worked(self, provider: str) -> None: ...


@dataclass(frozen=True, kw_only=True)
class WeightedProviders:
    """`weights` says which share of the messages each provider is tried with first, by its name; 1
    for one that is not named. One with 0 only stands in for the others. The breakers are read once
    an instant, which is once a pass, and again after this process has changed one."""

    providers: Sequence[Provider]
    breakers: KeepsBreakers
    weights: Mapping[str, float]
    _seen: dict[datetime, dict[str, Breaker]] = field(default_factory=dict, repr=False)

    def pick(self, message: str, *, tried: frozenset[str], now: datetime) -> Provider | None:
        standing = self._standing(now)
        for provider in in_turn(message, self.providers, self.weights):
            if provider.name not in tried and self._may_try(provider, standing, now):
                return provider
        return None

    def capacity(self, now: datetime) -> Capacity:
        """A channel without a provider takes everything: its messages then fail in their time, and
        somebody hears of it."""
        standing = self._standing(now)
        positions = {_position(standing, one, now) for one in self.providers}
        if Position.CLOSED in positions or not self.providers:
            return Capacity.ALL
        return Capacity.ONE if Position.HALF_OPEN in positions else Capacity.NONE

    def learn(self, sent: Sent, *, now: datetime) -> None:
        failure = is_failure(sent)
        if failure:
            self.breakers.failed(sent.provider, now=now)
            self._seen.clear()
        elif failure is False and sent.provider in self._standing(now):
            self.breakers.worked(sent.provider)
            self._seen.clear()

    def named(self, name: str) -> Provider | None:
        return next((one for one in self.providers if one.name == name), None)

    def _standing(self, now: datetime) -> dict[str, Breaker]:
        found = self._seen.get(now)
        if found is None:
            found = self.breakers.standing()
            self._seen.clear()
            self._seen[now] = found
        return found

    def _may_try(self, provider: Provider, standing: dict[str, Breaker], now: datetime) -> bool:
        position = _position(standing, provider, now)
        if position is Position.HALF_OPEN:
            self._seen.clear()
            return self.breakers.take_probe(provider.name, now=now)
        return position is Position.CLOSED


def in_turn(
    message: str, providers: Sequence[Provider], weights: Mapping[str, float]
) -> list[Provider]:
    """The order in which providers are tried with a message: each comes first for its share of all
    messages, and the same message always finds the same order, so that a repeat meets whoever may
    have it already (weighted rendezvous hashing)."""
    return sorted(
        providers, key=lambda one: _draw(message, one.name, weights.get(one.name, 1)), reverse=True
    )


def _draw(message: str, provider: str, weight: float) -> float:
    if weight <= 0:
        return -math.inf
    digest = hashlib.sha256(f"{message}|{provider}".encode()).digest()
    even = (int.from_bytes(digest[:8], "big") + 1) / (2**64 + 1)  # between 0 and 1, never either
    return weight / -math.log(even)


def _position(standing: dict[str, Breaker], provider: Provider, now: datetime) -> Position:
    return standing.get(provider.name, Breaker(provider=provider.name)).position(now)

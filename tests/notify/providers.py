"""Providers that do what a test says."""

from collections.abc import Callable
from dataclasses import dataclass

from services.notify.domain.channel import Dedup, Outcome, Outgoing, Receipt, Sent
from shared.contract import Channel

ACCEPTED = Sent(outcome=Outcome.ACCEPTED, provider="doing", code="ok")


@dataclass(frozen=True)
class Doing:
    """A provider that does what a test says, and is otherwise like the one of its channel."""

    do: Callable[[Outgoing], Sent] = lambda _: ACCEPTED
    name: str = "doing"
    channel: Channel = Channel.EMAIL
    dedup: Dedup = Dedup.NONE

    def send(self, message: Outgoing) -> Sent:
        return self.do(message)


@dataclass(frozen=True)
class Answerer(Doing):
    """One that can be asked by reference as well."""

    dedup: Dedup = Dedup.LOOK_UP
    found: Callable[[str], Receipt | None] = lambda _: None

    def look_up(self, reference: str) -> Receipt | None:
        return self.found(reference)

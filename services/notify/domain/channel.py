"""What every way out of notify looks like: one small interface, a provider at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol, runtime_checkable

from shared.contract import Channel

#: A provider may take a message a while after we stopped listening: only after this is it asked
#: whether it has one that is uncertain, and what it does not know then may be sent again.
GRACE = timedelta(seconds=90)


class Dedup(StrEnum):
    """What a provider does with the same message a second time."""

    UNIQUE = "unique"  # it takes a reference once: sending again is harmless
    LOOK_UP = "look-up"  # it takes everything, but can be asked by reference first
    NONE = "none"  # it takes everything and tells nothing


class Outcome(StrEnum):
    """What one try came to."""

    ACCEPTED = "accepted"  # the provider has it now
    TEMPORARY = "temporary"  # it has not, and may have it later
    PERMANENT = "permanent"  # this address will never get it
    TECHNICAL = "technical"  # we or the provider are set up wrongly: the address may be right
    UNCERTAIN = "uncertain"  # it may have it or not


class ReceiptState(StrEnum):
    """How far a message came, by its provider's word; named as the message's own states are."""

    SENT = "sent"
    DELIVERED = "delivered"
    TEMPORARY_FAILURE = "temporary-failure"
    PERMANENT_FAILURE = "permanent-failure"
    TECHNICAL_FAILURE = "technical-failure"


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """A message ready to leave. `id` is its reference with every provider; `address` is an e-mail
    address, a telephone number, or for a letter the lines of an address; `personalisation` fills a
    provider's own template, where it has one for `template`. `language` is a tag of BCP 47. On
    paper it may be `large_print`, and the coordinators of its `areas` see it; without any, all do.
    """

    id: str
    address: str
    subject: str | None = None
    text: str
    html: str | None = None
    personalisation: Mapping[str, str]
    template: str
    language: str = "en"
    large_print: bool = False
    areas: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Sent:
    """One try with one provider: `reference` is the provider's own name for the message, `code` a
    short code of its own, never an address and never words of the message. `is_away` says that the
    trouble is with the provider and not with this message: no use trying it with the next one now,
    and every reason to try this one later, whatever the outcome."""

    outcome: Outcome
    provider: str
    reference: str | None = None
    code: str
    is_away: bool = False


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What a provider says became of the message that we call `reference`."""

    reference: str
    state: ReceiptState
    at: datetime
    code: str


class Provider(Protocol):
    """One way to send by one channel. It does not raise: whatever goes wrong is an outcome."""

    @property
    def name(self) -> str: ...

    @property
    def channel(self) -> Channel: ...

    @property
    def dedup(self) -> Dedup: ...

    def send(self, message: Outgoing) -> Sent: ...


@runtime_checkable
class Answering(Provider, Protocol):
    """One that can be asked by reference, whose dedup is LOOK_UP."""

    def look_up(self, reference: str) -> Receipt | None:
        """What became of the message that we call `reference`; None if the provider does not know
        it. Raises NotKnownNow when it cannot be asked.
        """
        ...


class NotKnownNow(Exception):
    """The provider gave no answer that can be used: nothing follows from it; ask again later."""


class Capacity(StrEnum):
    """How many messages a channel can take now."""

    ALL = "all"
    ONE = "one"  # a probe, to see whether a provider that was down is back
    NONE = "none"


class Providers(Protocol):
    """The providers of one channel: who is tried next, and what each try teaches."""

    def pick(self, message: str, *, tried: frozenset[str], now: datetime) -> Provider | None:
        """Whom to try next with the message of that id: by weight, always in the same order for
        the same message, leaving out those `tried` in this pass and those whose breaker is open.
        None when nobody is left."""
        ...

    def capacity(self, now: datetime) -> Capacity:
        """How many messages are worth claiming: the others wait, and no try is counted."""
        ...

    def learn(self, sent: Sent, *, now: datetime) -> None:
        """Tell the breaker how a try went."""
        ...

    def named(self, name: str) -> Provider | None:
        """The provider of that name, if it is still set up."""
        ...

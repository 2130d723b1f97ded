"""What sending takes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.notify.domain.channel import Providers
from services.notify.domain.decide import Area
from services.notify.messages.people import People
from services.notify.messages.store import Store
from services.notify.use_cases.compose import Compose
from shared.contract import Channel, RecipientQuery, RecipientResult

LEASE = timedelta(minutes=10)  # more than a pass takes if a provider is slow to answer


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """`ask` answers each query in its place, or raises Unreachable; `chance` gives 0 to 1 for how
    long to wait after a failure; `clock` is the time by the wall."""

    store: Store
    people: People
    area: Area
    ask: Callable[[Sequence[RecipientQuery]], list[RecipientResult]]
    channels: Mapping[Channel, Providers]
    compose: Compose
    chance: Callable[[], float]
    clock: Callable[[], datetime]

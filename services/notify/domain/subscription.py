"""A system's subscription as it is being served: what to post next, and what became of a post."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.subscribing import Content, Status
from shared.topics import Topic

#: Whoever takes longer is served beside the others, and not in their place.
SLOW = timedelta(seconds=2)
#: For how long a handshake, and anything else, is tried again.
HANDSHAKE_FOR = timedelta(minutes=10)
GIVE_UP_AFTER = timedelta(hours=72)
#: Events are kept for this long: those told, for `$events`; those of a subscription in error, until
#: it is started again.
KEPT = timedelta(days=30)
#: Of one client.
MOST = 20

#: The receiver says that it is there no more.
GONE = "gone"


@dataclass(frozen=True, kw_only=True)
class Hook:
    """A subscription whose turn it is. `failures` in a row, the first of them `failing_since`."""

    id: str
    client: str
    topic: Topic
    endpoint: str
    headers: tuple[str, ...]
    content: Content
    timeout: int
    most: int
    status: Status
    events: int
    failures: int
    failing_since: datetime | None
    beat_at: datetime | None
    ends_at: datetime | None

    def has_ended(self, now: datetime) -> bool:
        return self.ends_at is not None and self.ends_at <= now

    def is_quiet(self, now: datetime) -> bool:
        """Whether it has heard nothing for as long as it wants to wait at most."""
        return self.beat_at is not None and self.beat_at <= now

    def is_given_up(self, code: str, now: datetime) -> bool:
        """Whether to stop after a failure that is noted by this code."""
        patience = HANDSHAKE_FOR if self.status is Status.REQUESTED else GIVE_UP_AFTER
        since = self.failing_since or now
        return code == GONE or now - since >= patience


@dataclass(frozen=True, kw_only=True)
class Posted:
    """What one post came to; `code` is empty when the receiver took it."""

    code: str
    took: timedelta

    @property
    def is_taken(self) -> bool:
        return not self.code


@dataclass(frozen=True, kw_only=True)
class Due:
    """An event that a subscription has yet to hear of; without a number nobody has tried."""

    event: str
    task: str
    at: datetime
    number: int | None


@dataclass(frozen=True, kw_only=True)
class Health:
    """How a subscription does, for operators; its headers may hold a secret and are not here."""

    id: str
    client: str
    topic: Topic
    endpoint: str
    status: Status
    error: str
    events: int
    waiting: int
    oldest_at: datetime | None
    told_at: datetime | None
    failing_since: datetime | None
    trouble_at: datetime | None
    taken_by: str
    taken_at: datetime | None

    @property
    def needs_somebody(self) -> bool:
        return self.trouble_at is not None and self.taken_at is None

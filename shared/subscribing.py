"""The words about subscriptions between the services: what a client asks of its own, and whether
a client may see what its subscriptions are about."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shared.contract import CODE, ID
from shared.topics import Topic


class Verb(StrEnum):
    """What is asked about the subscriptions of one client."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    FIND = "find"
    EVENTS = "events"


class Content(StrEnum):
    """How much a notification says: https://hl7.org/fhir/uv/subscriptions-backport/payloads.html"""

    EMPTY = "empty"
    ID_ONLY = "id-only"


class Status(StrEnum):
    """https://hl7.org/fhir/R4/valueset-subscription-status.html"""

    REQUESTED = "requested"  # the endpoint has not answered its handshake yet
    ACTIVE = "active"
    ERROR = "error"  # it failed for too long; the subscriber alone can start it again
    OFF = "off"


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What a client wants to hear of and where; `body` is its Subscription as it was sent. Times in
    seconds; `headers` are lines such as `Authorization: Bearer …`."""

    topic: Topic
    endpoint: str
    body: str
    content: Content = Content.ID_ONLY
    headers: tuple[str, ...] = ()
    heartbeat: int | None = None
    timeout: int = 10
    most: int = 1
    ends_at: datetime | None = None
    is_on: bool = True


@dataclass(frozen=True, kw_only=True)
class Ask:
    """One thing that the client `owner` asks; no `id` means all of its own."""

    verb: Verb
    owner: str
    id: str = ""
    version: int | None = None
    wish: Wish | None = None
    since: int = 1
    until: int | None = None


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A subscription as it is now; `events` is how many there were since it began."""

    id: str
    version: int
    changed_at: datetime
    status: Status
    error: str
    topic: Topic
    endpoint: str
    content: Content
    body: str
    events: int


@dataclass(frozen=True, kw_only=True)
class Numbered:
    """An event of one subscription; `task` is empty where it may not be said any more."""

    number: int
    at: datetime
    task: str


class Refusal(StrEnum):
    NOT_FOUND = "not-found"
    STALE = "stale"
    TOO_MANY = "too-many"
    ADDRESS = "address"


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What was found or made; `refused` when nothing was, and `why` in words."""

    found: tuple[Kept, ...] = ()
    events: tuple[Numbered, ...] = ()
    refused: Refusal | None = None
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class SightQuery:
    """May this client see these Tasks at this moment?"""

    client: str
    tasks: tuple[str, ...]

    def __post_init__(self) -> None:
        if not CODE.fullmatch(self.client) or not all(map(ID.fullmatch, self.tasks)):
            raise ValueError("a client and Tasks are named by their ids")


@dataclass(frozen=True, kw_only=True)
class Sight:
    """One answer a Task, in their order; a client that is not `known` is revoked, or may read no
    Tasks at all."""

    known: bool
    seen: tuple[bool, ...]

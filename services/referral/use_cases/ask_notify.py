"""Asks notify about the subscriptions of a client: notify keeps them, for it is what delivers."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from uuid import uuid4

import httpx

from shared.errors import Conflict, Failure, Invalid, Issue, NotFound, Stale
from shared.signing import sign
from shared.subscribing import Ask, Refusal, Reply
from shared.subscribing_wire import read_reply, write

TIMEOUT = 10.0  # seconds


class NotReached(Failure):
    """Notify gives no answer just now."""


@dataclass(kw_only=True)
class AskNotify:
    """Asks at `url`, with a client that is made when it is first needed, and kept."""

    url: str
    secrets: Sequence[str] = field(repr=False)
    clock: Callable[[], datetime]
    post: Callable[[bytes, dict[str, str]], tuple[int, bytes]] | None = None
    _client: httpx.Client | None = None
    _making: Lock = field(default_factory=Lock, repr=False)

    def __call__(self, ask: Ask) -> Reply:
        """What was found or made; raises what notify refused it for. NotReached when it is down."""
        body = write(ask)
        headers = sign(body, id=str(uuid4()), at=self.clock(), secrets=self.secrets)
        headers["content-type"] = "application/json"
        try:
            status, answer = (self.post or self._post)(body, headers)
            if status != 200:
                raise NotReached(f"Notify answered {status}.")
            reply = read_reply(answer)
        except (httpx.HTTPError, Invalid) as failure:
            raise NotReached(
                "Subscriptions cannot be reached just now. Try again soon."
            ) from failure
        _check(reply)
        return reply

    def close(self) -> None:
        with suppress(AttributeError):
            self._client.close()  # type: ignore[union-attr]

    def _post(self, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        with self._making:
            self._client = self._client or httpx.Client(timeout=TIMEOUT)
        answer = self._client.post(self.url, content=body, headers=headers)
        return answer.status_code, answer.content


def _check(reply: Reply) -> None:
    match reply.refused:
        case Refusal.NOT_FOUND:
            raise NotFound(reply.why)
        case Refusal.STALE:
            raise Stale(reply.why)
        case Refusal.TOO_MANY:
            raise Conflict(reply.why)
        case Refusal.ADDRESS:
            raise Invalid(Issue(reply.why, "Subscription.channel.endpoint", "value"))

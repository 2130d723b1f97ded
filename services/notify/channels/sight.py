"""Asks the referral service what a client may see at this moment."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

import httpx

from services.notify.channels.recipients import Unreachable
from shared.errors import Invalid
from shared.signing import sign
from shared.subscribing import Sight, SightQuery
from shared.subscribing_wire import read_sight, write


@dataclass(frozen=True, kw_only=True)
class AskSight:
    """Asks at `url` with a client that is kept open."""

    client: httpx.Client
    url: str
    secrets: Sequence[str]
    clock: Callable[[], datetime]

    def __call__(self, client: str, tasks: Sequence[str]) -> Sight:
        body = write(SightQuery(client=client, tasks=tuple(tasks)))
        headers = sign(body, id=str(uuid4()), at=self.clock(), secrets=self.secrets)
        try:
            response = self.client.post(
                self.url, content=body, headers={**headers, "content-type": "application/json"}
            )
            response.raise_for_status()
            sight = read_sight(response.content)
        except (httpx.HTTPError, Invalid) as failure:
            raise Unreachable("sight-unknown") from failure
        if sight.known and len(sight.seen) != len(tasks):
            raise Unreachable("sight-mixed-up")
        return sight

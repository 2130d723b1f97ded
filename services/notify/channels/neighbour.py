"""Exchanges totals with the referral service: a heartbeat that shows what is missing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

import httpx

from services.notify.channels.recipients import Unreachable
from shared.contract import Totals
from shared.errors import Invalid
from shared.signing import sign
from shared.wire import read_totals, write_totals


@dataclass(frozen=True, kw_only=True)
class Neighbour:
    """Asks at `url` with a client that is kept open."""

    client: httpx.Client
    url: str
    secrets: Sequence[str]
    clock: Callable[[], datetime]

    def totals(self, ours: Totals) -> Totals:
        """Theirs. Unreachable when there is no answer that can be used."""
        body = write_totals(ours)
        headers = sign(body, id=str(uuid4()), at=self.clock(), secrets=self.secrets)
        try:
            response = self.client.post(
                self.url, content=body, headers={**headers, "content-type": "application/json"}
            )
            response.raise_for_status()
            return read_totals(response.content)
        except (httpx.HTTPError, Invalid) as failure:
            raise Unreachable("totals-unknown") from failure

"""Asks the referral service whether a person may be told now, and where."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

import httpx

from shared.contract import RecipientQuery, RecipientResult
from shared.errors import Invalid
from shared.signing import sign
from shared.wire import read_results, write_queries


class Unreachable(Exception):
    """The referral service gave no answer that can be used; try again later."""


@dataclass(frozen=True, kw_only=True)
class Recipients:
    """Asks at `url` with a client that is kept open."""

    client: httpx.Client
    url: str
    secrets: Sequence[str]
    clock: Callable[[], datetime]

    def __call__(self, queries: Sequence[RecipientQuery]) -> list[RecipientResult]:
        """One result a query, in their order."""
        body = write_queries(list(queries))
        headers = sign(body, id=str(uuid4()), at=self.clock(), secrets=self.secrets)
        try:
            response = self.client.post(
                self.url, content=body, headers={**headers, "content-type": "application/json"}
            )
            response.raise_for_status()
            results = read_results(response.content)
        except (httpx.HTTPError, Invalid) as failure:
            raise Unreachable("recipients-unknown") from failure
        if [result.recipient for result in results] != [query.recipient for query in queries]:
            raise Unreachable("recipients-mixed-up")
        return results

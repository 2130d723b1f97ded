"""A signed question from one service to the other, and its answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

import httpx

from shared.signing import sign


class NoAnswer(Exception):
    """The other service gave no answer that can be used; try again later."""


@dataclass(frozen=True, kw_only=True)
class SignedCall:
    """Asks at `url`; `client` gives one that is kept open."""

    client: Callable[[], httpx.Client]
    url: str
    secrets: Sequence[str] = field(repr=False)
    clock: Callable[[], datetime]

    def post(self, path: str, body: bytes) -> bytes:
        headers = sign(body, id=str(uuid4()), at=self.clock(), secrets=self.secrets)
        try:
            answer = self.client().post(
                self.url + path,
                content=body,
                headers={**headers, "content-type": "application/json"},
            )
            answer.raise_for_status()
        except httpx.HTTPError as failure:
            raise NoAnswer(path) from failure
        return answer.content

"""Posts a notification to a system that subscribed, with care: it chose the address."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from services.notify.domain.subscription import GONE, Hook, Posted
from shared.careful_fetch import CarefulFetch
from shared.errors import NotAllowed

FHIR = "application/fhir+json"


@dataclass(frozen=True, kw_only=True)
class RestHook:
    """`watch` measures how long a post takes, in seconds."""

    fetch: CarefulFetch
    watch: Callable[[], float] = time.monotonic

    def __call__(self, hook: Hook, body: bytes) -> Posted:
        """What came of it. No redirect is followed; any 2xx says that it was taken."""
        fetch = replace(self.fetch, seconds=float(hook.timeout))
        began = self.watch()
        try:
            answer = fetch.post(hook.endpoint, body, headers=_headers(hook))
            code = _code(answer.status)
        except NotAllowed:
            code = "unreachable"
        return Posted(code=code, took=timedelta(seconds=self.watch() - began))

    def check(self, endpoint: str) -> None:
        """NotAllowed where nothing may be posted to."""
        self.fetch.check(endpoint)


def _code(status: int) -> str:
    if 200 <= status < 300:
        return ""
    return GONE if status == 410 else f"http-{status}"


def _headers(hook: Hook) -> dict[str, str]:
    named = (line.partition(":") for line in hook.headers)
    return {
        **{name.strip(): value.strip() for name, _, value in named},
        "Content-Type": FHIR,
        "User-Agent": "Sooner",
    }

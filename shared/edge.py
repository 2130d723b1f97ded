"""The first thing a request meets: is it for us, is it small enough, and does it come at all?

The server itself waits for a body for ever and takes any length of it; here it is read whole,
within a time, before anything is done for it.
"""

import asyncio
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST_HEADERS = 16_384  # bytes
SECONDS = 20.0  # for a whole body to arrive
LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})
#: Asked by whatever watches over the service, by address and not by name.
FOR_WATCHERS = frozenset({"/healthz", "/readyz"})

#: The answer to a request, its status and in words why it is refused.
Refuse = Callable[[Request, int, str], Response]
#: The most bytes for addresses that begin so; the first that fits counts, the last is for all.
Limits = Sequence[tuple[str, int]]


def known_hosts(names: str, *urls: str) -> frozenset[str]:
    """The names parted by spaces, those in the URLs, and this machine's own."""
    found = {_name(urlsplit(url).netloc) for url in urls if url}
    return LOOPBACK | found | {name.lower() for name in names.split()}


class Edge:
    """Refuses what comes for another host (421), is too large (413, 431) or too slow (408)."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        hosts: frozenset[str],
        limits: Limits,
        refuse: Refuse,
        seconds: float = SECONDS,
    ) -> None:
        self.app = app
        self.hosts = hosts
        self.limits = limits
        self.refuse = refuse
        self.seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        refusal = self._not_for_us(request)
        if refusal is None and _has_body(request):
            read = await self._read(request, receive)
            if isinstance(read, Response):
                refusal = read
            else:
                receive = _again(read, receive)
        await (refusal or self.app)(scope, receive, send)

    def _not_for_us(self, request: Request) -> Response | None:
        if sum(len(name) + len(value) for name, value in request.headers.raw) > LARGEST_HEADERS:
            return self.refuse(request, 431, "The headers of this request are too long.")
        host = _name(request.headers.get("host", ""))
        if host in self.hosts or request.url.path in FOR_WATCHERS:
            return None
        return self.refuse(request, 421, "This service does not go by that name.")

    async def _read(self, request: Request, receive: Receive) -> bytes | Response:
        limit = _limit(self.limits, request.url.path)
        too_long = f"At most {limit:,} bytes are taken at once."
        if int(request.headers.get("content-length", 0)) > limit:
            return self.refuse(request, 413, too_long)
        try:
            async with asyncio.timeout(self.seconds):
                body = await _whole(receive, limit)
        except TimeoutError:
            return self.refuse(request, 408, "This came too slowly.")
        return self.refuse(request, 413, too_long) if len(body) > limit else body


def _name(host: str) -> str:
    """Without the port."""
    name, colon, port = host.lower().rpartition(":")
    return name if colon and port.isdigit() else host.lower()


def _has_body(request: Request) -> bool:
    return "content-length" in request.headers or "transfer-encoding" in request.headers


def _limit(limits: Limits, path: str) -> int:
    return next(most for prefix, most in limits if path.startswith(prefix))


async def _whole(receive: Receive, limit: int) -> bytes:
    """The body, read no further than just beyond the limit."""
    kept = bytearray()
    while len(kept) <= limit:
        message = await receive()
        kept += message.get("body", b"")
        if not message.get("more_body", False):
            break
    return bytes(kept)


def _again(body: bytes, receive: Receive) -> Receive:
    """The body once more in one piece, then whatever else comes."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_again() -> Message:
        return waiting.pop() if waiting else await receive()

    return receive_again

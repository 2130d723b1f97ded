"""Headers that every answer carries, so that a page can do no more than it needs to."""

from collections.abc import Mapping

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: No inline code, nothing from elsewhere, no frames: a script typed into a form has no way to run.
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    # Not no-referrer: browsers would then send “Origin: null” and the check on forms would refuse.
    "Referrer-Policy": "same-origin",
}

#: Browsers that were here once come back by HTTPS alone, for a year.
ONLY_HTTPS = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}

#: Pages hold what is known about a child: a shared computer must not keep them.
KEEP_NOTHING = "no-store"


class SecurityHeaders:
    """Adds the headers above; an answer that sets one itself keeps its own."""

    def __init__(self, app: ASGIApp, *, secure: bool = False) -> None:
        self.app = app
        self.headers = headers(secure)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        await self.app(scope, receive, _with_headers(send, self.headers))


def headers(secure: bool) -> dict[str, str]:
    """What every answer carries; `secure` says that browsers speak HTTPS to us."""
    kept = {**HEADERS, "Cache-Control": KEEP_NOTHING}
    return {**kept, **ONLY_HTTPS} if secure else kept


def _with_headers(send: Send, added: Mapping[str, str]) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            answered = MutableHeaders(scope=message)
            for name, value in added.items():
                answered.setdefault(name, value)
        await send(message)

    return send_with_headers

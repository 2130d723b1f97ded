"""Refuses a form that another site sent in the name of somebody who is signed in here."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.same_site import is_same_site

#: Where programs speak with a token and no cookie counts.
EXEMPT = ("/fhir", "/scim", "/oauth", "/events", "/recipients")


def refuse_in_plain_text(request: Request) -> Response:
    return PlainTextResponse("This form was sent from another site.", 403)


class SameSite:
    """Lets through what comes from our own pages; `refuse` makes the answer to the rest."""

    def __init__(
        self, app: ASGIApp, refuse: Callable[[Request], Response] = refuse_in_plain_text
    ) -> None:
        self.app = app
        self.refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or is_ours(Request(scope)):
            await self.app(scope, receive, send)
        else:
            await self.refuse(Request(scope))(scope, receive, send)


def is_ours(request: Request) -> bool:
    """Whether this is safe, for programs, or sent from a page of this very site."""
    return _is_exempt(request.url.path) or is_same_site(request)


def _is_exempt(path: str) -> bool:
    return any(path == prefix or path.startswith(f"{prefix}/") for prefix in EXEMPT)

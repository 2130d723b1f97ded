"""What other systems subscribe to, and how telling them goes, for operators."""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.notify.messages.subscriptions import Subscriptions
from services.notify.operators import Who
from services.notify.showing import show
from shared.subscribing import Status
from shared.topics import Topic

TOPICS = {
    Topic.MADE: "New referrals",
    Topic.MOVED: "Moves of referrals",
    Topic.ESCALATED: "Escalations",
    Topic.MESSAGE_FAILED: "Messages that did not arrive",
}
STATUSES = {
    Status.REQUESTED: "Waiting for its first answer",
    Status.ACTIVE: "Working",
    Status.ERROR: "Stopped",
    Status.OFF: "Switched off",
}
ERRORS = {
    "unreachable": "it could not be reached",
    "gone": "it says that it is there no more",
}


def subscription_pages(*, subscriptions: Subscriptions, clock: Callable[[], datetime]) -> APIRouter:
    router = APIRouter(default_response_class=HTMLResponse)

    @router.get("/subscriptions")
    def list_subscriptions(_: Who) -> HTMLResponse:
        found = subscriptions.health()
        return show(
            "subscriptions.html",
            troubled=[one for one in found if one.trouble_at],
            others=[one for one in found if not one.trouble_at],
            topics=TOPICS,
            statuses=STATUSES,
            why=why,
            host=host,
        )

    @router.post("/subscriptions/{id}/taken-on")
    def take_on(id: str, who: Who) -> Response:
        subscriptions.take_on(id, by=who.id, now=clock())
        return RedirectResponse("/subscriptions", 303)

    return router


def why(code: str) -> str:
    """The code of a failure in words."""
    return ERRORS.get(code, f"it answered {code.removeprefix('http-')}")


def host(endpoint: str) -> str:
    """Where it is; what stands behind the name may be a secret."""
    return urlsplit(endpoint).hostname or ""

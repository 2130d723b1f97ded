"""The way over to notify's own pages: what goes out to people, and the letters to post."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from services.referral.use_cases.workplace import Workplace
from services.referral.web.asking import At, Who, check_page
from services.referral.web.rendering import Page, render
from shared.errors import NotFound
from shared.hand_over import Operator, Purpose, ticket
from shared.identity import Principal, Role

pages = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Part:
    """A page of notify: its path there, its name, what it is for, and who needs it."""

    path: str
    title: str
    text: str
    roles: frozenset[Role]


PARTS = {
    "letters": Part(
        "/letters",
        "Letters to post",
        "Print them, post them, and say so here.",
        frozenset({Role.COORDINATOR}),
    ),
    "messages": Part(
        "/messages",
        "How the messages stand",
        "What waits, what is stuck, and sending it again.",
        frozenset({Role.ADMIN}),
    ),
    "words": Part(
        "/words",
        "What Sooner says",
        "Every message there is, as somebody would get it.",
        frozenset({Role.COORDINATOR, Role.ADMIN}),
    ),
    "subscriptions": Part(
        "/subscriptions",
        "Other systems",
        "What the computer systems of services are told, and which of them do not answer.",
        frozenset({Role.COORDINATOR, Role.ADMIN}),
    ),
}


@dataclass(frozen=True, kw_only=True)
class Neighbour:
    """Where browsers find notify, and the secrets that both services know."""

    url: str
    secrets: Sequence[str] = field(repr=False)


@pages.get("/sending")
def sending(request: Request, who: Who) -> Response:
    check_page(who, Page.SENDING)
    parts = {key: part for key, part in PARTS.items() if who.role in part.roles}
    return render(request, "sending.html", parts=parts)


@pages.get("/sending/{part}")
def go(request: Request, part: str, who: Who, at: At) -> Response:
    """To that page, with a ticket that is good for a minute."""
    check_page(who, Page.SENDING)
    found = PARTS.get(part)
    if found is None or who.role not in found.roles:
        raise NotFound("There is no such page for you.")
    return way_over(request, who, at, found.path)


def way_over(
    request: Request, who: Principal, at: Workplace, path: str, referral: str = ""
) -> RedirectResponse:
    """To this path of notify; what is there of that one referral is for them to see."""
    neighbour: Neighbour = request.app.state.neighbour
    operator = Operator(id=who.id, role=who.role, areas=who.areas, referral=referral)
    shown = ticket(operator, Purpose.ENTER, secrets=neighbour.secrets, now=at.clock())
    asked = urlencode({"ticket": shown, "page": path})
    return RedirectResponse(f"{neighbour.url}/enter?{asked}", 303)

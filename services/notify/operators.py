"""Who looks at notify's own pages: people whom the referral service let in, for half an hour."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.responses import RedirectResponse, Response

from services.notify.showing import show
from shared.errors import Failure, NotAllowed, NotFound
from shared.hand_over import LASTS, Operator, Purpose, read_ticket, ticket
from shared.identity import Role
from shared.same_site import is_same_site

#: Both services may share a host name, and then their cookies.
COOKIE = "sooner-notify"
WHOSE = frozenset({Role.COORDINATOR, Role.ADMIN})


class NotLetIn(Failure):
    """They have not come from the referral service, or too long ago."""


@dataclass(frozen=True, kw_only=True)
class FrontDoor:
    """`secure` says that browsers speak HTTPS to us; `come_from` is where to come in from."""

    secrets: Sequence[str]
    clock: Callable[[], datetime]
    secure: bool
    come_from: str

    @property
    def cookie(self) -> str:
        return f"__Host-{COOKIE}" if self.secure else COOKIE

    def operator(self, request: Request) -> Operator:
        """Whoever is signed in. NotLetIn for everybody else; NotAllowed for another site's form."""
        if not is_same_site(request):
            raise NotAllowed("This form was sent from another site.")
        return self.let_in(request.cookies.get(self.cookie, ""), Purpose.STAY)

    def let_in(self, text: str, purpose: Purpose) -> Operator:
        try:
            found = read_ticket(text, purpose, secrets=self.secrets, now=self.clock())
        except NotAllowed as wrong:
            raise NotLetIn("The way in has ended.") from wrong
        if found.role not in WHOSE:
            raise NotLetIn("These pages are for coordinators and administrators.")
        return found


def signed_in(request: Request) -> Operator:
    door: FrontDoor = request.app.state.front_door
    return door.operator(request)


Who = Annotated[Operator, Depends(signed_in)]


def check_role(who: Operator, role: Role) -> None:
    if who.role is not role:
        raise NotFound("There is no such page for you.")


def open_door(app: FastAPI, door: FrontDoor) -> None:
    """The way in, `/enter?ticket=…&page=/letters`, and the page for whoever has not come by it."""
    app.state.front_door = door
    app.include_router(_way_in(door))

    def come_in_first(_: Request, __: Exception) -> Response:
        return show("come_in.html", 401, link=door.come_from)

    app.add_exception_handler(NotLetIn, come_in_first)


def _way_in(door: FrontDoor) -> APIRouter:
    router = APIRouter()

    @router.get("/enter")
    def enter(ticket: str, page: str = "/letters") -> RedirectResponse:
        found = door.let_in(ticket, Purpose.ENTER)
        answer = RedirectResponse(page if _is_here(page) else "/letters", 303)
        _let_stay(answer, found, door)
        return answer

    return router


def _is_here(page: str) -> bool:
    """A path of this service, and nothing that a browser takes for another one's name."""
    return page.startswith("/") and not page.startswith(("//", "/\\"))


def _let_stay(answer: RedirectResponse, who: Operator, door: FrontDoor) -> None:
    answer.set_cookie(
        door.cookie,
        ticket(who, Purpose.STAY, secrets=door.secrets, now=door.clock()),
        int(LASTS[Purpose.STAY].total_seconds()),
        path="/",
        secure=door.secure,
        httponly=True,
        samesite="lax",
    )

"""Who looks at notify's own pages: people whom the referral service let in, for half an hour."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from urllib.parse import quote

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
    """`secure` says that browsers speak HTTPS to us; `sooner` is the address of the pages from
    which people come, and to which they go back."""

    secrets: Sequence[str]
    clock: Callable[[], datetime]
    secure: bool
    sooner: str

    def way_back(self, referral: str = "") -> str:
        """To the messages of this referral there, or to what goes out."""
        path = f"referrals/{quote(referral, safe='')}/messages" if referral else "sending"
        return f"{self.sooner.rstrip('/')}/{path}"

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


def check_follows(who: Operator, task: str) -> None:
    """An administrator looks after every message; a coordinator sees those of the referral from
    which they came. NotLetIn for another's, which they may have had open before."""
    if who.role is not Role.ADMIN and who.referral != task:
        raise NotLetIn("Come in from that referral.")


def open_door(app: FastAPI, door: FrontDoor) -> None:
    """The way in, `/enter?ticket=…&page=/letters`, the way back, and the page for whoever has not
    come in."""
    app.state.front_door = door
    app.include_router(_ways(door))

    def come_in_first(_: Request, __: Exception) -> Response:
        return show("come_in.html", 401, link=door.way_back())

    app.add_exception_handler(NotLetIn, come_in_first)


def _ways(door: FrontDoor) -> APIRouter:
    router = APIRouter()

    @router.get("/enter")
    def enter(ticket: str, page: str = "/letters") -> RedirectResponse:
        found = door.let_in(ticket, Purpose.ENTER)
        answer = RedirectResponse(page if _is_here(page) else "/letters", 303)
        _let_stay(answer, found, door)
        return answer

    @router.get("/back")
    def back(referral: str = "") -> RedirectResponse:
        return RedirectResponse(door.way_back(referral), 303)

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

"""Who looks at notify's own pages: people whom the referral service let in, for half an hour."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse

from shared.errors import NotAllowed, NotFound
from shared.hand_over import LASTS, Operator, Purpose, read_ticket, ticket
from shared.identity import Role
from shared.same_site import is_same_site

#: Both services may share a host name, and then their cookies.
COOKIE = "sooner-notify"
WHOSE = frozenset({Role.COORDINATOR, Role.ADMIN})


@dataclass(frozen=True, kw_only=True)
class FrontDoor:
    """`secure` says that browsers speak HTTPS to us."""

    secrets: Sequence[str]
    clock: Callable[[], datetime]
    secure: bool

    @property
    def cookie(self) -> str:
        return f"__Host-{COOKIE}" if self.secure else COOKIE

    def operator(self, request: Request) -> Operator:
        """Whoever is signed in. NotAllowed for everybody else, and for a form of another site."""
        if not is_same_site(request):
            raise NotAllowed("This form was sent from another site.")
        kept = request.cookies.get(self.cookie, "")
        found = read_ticket(kept, Purpose.STAY, secrets=self.secrets, now=self.clock())
        if found.role not in WHOSE:
            raise NotAllowed("These pages are for coordinators and administrators.")
        return found


def signed_in(request: Request) -> Operator:
    door: FrontDoor = request.app.state.front_door
    return door.operator(request)


Who = Annotated[Operator, Depends(signed_in)]


def check_role(who: Operator, role: Role) -> None:
    if who.role is not role:
        raise NotFound("There is no such page for you.")


def operators_router(door: FrontDoor) -> APIRouter:
    """The way in: `/enter?ticket=…&page=/letters` leads to that page."""
    router = APIRouter()

    @router.get("/enter")
    def enter(ticket: str, page: str = "/letters") -> RedirectResponse:
        now = door.clock()
        found = read_ticket(ticket, Purpose.ENTER, secrets=door.secrets, now=now)
        answer = RedirectResponse(page if _is_here(page) else "/letters", 303)
        _let_stay(answer, found, door, now)
        return answer

    return router


def _is_here(page: str) -> bool:
    """A path of this service, and nothing that a browser takes for another one's name."""
    return page.startswith("/") and not page.startswith(("//", "/\\"))


def _let_stay(answer: RedirectResponse, who: Operator, door: FrontDoor, now: datetime) -> None:
    answer.set_cookie(
        door.cookie,
        ticket(who, Purpose.STAY, secrets=door.secrets, now=now),
        int(LASTS[Purpose.STAY].total_seconds()),
        path="/",
        secure=door.secure,
        httponly=True,
        samesite="lax",
    )

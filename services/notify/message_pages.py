"""The operator's pages: how the messages stand, what is stuck, and sending it again."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.notify.domain.message import MessageState
from services.notify.messages.breakers import Breakers
from services.notify.messages.overview import Overview
from services.notify.messages.totals import Tallies
from services.notify.operators import Who, check_role
from services.notify.showing import show
from shared.identity import Role


@dataclass(frozen=True, kw_only=True)
class ControlRoom:
    """What the pages need."""

    overview: Overview
    tallies: Tallies
    breakers: Breakers
    clock: Callable[[], datetime]


def messages_router(room: ControlRoom) -> APIRouter:
    """For administrators: they see ids and codes, and nobody's name."""
    router = APIRouter(default_response_class=HTMLResponse)

    @router.get("/messages")
    def overview(who: Who) -> HTMLResponse:
        check_role(who, Role.ADMIN)
        now = room.clock()
        return show(
            "messages.html",
            now=now,
            states=room.tallies.counts().states,
            every=list(MessageState),
            waiting=room.overview.waiting(now=now),
            soon=room.overview.soon(now=now),
            heard=room.tallies.last_heard(),
            breakers=room.breakers.standing(),
            parked=room.overview.parked(),
            stuck=room.overview.stuck(),
        )

    @router.get("/messages/of/{task}")
    def of_referral(task: str, who: Who) -> HTMLResponse:
        check_role(who, Role.ADMIN)
        return show("messages_of.html", task=task, messages=room.overview.of_task(task))

    @router.get("/messages/{id}")
    def one(id: str, who: Who) -> HTMLResponse:
        check_role(who, Role.ADMIN)
        return show("followed.html", followed=room.overview.follow(id))

    @router.post("/messages/{id}/again")
    def again(id: str, who: Who) -> Response:
        check_role(who, Role.ADMIN)
        room.overview.replay(id, now=room.clock())
        return RedirectResponse("/messages", 303)

    @router.post("/messages/all/{state}/again")
    def all_again(state: MessageState, who: Who) -> Response:
        check_role(who, Role.ADMIN)
        room.overview.replay_all(state, now=room.clock())
        return RedirectResponse("/messages", 303)

    @router.post("/parked/again")
    def parked_again(who: Who) -> Response:
        check_role(who, Role.ADMIN)
        room.overview.unpark([event.id for event in room.overview.parked()])
        return RedirectResponse("/messages", 303)

    return router

"""How the messages stand, what is stuck, and sending it again; and each message step by step."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.notify.domain.message import MessageState
from services.notify.message_steps import steps
from services.notify.message_words import FATES, STATES, title_of, why
from services.notify.messages.breakers import Breakers
from services.notify.messages.journal import Followed
from services.notify.messages.overview import Overview
from services.notify.messages.totals import Tallies
from services.notify.operators import Who, check_follows, check_role
from services.notify.showing import show
from shared.contract import Fate
from shared.identity import Role


@dataclass(frozen=True, kw_only=True)
class ControlRoom:
    """What the pages need; `follow` finds one message, and raises NotFound."""

    overview: Overview
    follow: Callable[[str], Followed]
    tallies: Tallies
    breakers: Breakers
    clock: Callable[[], datetime]


def messages_router(room: ControlRoom) -> APIRouter:
    """They show ids and codes, and nobody's name: all of them to administrators, and those of one
    referral to the coordinator who comes from it."""
    router = APIRouter(default_response_class=HTMLResponse)

    @router.get("/messages")
    def overview(who: Who, again: int = -1) -> HTMLResponse:
        check_role(who, Role.ADMIN)
        return show("messages.html", **_standing(room), again=again, **_WORDS)

    @router.get("/messages/find")
    def find(who: Who, id: str = "") -> Response:
        """By the id of a message or of a referral, as logs and records have it."""
        check_role(who, Role.ADMIN)
        wanted = id.strip()
        path = "" if room.overview.is_message(wanted) else "of/"
        return RedirectResponse(
            f"/messages/{path}{quote(wanted, safe='')}" if wanted else "/messages"
        )

    @router.get("/messages/of/{task}")
    def of_referral(task: str, who: Who) -> HTMLResponse:
        check_follows(who, task)
        messages = room.overview.of_task(task)
        return show("messages_of.html", task=task, messages=messages, **_whose(who.role), **_WORDS)

    @router.get("/messages/{id}")
    def one(id: str, who: Who) -> HTMLResponse:
        found = room.follow(id)
        check_follows(who, found.message.task)
        shown = {"one": found.message, "steps": steps(found), "again": found.again}
        is_stuck = found.is_stuck and who.role is Role.ADMIN
        return show("followed.html", **shown, is_stuck=is_stuck, **_whose(who.role), **_WORDS)

    _add_again(router, room)
    return router


def _add_again(router: APIRouter, room: ControlRoom) -> None:
    @router.post("/messages/{id}/again")
    def again(id: str, who: Who) -> Response:
        check_role(who, Role.ADMIN)
        return _done(room.overview.replay(id, now=room.clock()))

    @router.post("/messages/all/{state}/again")
    def all_again(state: MessageState, who: Who) -> Response:
        check_role(who, Role.ADMIN)
        return _done(room.overview.replay_all(state, now=room.clock()))

    @router.post("/parked/again")
    def parked_again(who: Who) -> Response:
        check_role(who, Role.ADMIN)
        return _done(room.overview.unpark([event.id for event in room.overview.parked()]))


def _done(number: int) -> Response:
    return RedirectResponse(f"/messages?again={number}", 303)


def _standing(room: ControlRoom) -> dict[str, object]:
    now = room.clock()
    return {
        "now": now,
        "counts": room.tallies.counts().states,
        "waiting": room.overview.waiting(now=now),
        "soon": room.overview.soon(now=now),
        "heard": room.tallies.last_heard(),
        "breakers": room.breakers.standing(),
        "parked": room.overview.parked(),
        "stuck": room.overview.stuck(),
    }


def _whose(role: Role) -> dict[str, bool]:
    """An administrator has the list of all messages, a coordinator the referral."""
    return {"is_admin": role is Role.ADMIN}


def _fate(type: str) -> str:
    """What an event says became of its message; its type ends with that."""
    said = type.rpartition(".")[2]
    return FATES[Fate(said)] if said in set(Fate) else said


_WORDS = {"states": STATES, "title_of": title_of, "why": why, "fate": _fate}

"""Letters to print and post, for coordinators."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.notify.domain.hours import Window
from services.notify.domain.letter import Step
from services.notify.messages.letters import Letters
from services.notify.operators import Who, check_role
from services.notify.showing import show
from services.notify.use_cases.post_letter import Receive, post_letter
from shared.identity import Role

#: Written from right to left.
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ps", "ur"})


@dataclass(frozen=True, kw_only=True)
class PostRoom:
    """What the pages need; `sender` is the return address on every letter, line by line."""

    letters: Letters
    receive: Receive
    clock: Callable[[], datetime]
    sender: tuple[str, ...]
    workdays: Window


def letters_router(room: PostRoom) -> APIRouter:
    router = APIRouter(default_response_class=HTMLResponse)

    @router.get("/letters")
    def list_letters(who: Who) -> HTMLResponse:
        check_role(who, Role.COORDINATOR)
        now = room.clock()
        waiting, posted = room.letters.waiting(who.areas), room.letters.posted(who.areas)
        late = {one.id for one in waiting if one.is_late(now, room.workdays)}
        return show("letters.html", waiting=waiting, posted=posted, late=late)

    @router.get("/letters/{id}")
    def show_letter(id: str, who: Who, large: bool = False) -> HTMLResponse:
        check_role(who, Role.COORDINATOR)
        letter = room.letters.letter(id, who.areas)
        shown = {"letter": letter, "sender": room.sender, "paragraphs": paragraphs(letter.text)}
        is_rtl = letter.language.partition("-")[0] in RIGHT_TO_LEFT
        large = large or letter.large_print
        return show("letter.html", **shown, large=large, is_rtl=is_rtl, today=room.clock())

    @router.post("/letters/{id}/{step}")
    def say(id: str, step: Step, who: Who) -> Response:
        check_role(who, Role.COORDINATOR)
        now = room.clock()
        post_letter(id, step, by=who, letters=room.letters, receive=room.receive, now=now)
        return RedirectResponse("/letters", 303)

    return router


def paragraphs(text: str) -> list[list[str]]:
    """The lines of each paragraph; an empty line parts them."""
    parts = text.replace("\r\n", "\n").strip().split("\n\n")
    return [lines for part in parts if (lines := [x for x in part.splitlines() if x.strip()])]

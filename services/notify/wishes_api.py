"""What people wish, asked and told by the referral service with signed requests."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from services.notify.api import raw_body
from services.notify.messages.people import People
from services.notify.use_cases.keep_wishes import keep_wishes, wishes_of
from shared.signing import verify
from shared.wishes import read_wishes, write_wishes

Body = Annotated[bytes, Depends(raw_body)]


def wishes_router(
    *, people: People, secrets: Sequence[str], clock: Callable[[], datetime]
) -> APIRouter:
    router = APIRouter()

    @router.post("/wishes/of")
    def ask(request: Request, body: Body) -> Response:
        verify(request.headers, body, secrets=secrets, now=clock())
        found = wishes_of(read_wishes(body).recipient, people=people)
        return Response(write_wishes(found), media_type="application/json")

    @router.post("/wishes")
    def keep(request: Request, body: Body) -> Response:
        verify(request.headers, body, secrets=secrets, now=clock())
        keep_wishes(read_wishes(body), people=people, now=clock())
        return Response(status_code=204)

    return router

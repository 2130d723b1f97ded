"""Where the referral service asks for its clients' subscriptions, by signed requests."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from services.notify.api import raw_body
from services.notify.messages.subscriptions import Subscriptions
from services.notify.use_cases.keep_subscription import answer_ask
from shared.signing import verify
from shared.subscribing_wire import read_ask, write


def subscriptions_router(
    *,
    subscriptions: Subscriptions,
    check_address: Callable[[str], None],
    secrets: Sequence[str],
    clock: Callable[[], datetime],
) -> APIRouter:
    router = APIRouter()

    @router.post("/subscribers")
    def answer(request: Request, body: Annotated[bytes, Depends(raw_body)]) -> Response:
        now = clock()
        verify(request.headers, body, secrets=secrets, now=now)
        reply = answer_ask(
            read_ask(body), subscriptions=subscriptions, check_address=check_address, now=now
        )
        return Response(write(reply), media_type="application/json")

    return router

"""The HTTP interface of notify: events come in, and whether it is well."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated

import structlog
from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.responses import JSONResponse, Response

from services.notify.messages.store import Store
from services.notify.showing import show
from services.notify.use_cases.take_events import take_events
from shared.cloudevents import BATCH_TYPE, read_batch
from shared.errors import Conflict, Failure, Invalid, NotAllowed, NotFound
from shared.headers import HEADERS
from shared.signing import verify
from shared.wire import write_answers

RETRY_AFTER = "30"  # seconds
LARGEST_BODY = 1_000_000  # bytes

ANSWERS: dict[type[Failure], int] = {Invalid: 400, NotAllowed: 401, NotFound: 404, Conflict: 409}

log = structlog.get_logger(__name__)


async def raw_body(request: Request) -> bytes:
    """The bytes as they came: the signature is over these."""
    return await request.body()


def events_router(
    *, store: Store, secrets: Sequence[str], clock: Callable[[], datetime]
) -> APIRouter:
    """Where the referral service posts what happened."""
    router = APIRouter()

    @router.post("/events", status_code=202)
    def post_events(request: Request, body: Annotated[bytes, Depends(raw_body)]) -> Response:
        now = clock()
        verify(request.headers, body, secrets=secrets, now=now)
        if request.headers.get("content-type", "").partition(";")[0].strip() != BATCH_TYPE:
            raise Invalid(f"Events come as {BATCH_TYPE}.")
        answers = take_events(read_batch(body), store=store, now=now)
        return Response(write_answers(answers), 202, media_type="application/json")

    return router


def answer_failures(app: FastAPI) -> None:
    """Give each failure its status."""
    for kind in ANSWERS:
        app.add_exception_handler(kind, _answer)


def refused(_request: Request, status: int, words: str) -> Response:
    """The answer to what is turned away at the edge."""
    return JSONResponse({"error": words}, status, headers=HEADERS)


def not_now(_request: Request, failure: Exception) -> Response:
    """The database is away, or its disk is full: nothing was kept, and it may work later."""
    log.error("database does not work", why=type(failure).__name__)
    headers = {"retry-after": RETRY_AFTER}
    return JSONResponse({"error": "The service cannot keep anything now."}, 503, headers)


def _answer(request: Request, failure: Exception) -> Response:
    """To a person a page, to a program JSON."""
    status = next(status for kind, status in ANSWERS.items() if isinstance(failure, kind))
    if "text/html" in request.headers.get("accept", ""):
        return show("failure.html", status, words=str(failure))
    return JSONResponse({"error": str(failure)}, status)

"""What notify asks of and tells the referral service: signed requests, not for people."""

from collections.abc import Callable, Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response

from services.referral.use_cases.mail_way_in import resolve_with_links
from services.referral.use_cases.note_at_door import DOOR, note_at_door
from services.referral.use_cases.say_sight import say_sight
from services.referral.use_cases.say_totals import say_totals
from services.referral.use_cases.take_message_events import take_message_events
from services.referral.use_cases.workplace import Workplace
from shared.cloudevents import BATCH_TYPE, read_batch
from shared.errors import Invalid, NotAllowed
from shared.signing import verify
from shared.subscribing_wire import read_sight_query, write
from shared.wire import (
    read_queries,
    read_totals,
    write_answers,
    write_results,
    write_totals,
)

LARGEST_BODY = 1_000_000  # bytes


async def raw_body(request: Request) -> bytes:
    """The bytes as they came, for the signature is over these; at most `LARGEST_BODY`."""
    return await request.body()


Raw = Annotated[bytes, Depends(raw_body)]


def events_router(*, at: Workplace, secrets: Sequence[str]) -> APIRouter:
    """POST /events: what became of messages. POST /recipients: where somebody is written to.
    POST /totals: how much went either way. POST /sight: what a system may hear of."""
    router = APIRouter(include_in_schema=False)

    @router.post("/events")
    def take_events(request: Request, body: Raw) -> Response:
        return _signed(request, body, lambda: _events(request, body, at))

    @router.post("/recipients")
    def say_recipients(request: Request, body: Raw) -> Response:
        return _signed(request, body, lambda: _recipients(body, at))

    @router.post("/totals")
    def exchange_totals(request: Request, body: Raw) -> Response:
        return _signed(request, body, lambda: _totals(body, at))

    @router.post("/sight")
    def say_what_is_seen(request: Request, body: Raw) -> Response:
        return _signed(request, body, lambda: _sight(body, at))

    def _signed(request: Request, body: bytes, answer: Callable[[], Response]) -> Response:
        try:
            verify(request.headers, body, secrets=secrets, now=at.clock())
            return answer()
        except NotAllowed as refused:
            action = f"{request.url.path.strip('/')}-refused"
            note_at_door(action, DOOR, at=at)
            return JSONResponse({"error": str(refused)}, 401)
        except Invalid as wrong:
            return JSONResponse({"error": str(wrong)}, 400)

    return router


def _events(request: Request, body: bytes, at: Workplace) -> Response:
    if request.headers.get("content-type", "").partition(";")[0].strip() != BATCH_TYPE:
        raise Invalid(f"Events come as {BATCH_TYPE}.")
    answers = take_message_events(read_batch(body), at=at)
    return Response(write_answers(answers), 202, media_type="application/json")


def _totals(body: bytes, at: Workplace) -> Response:
    ours = say_totals(read_totals(body), at=at)
    return Response(write_totals(ours), 200, media_type="application/json")


def _recipients(body: bytes, at: Workplace) -> Response:
    results = resolve_with_links(read_queries(body), at=at)
    return Response(write_results(results), 200, media_type="application/json")


def _sight(body: bytes, at: Workplace) -> Response:
    found = say_sight(read_sight_query(body), at=at)
    return Response(write(found), 200, media_type="application/json")

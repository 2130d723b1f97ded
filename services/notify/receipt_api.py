"""Where GOV.UK Notify says what became of a message.

https://docs.notifications.service.gov.uk/rest-api.html#callbacks: what is not answered with 2xx
comes again every five minutes, five times.
"""

import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from services.notify.api import raw_body
from services.notify.channels.govuk_words import receipt_from
from services.notify.messages.receipts import Receipts
from shared.errors import Invalid, NotAllowed

log = structlog.get_logger(__name__)


def receipts_router(
    *, receipts: Receipts, tokens: Mapping[str, Sequence[str]], clock: Callable[[], datetime]
) -> APIRouter:
    """`tokens` are the bearer tokens of each account; several while one is changed."""
    router = APIRouter()

    @router.post("/receipts/govuk", status_code=204)
    def take_receipt(request: Request, body: Annotated[bytes, Depends(raw_body)]) -> Response:
        account = _account(request.headers.get("authorization", ""), tokens)
        said = _read(body)
        try:
            receipt = receipt_from(said)
        except (KeyError, TypeError, ValueError) as wrong:
            raise Invalid("This is no receipt for one of our messages.") from wrong
        provider = f"{account}-{said.get('notification_type')}"
        is_news = receipts.receive(receipt, provider=provider, now=clock())
        log.info("receipt came", provider=provider, code=receipt.code, is_news=is_news)
        return Response(status_code=204)

    return router


def _account(header: str, tokens: Mapping[str, Sequence[str]]) -> str:
    """Whose token it is."""
    kind, _, given = header.partition(" ")
    if kind.lower() == "bearer":
        for account, known in tokens.items():
            if any(_same(given, token) for token in known):
                return account
    raise NotAllowed("The receipt does not bear the token that was agreed.")


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(errors="replace"), other.encode())


def _read(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError) as wrong:
        raise Invalid("A receipt comes as JSON.") from wrong
    if not isinstance(said, dict):
        raise Invalid("A receipt comes as a JSON object.")
    return said

"""OAuth2 client credentials: a system trades its secret, or what it signed, for a bearer token.

RFC 6749, 7009 (revocation), 7523 (assertions) and SMART Backend Services.
"""

import base64
import binascii
import math
from typing import Annotated
from urllib.parse import parse_qs, unquote_plus

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response

from services.referral.fhir_api.asking import At, Body
from services.referral.use_cases.failed_attempts import TooMany
from services.referral.use_cases.give_token import NothingGranted, give_token, take_back_token
from services.referral.use_cases.know_client import UNKNOWN, Gate, Shown
from shared.errors import NotAllowed

router = APIRouter()
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}


async def gate(request: Request) -> Gate:
    # async, though it waits for nothing: a plain def would cost a thread each time
    way_in: Gate = request.app.state.gate
    return way_in


def form(body: Body) -> dict[str, str]:
    try:
        fields = parse_qs(body.decode(), max_num_fields=20)
    except ValueError:
        return {}
    return {name: values[0] for name, values in fields.items()}


WayIn = Annotated[Gate, Depends(gate)]
Form = Annotated[dict[str, str], Depends(form)]


@router.post("/oauth/token")
def token(request: Request, form: Form, at: At, gate: WayIn) -> Response:
    """HTTP Basic, form fields or a client_assertion; grant_type must be client_credentials."""
    if form.get("grant_type") != "client_credentials":
        return _refused("unsupported_grant_type", "Only client_credentials is given here.")
    try:
        given = give_token(shown(request, form), form.get("scope", ""), gate=gate, at=at)
    except NotAllowed as refused:
        return _refusal(refused)
    answer = {
        "access_token": given.token,
        "token_type": "Bearer",
        "expires_in": int(given.lifetime.total_seconds()),
        "scope": given.scope,
    }
    return JSONResponse(answer, headers=_NO_STORE)


@router.post("/oauth/revoke")
def revoke(request: Request, form: Form, at: At, gate: WayIn) -> Response:
    """200 for a token that there is not as well, so that nothing can be found out (RFC 7009)."""
    if not form.get("token"):
        return _refused("invalid_request", "Say which token.")
    try:
        take_back_token(form["token"], shown(request, form), gate=gate, at=at)
    except NotAllowed as refused:
        return _refusal(refused)
    return Response(headers=_NO_STORE)


def shown(request: Request, form: dict[str, str]) -> Shown:
    """What proves who is calling. NotAllowed when it is nothing, or more than one thing."""
    address = request.client.host if request.client else ""
    basic = request.headers.get("authorization", "")
    ways = [bool(basic), "client_secret" in form, "client_assertion" in form]
    if sum(ways) != 1:
        raise NotAllowed("Show one thing: a secret by HTTP Basic or form, or a client_assertion.")
    if basic:
        id, secret = _basic(basic)
        return Shown(address=address, id=id, secret=secret)
    id = form.get("client_id", "")
    if "client_secret" in form:
        return Shown(address=address, id=id, secret=form["client_secret"])
    if form.get("client_assertion_type") != ASSERTION_TYPE:
        raise NotAllowed(f"The client_assertion_type must be {ASSERTION_TYPE}.")
    return Shown(address=address, id=id, assertion=form["client_assertion"])


def _basic(authorization: str) -> tuple[str, str]:
    kind, _, encoded = authorization.partition(" ")
    try:
        id, colon, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as wrong:
        raise NotAllowed(UNKNOWN) from wrong
    if kind.lower() != "basic" or not colon:
        raise NotAllowed(UNKNOWN)
    return unquote_plus(id), unquote_plus(secret)


def _refusal(refused: NotAllowed) -> Response:
    if isinstance(refused, TooMany):
        seconds = str(math.ceil(refused.wait.total_seconds()))
        return _refused("temporarily_unavailable", str(refused), 429, {"Retry-After": seconds})
    if isinstance(refused, NothingGranted):
        return _refused("invalid_scope", str(refused))
    return _refused("invalid_client", str(refused), 401, {"WWW-Authenticate": "Basic"})


def _refused(
    error: str, words: str, status: int = 400, headers: dict[str, str] | None = None
) -> Response:
    answer = {"error": error, "error_description": words}
    return JSONResponse(answer, status, {**_NO_STORE, **(headers or {})})

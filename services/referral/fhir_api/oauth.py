"""OAuth2 client credentials: a system trades its id and secret for a bearer token (RFC 6749)."""

import base64
import binascii
from typing import Annotated
from urllib.parse import parse_qs, unquote_plus

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse

from services.referral.fhir_api.asking import At, Body
from services.referral.use_cases.give_token import give_token

router = APIRouter()
_NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}


def _form(body: Body) -> dict[str, str]:
    try:
        fields = parse_qs(body.decode(), max_num_fields=20)
    except ValueError:
        return {}
    return {name: values[0] for name, values in fields.items()}


@router.post("/oauth/token")
def token(
    request: Request, form: Annotated[dict[str, str], Depends(_form)], at: At
) -> JSONResponse:
    """HTTP Basic or form fields; grant_type must be client_credentials."""
    if form.get("grant_type") != "client_credentials":
        return _refused("unsupported_grant_type", "Only client_credentials is given here.", 400)
    id, secret = _credentials(request.headers.get("authorization", ""), form)
    given = give_token(id, secret, at=at) if id and secret and id.isprintable() else None
    if given is None:
        return _refused("invalid_client", "There is no such client, or its secret is another.", 401)
    answer = {
        "access_token": given.token,
        "token_type": "Bearer",
        "expires_in": int(given.lifetime.total_seconds()),
    }
    return JSONResponse(answer, headers=_NO_STORE)


def _credentials(authorization: str, form: dict[str, str]) -> tuple[str | None, str | None]:
    kind, _, encoded = authorization.partition(" ")
    if kind.lower() != "basic":
        return form.get("client_id"), form.get("client_secret")
    try:
        id, colon, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None, None
    return (unquote_plus(id), unquote_plus(secret)) if colon else (None, None)


def _refused(error: str, words: str, status: int) -> JSONResponse:
    headers = dict(_NO_STORE)
    if status == 401:
        headers["WWW-Authenticate"] = "Basic"
    return JSONResponse({"error": error, "error_description": words}, status, headers)

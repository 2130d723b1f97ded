"""Answers in SCIM's own words: https://www.rfc-editor.org/rfc/rfc7644#section-3.12"""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import ValidationError
from scim2_models import Error, SCIMException
from starlette.exceptions import HTTPException

from services.referral.scim_api.asking import NotSignedIn, NotTaken
from services.referral.use_cases.manage_staff import TAKEN
from shared.errors import Conflict, Failure, Invalid, NotAllowed, NotFound, Stale
from shared.pace import TooFast

MEDIA_TYPE = "application/scim+json"
#: Each failure's status; the first that fits counts.
_STATUS: tuple[tuple[type[Failure], int], ...] = (
    (NotSignedIn, 401),
    (NotAllowed, 403),
    (NotFound, 404),
    (Stale, 412),
    (Conflict, 409),
    (NotTaken, 415),
    (TooFast, 429),
    (Invalid, 400),
)
_UNREADABLE = frozenset({"structure", "too-costly", "too-long"})


class Refused(Failure):
    """What SCIM's own rules refuse."""

    def __init__(self, error: Error) -> None:
        super().__init__(error.detail or "")
        self.error = error


@contextmanager
def scim_rules() -> Iterator[None]:
    """What breaks SCIM's rules in here is Refused."""
    try:
        yield
    except SCIMException as wrong:
        raise Refused(_plain(wrong)) from wrong
    except ValidationError as wrong:
        raise Refused(Error.from_validation_errors(wrong)[0]) from wrong


def _plain(wrong: SCIMException) -> Error:
    """What pydantic says of a value would repeat the value."""
    error = wrong.to_error()
    inner = wrong.__cause__ or wrong.__context__
    if isinstance(inner, ValidationError):
        first = Error.from_validation_errors(inner)[0]
        return Error(status=error.status, scim_type=error.scim_type, detail=first.detail)
    return error


def scim_json(body: dict[str, Any], status: int = 200, **headers: str) -> Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return JSONResponse(body, status, named, media_type=MEDIA_TYPE)


def scim_answer(failure: Exception) -> Response:
    """Any failure as SCIM's error."""
    if isinstance(failure, Refused):
        return _answer(failure.error)
    if isinstance(failure, Failure):
        return _of_failure(failure)
    if isinstance(failure, HTTPException):
        error = Error(status=failure.status_code, detail=str(failure.detail))
        return _answer(error, dict(failure.headers or {}))
    if isinstance(failure, RequestValidationError):
        return _answer(Error(status=400, scim_type="invalidValue", detail="A part of the address."))
    return _answer(Error(status=500, detail="Something went wrong here. Nothing was written."))


def _of_failure(failure: Failure) -> Response:
    status = next(status for kind, status in _STATUS if isinstance(failure, kind))
    headers = {}
    if isinstance(failure, NotSignedIn):
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(failure, TooFast):
        headers["Retry-After"] = str(math.ceil(failure.wait))
    error = Error(status=status, scim_type=_scim_type(failure), detail=str(failure))
    return _answer(error, headers)


def _scim_type(failure: Failure) -> str | None:
    if isinstance(failure, Invalid):
        unreadable = any(one.code in _UNREADABLE for one in failure.issues)
        return "invalidSyntax" if unreadable else "invalidValue"
    return "uniqueness" if isinstance(failure, Conflict) and str(failure) == TAKEN else None


def _answer(error: Error, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse(error.model_dump(), error.status or 400, headers, media_type=MEDIA_TYPE)

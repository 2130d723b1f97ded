"""What each request brings: the directory that asks, and what it sent."""

import re
from dataclasses import replace
from typing import Annotated, Any

from fastapi import Depends, Request

from services.referral.domain.scopes import SCIM
from services.referral.use_cases.give_token import whose_token
from services.referral.use_cases.workplace import Workplace
from shared.errors import Failure, NotAllowed, NotFound
from shared.fhir.json import read_json
from shared.identity import Principal, Role
from shared.pace import Pace

LARGEST = 100_000  # bytes of a body
_TYPES = ("application/scim+json", "application/json")
_ID = re.compile(r"[A-Za-z0-9.-]{1,64}")


class NotSignedIn(Failure):
    """There is no token, or it is not one that we gave and that still lasts."""


class NotTaken(Failure):
    """A content type that is not JSON."""


async def workplace(request: Request) -> Workplace:
    # async, though it waits for nothing: a plain def would cost a thread each time
    place: Workplace = request.app.state.workplace
    return place


At = Annotated[Workplace, Depends(workplace)]


def signed_in(request: Request, at: At) -> Principal:
    """The directory of one organisation: an admin for its people, who sees no child's record
    whatever the account that it acts as may see."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    who = whose_token(token, at=at) if kind.lower() == "bearer" and token else None
    if who is None:
        raise NotSignedIn("Send the bearer token that /oauth/token gave you.")
    pace: Pace = request.app.state.pace
    pace.take(who.client or who.id, 1 if request.method == "GET" else 5)
    if who.scope != SCIM:
        raise NotAllowed("Your token does not allow this: it needs the scope scim.")
    nothing: frozenset[str] = frozenset()
    return replace(who, role=Role.ADMIN, services=nothing, areas=nothing, children=nothing)


Who = Annotated[Principal, Depends(signed_in)]


async def known_id(id: str) -> str:
    """NotFound for what no id looks like, before any database is asked for it."""
    if not _ID.fullmatch(id):
        raise NotFound("There is no such person.")
    return id


Id = Annotated[str, Depends(known_id)]


async def sent_json(request: Request, _: Who) -> Any:
    """The JSON that was sent, by somebody who may. Invalid where it is none."""
    kind = request.headers.get("content-type", _TYPES[0]).partition(";")[0].strip().lower()
    if kind not in _TYPES:
        raise NotTaken("Send application/scim+json.")
    return read_json(await request.body(), max_bytes=LARGEST, max_depth=12, max_items=2_000)


Sent = Annotated[Any, Depends(sent_json)]


async def version_wanted(request: Request) -> str | None:
    """What If-Match says, None where anything will do."""
    written = request.headers.get("if-match", "*").strip()
    return None if written == "*" else written


IfMatch = Annotated[str | None, Depends(version_wanted)]

"""What each request brings: who asks, and the resource that was sent."""

import re
from typing import Annotated, Any

from fastapi import Depends, Request
from pydantic import AfterValidator, BeforeValidator
from starlette.concurrency import run_in_threadpool

from services.referral.domain.scopes import SCIM, Interaction, allows, spelled
from services.referral.fhir_api.media_types import FHIR_JSON, is_taken
from services.referral.use_cases.give_token import whose_token
from services.referral.use_cases.workplace import Workplace
from shared.errors import Failure, Invalid, Issue, NotAllowed, NotFound
from shared.fhir.json import read_json
from shared.fhir.types import STORED_TYPES
from shared.identity import Principal
from shared.pace import Pace

MAX_BYTES = 2_000_000
#: Up to this many bytes parsing takes less than the way to a thread and back.
SHORT = 50_000
#: https://hl7.org/fhir/R4/datatypes.html#id
_ID = re.compile(r"[A-Za-z0-9.-]{1,64}")
_VERSION = re.compile(r"[0-9]{1,9}")


class NotSignedIn(Failure):
    """There is no token, or it is not one that we gave and that still lasts."""


async def workplace(request: Request) -> Workplace:
    # async, though it waits for nothing: a plain def would cost a thread each time
    place: Workplace = request.app.state.workplace
    return place


At = Annotated[Workplace, Depends(workplace)]


def signed_in(request: Request, at: At) -> Principal:
    """The system that holds the bearer token."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    who = whose_token(token, at=at) if kind.lower() == "bearer" and token else None
    if who is None:
        raise NotSignedIn("Send the bearer token that /oauth/token gave you.")
    if who.scope == SCIM:
        raise NotAllowed("Your token is for people under /scim/v2, and opens nothing else.")
    pace: Pace = request.app.state.pace
    pace.take(who.client or who.id, _cost(request))
    return who


def _cost(request: Request) -> float:
    """What a request costs beside reading one record: a write fsyncs, a search looks around."""
    is_form = request.url.path.endswith("/_search")
    if request.method != "GET" and not is_form:
        return 5
    if request.url.path.count("/") > 2 and not is_form:
        return 1
    return 2 + request.url.query.count(",") / 10


Who = Annotated[Principal, Depends(signed_in)]


def known_id(written: str) -> str:
    """As it is; NotFound for what no id looks like, before any database is asked for it."""
    if not _ID.fullmatch(written):
        raise NotFound("There is no such record.")
    return written


def known_version(written: str) -> int:
    """The number; NotFound for what no version looks like."""
    if not _VERSION.fullmatch(written):
        raise NotFound("There is no such version.")
    return int(written)


#: The id and the version in an address.
Id = Annotated[str, AfterValidator(known_id)]
Version = Annotated[int, BeforeValidator(known_version)]


def check_scope(who: Principal, type: str, *interactions: Interaction) -> None:
    """Raise NotAllowed, naming what is missing, unless the token allows all of them."""
    missing = [one for one in interactions if not allows(who.scope or "", type, one)]
    if missing:
        wanted = spelled(type, missing)
        raise NotAllowed(f"Your token does not allow this: it needs the scope {wanted}.")


def _may(interaction: Interaction) -> Any:
    """The caller, whose token allows that with resources of the type in the address."""

    async def allowed(type: str, who: Who) -> Principal:
        if type not in STORED_TYPES:
            raise NotFound(f"{type[:64]} is not kept here.")
        check_scope(who, type, interaction)
        return who

    return Depends(allowed)


Creating = Annotated[Principal, _may(Interaction.CREATE)]
Looking = Annotated[Principal, _may(Interaction.READ)]
Changing = Annotated[Principal, _may(Interaction.UPDATE)]
Searching = Annotated[Principal, _may(Interaction.SEARCH)]
Deleting = Annotated[Principal, _may(Interaction.DELETE)]


async def sent_bytes(request: Request) -> bytes:
    """The body, which is no longer than `MAX_BYTES`: the edge has seen to that."""
    return await request.body()


Body = Annotated[bytes, Depends(sent_bytes)]


async def sent_json(request: Request, body: Body) -> Any:
    """The JSON that was sent, decimals as they were written."""
    kind = request.headers.get("content-type", FHIR_JSON)
    if not is_taken(kind):
        text = f"“{kind[:80]}” is not taken here; send application/fhir+json."
        raise NotTaken(Issue(text, code="not-supported"))
    try:
        if len(body) < SHORT:
            return read_json(body, max_bytes=MAX_BYTES)
        return await run_in_threadpool(read_json, body, max_bytes=MAX_BYTES)
    except Invalid as wrong:
        raise Unreadable(*wrong.issues) from wrong


class Unreadable(Invalid):
    """The text itself is no JSON that can be kept as it was written."""


class NotTaken(Invalid):
    """A content type that is not one of FHIR's for JSON."""


Sent = Annotated[Any, Depends(sent_json)]


async def version_wanted(request: Request) -> int | None:
    """The version that If-Match names: `W/"3"`, `"3"` or 3; None without the header."""
    try:
        return read_version(request.headers.get("if-match"))
    except ValueError:
        raise Invalid(Issue('If-Match holds a version, as W/"3".', code="value")) from None


def read_version(written: str | None) -> int | None:
    """Of an ETag; ValueError for anything else."""
    if written is None:
        return None
    number = written.strip().removeprefix("W/").strip('"')
    if not _VERSION.fullmatch(number):
        raise ValueError("This is no version.")
    return int(number)


IfMatch = Annotated[int | None, Depends(version_wanted)]

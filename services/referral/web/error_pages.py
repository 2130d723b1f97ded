"""Pages for what went wrong: what happened, in words, and what to do now."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from services.referral.domain.emergency import may_ask
from services.referral.web.rendering import render
from shared.errors import Conflict, Failure, Invalid, NotAllowed, NotFound
from shared.identity import Principal


@dataclass(frozen=True)
class Words:
    title: str
    advice: str


WORDS: dict[int, Words] = {
    403: Words(
        "You cannot do this",
        "If you think you should be able to, ask the person who looks after Sooner where you work. "
        "Families can ask the person whom they can call.",
    ),
    404: Words(
        "Page not found",
        "If you typed the address, check it is correct. If you followed a link, the page may have "
        "moved, or it may be about a child whose record is not shared with you.",
    ),
    408: Words(
        "What you sent came too slowly",
        "Nothing was saved. Check your connection, then go back and send it again.",
    ),
    409: Words(
        "Something has changed since you opened this page",
        "Nothing you sent was saved. Go back, load the page again, and look at what is new.",
    ),
    413: Words(
        "What you sent is too long",
        "Nothing was saved. Go back, make it shorter, and send it again.",
    ),
    421: Words(
        "This is not the address of this service",
        "Type the address you were given. If you followed a link, do not enter your password.",
    ),
    422: Words(
        "We could not use what was sent",
        "Go back and check what you entered. Nothing was saved.",
    ),
    429: Words(
        "You have done this too often",
        "Wait a minute, then go back and try again. Nothing you saved is lost.",
    ),
    500: Words(
        "Sorry, there is a problem with this service",
        "Try again in a few minutes. Answers you saved in a form are kept. If a child is in danger "
        "now, call 999.",
    ),
}

#: The status of each failure; the first that fits counts.
STATUSES: tuple[tuple[type[Failure], int], ...] = (
    (NotFound, 404),
    (NotAllowed, 403),
    (Conflict, 409),
    (Invalid, 422),
)


def failure_page(request: Request, failure: Exception) -> Response:
    """The page for a failure that the rules raised, with its own words on it."""
    status = next((s for kind, s in STATUSES if isinstance(failure, kind)), 500)
    said = str(failure) if isinstance(failure, Failure) and status != 404 else ""
    return error_page(request, status, said)


def error_page(request: Request, status: int, said: str = "") -> Response:
    """The page for an HTTP status; one without words of its own gets those of its hundred."""
    fallback = WORDS[500] if status >= 500 else WORDS[404]
    words = WORDS.get(status, fallback)
    shown = {"words": words, "said": said, "emergency": status == 404 and _may_ask(request)}
    return render(request, "error.html", status, **shown)


def _may_ask(request: Request) -> bool:
    """Whether emergency access is open to whoever did not find the record."""
    who: Principal | None = getattr(request.state, "who", None)
    return who is not None and may_ask(who)


def other_site_page(request: Request) -> Response:
    """The answer to a form that another site sent."""
    return error_page(request, 403, "This form did not come from a page of this site.")

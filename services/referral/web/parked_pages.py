"""Work kept across a time-out: whoever signs in again finds what they wrote."""

from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from services.referral.use_cases.parked_forms import Parked, drop, park, parked_for
from services.referral.web.asking import At, Who, cookie, workplace
from services.referral.web.forms.posted import posted, see
from services.referral.web.front_door import PARKED, cookie_of, local
from services.referral.web.rendering import Page, render
from shared.errors import NotFound
from shared.identity import Principal

pages = APIRouter(include_in_schema=False)

#: What is sent here is never kept: passwords, codes, and what only an administrator may do.
NOT_KEPT = ("/account", "/admin", "/sign-in", "/sign-out", "/set-password", "/carry-on")
#: Fields that no person has typed.
HIDDEN = ("version", "next")


async def to_sign_in(request: Request, _: Exception) -> Response:
    """The sign-in page, which leads back to where the person was going; what they sent is kept.
    Families have no password, and ask for a link."""
    if request.url.path == Page.FAMILY.href:
        return see("/family/ask")
    query = f"?{request.url.query}" if request.url.query else ""
    secret = await _parked(request) if request.method == "POST" else None
    more = "&kept=yes" if secret else ""
    answer = see(f"/sign-in?next={quote(request.url.path + query, safe='/')}{more}")
    if secret:
        cookie_of(request, PARKED).put(answer, secret)
    return answer


async def _parked(request: Request) -> str | None:
    path, session = request.url.path, cookie(request).secret(request)
    if not session or path.startswith(NOT_KEPT):
        return None
    form = await posted(request)
    fields = tuple((name, str(value)) for name, value in form.multi_items())

    def keep() -> str | None:
        return park(path, fields, session_secret=session, at=workplace(request))

    return await run_in_threadpool(keep)


@pages.get("/carry-on")
def carry_on(request: Request, who: Who, at: At) -> Response:
    parked = _kept(request, who, at)
    if parked is None:
        return _nothing_kept(request)
    written = [value for name, value in parked.fields if value.strip() and name not in HIDDEN]
    return render(request, "carry_on.html", fields=parked.fields, written=written)


@pages.post("/carry-on")
def send_again(request: Request, who: Who, at: At) -> Response:
    """To where it was sent first: with 307 the browser posts the same fields there."""
    parked = _kept(request, who, at)
    if parked is None:
        return _nothing_kept(request)
    drop(cookie_of(request, PARKED).secret(request), who=who, at=at)
    answer = RedirectResponse(local(parked.path), 307)
    cookie_of(request, PARKED).take_away(answer)
    return answer


@pages.post("/carry-on/forget")
def forget(request: Request, who: Who, at: At) -> Response:
    if _kept(request, who, at):
        drop(cookie_of(request, PARKED).secret(request), who=who, at=at)
    return _nothing_kept(request)


def _kept(request: Request, who: Principal, at: At) -> Parked | None:
    try:
        return parked_for(who, cookie_of(request, PARKED).secret(request), at=at)
    except NotFound:
        return None


def _nothing_kept(request: Request) -> Response:
    answer = see("/")
    cookie_of(request, PARKED).take_away(answer)
    return answer

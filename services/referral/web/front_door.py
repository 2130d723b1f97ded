"""What the pages on the way in share: where a browser comes from, and the cookies they leave."""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import Response

from services.referral.use_cases.sign_in import Browser, Door, sign_out
from services.referral.use_cases.workplace import Workplace
from services.referral.web.asking import Cookie, cookie
from services.referral.web.device_words import device_words
from services.referral.web.forms.posted import see
from shared.passwords import new_secret

HALF_WAY = "-step"
BROWSER = "-browser"
PARKED = "-parked"
SECONDS = {HALF_WAY: 10 * 60, BROWSER: 180 * 86400, PARKED: 30 * 60}


def door(request: Request) -> Door:
    kept: Door = request.app.state.door
    return kept


TheDoor = Annotated[Door, Depends(door)]


def cookie_of(request: Request, kind: str) -> Cookie:
    return Cookie(cookie(request).secure, kind, SECONDS[kind])


def browser_of(request: Request) -> Browser:
    """With the secret that we left there before, or a new one to leave."""
    return Browser(
        address=request.client.host if request.client else "",
        secret=cookie_of(request, BROWSER).secret(request) or new_secret(),
        words=device_words(request.headers.get("user-agent", "")),
    )


FromBrowser = Annotated[Browser, Depends(browser_of)]


def enter(request: Request, secret: str, browser: Browser, answer: Response, at: Workplace) -> None:
    """Put the new session in the answer; the one before ends, and the browser is known again."""
    session = cookie(request)
    sign_out(session.secret(request), at=at)
    session.put(answer, secret)
    cookie_of(request, BROWSER).put(answer, browser.secret)
    cookie_of(request, HALF_WAY).take_away(answer)


def onward(request: Request, way_on: str) -> Response:
    """To where the person was going; first to what they wrote too late, where something is kept."""
    parked = cookie_of(request, PARKED).secret(request)
    return see("/carry-on" if parked else local(way_on))


def local(next: str) -> str:
    """Where to go after signing in: a page of this site, or else the first one."""
    is_ours = next.startswith("/") and not next.startswith("//")
    is_plain = next.isprintable() and not {"\\", "\ufffd"} & set(next)
    return next if is_ours and is_plain else "/"

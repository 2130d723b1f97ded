"""A family's way in: ask for a link, open it, come in; or say that one did not ask."""

from typing import Any

from fastapi import APIRouter, BackgroundTasks, Request
from fastapi.responses import Response

from services.referral.domain.slowing import PAIR
from services.referral.use_cases.ask_way_in import LASTS, ask_way_in, code_of
from services.referral.use_cases.failed_attempts import TooMany, attempt, key, network
from services.referral.use_cases.note_at_door import DOOR, note_at_door
from services.referral.use_cases.sign_in import sign_out
from services.referral.use_cases.use_way_in import (
    WrongCode,
    open_link,
    refuse_way_in,
    use_way_in,
)
from services.referral.web.asking import At, TheCookie
from services.referral.web.forms.accepted import EMAIL
from services.referral.web.forms.checking import Problem
from services.referral.web.forms.posted import Posted, see
from services.referral.web.rendering import render
from shared.errors import NotAllowed
from shared.passwords import new_secret

pages = APIRouter(include_in_schema=False)

NO_EMAIL = "Type your email address, like name@example.org"
NO_CODE = "Type the six numbers"
TOO_MANY = "You have asked many times. Wait 15 minutes. Then try again."
LONGEST_EMAIL = 254  # RFC 5321, 4.5.3.1.3


@pages.get("/family/ask")
def ask(request: Request) -> Response:
    return _ask(request)


@pages.post("/family/ask")
def send(request: Request, form: Posted, at: At, cookie: TheCookie, later: BackgroundTasks) -> Any:
    email = str(form.get("email", "")).strip()
    if len(email) > LONGEST_EMAIL or not EMAIL.fullmatch(email):
        return _ask(request, email, NO_EMAIL)
    address = network(request.client.host if request.client else "")
    try:
        attempt({key("a way in", address): PAIR}, at=at)  # asking counts, whether it is known here
    except TooMany:
        note_at_door("way-in-refused", DOOR, at=at, detail="too-many")
        return _ask(request, email, TOO_MANY)
    browser = new_secret()
    # After the answer: how long it takes must not tell who is known here.
    later.add_task(ask_way_in, email, browser, at=at)
    answer = see("/family/asked")
    answer.set_cookie(
        _asked_by(cookie.secure),
        browser,
        max_age=int(LASTS.total_seconds()),
        path="/",
        secure=cookie.secure,
        httponly=True,
        samesite="lax",
    )
    return answer


@pages.get("/family/asked")
def asked(request: Request, cookie: TheCookie) -> Response:
    browser = _browser(request, cookie)
    if not browser:
        return see("/family/ask")
    code = code_of(browser)
    return render(request, "family/asked.html", code=f"{code[:3]} {code[3:]}")


@pages.get("/family/link/{token}")
def link(request: Request, token: str, at: At, cookie: TheCookie) -> Response:
    return _link(request, token, at, cookie)


@pages.post("/family/link/{token}")
def come_in(request: Request, token: str, form: Posted, at: At, cookie: TheCookie) -> Response:
    code = str(form.get("code", ""))[:20]
    browser = _browser(request, cookie)
    try:
        secret = use_way_in(token, code, browser=browser, at=at)
    except WrongCode as wrong:
        return _link(request, token, at, cookie, str(wrong) if code.strip() else NO_CODE)
    except NotAllowed:
        return render(request, "family/gone.html", 403)
    sign_out(cookie.secret(request), at=at)
    answer = see("/family")
    answer.delete_cookie(
        _asked_by(cookie.secure), path="/", secure=cookie.secure, httponly=True, samesite="lax"
    )
    cookie.put(answer, secret)
    return answer


@pages.post("/family/link/{token}/not-me")
def not_me(token: str, at: At) -> Response:
    refuse_way_in(token, at=at)
    return see("/family/not-me")


@pages.get("/family/not-me")
def thank(request: Request) -> Response:
    return render(request, "family/not_me.html")


def _ask(request: Request, email: str = "", problem: str = "") -> Response:
    problems = {"email": Problem(problem, "#email")} if problem else {}
    shown = {"typed": {"email": email[:LONGEST_EMAIL]}, "problems": problems}
    return render(request, "family/ask.html", 422 if problem else 200, **shown)


def _link(request: Request, token: str, at: At, cookie: TheCookie, problem: str = "") -> Response:
    try:
        opened = open_link(token, browser=_browser(request, cookie), at=at)
    except NotAllowed:
        return render(request, "family/gone.html", 403)
    shown = {
        "action": f"/family/link/{token}",
        "needs_code": opened.needs_code,
        "problems": {"code": Problem(problem, "#code")} if problem else {},
    }
    return render(request, "family/link.html", 422 if problem else 200, **shown)


def _asked_by(secure: bool) -> str:
    """The cookie of the browser that asked; its secret is worth nothing without the mail."""
    return "__Host-asked" if secure else "asked"


def _browser(request: Request, cookie: TheCookie) -> str:
    return request.cookies.get(_asked_by(cookie.secure), "")

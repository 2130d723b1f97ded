"""The second step of signing in: a code, or setting up an app where a role demands one."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from services.referral.use_cases.second_factors import app_address
from services.referral.use_cases.second_step import (
    Half,
    Through,
    app_to_set_up,
    enter_with_code,
    enter_with_new_app,
    half_way,
    may_use_passkey,
)
from services.referral.use_cases.sign_in import Browser
from services.referral.web.asking import At
from services.referral.web.forms.checking import Problem
from services.referral.web.forms.posted import Posted, see
from services.referral.web.front_door import (
    HALF_WAY,
    FromBrowser,
    cookie_of,
    enter,
    local,
    onward,
)
from services.referral.web.qr_code import qr_code
from services.referral.web.rendering import render
from shared.errors import Failure, NotAllowed, NotFound

pages = APIRouter(include_in_schema=False)


class NotHalfWay(Failure):
    """The first step was not taken, or too long ago."""


def taken(request: Request, at: At) -> Half:
    try:
        return half_way(cookie_of(request, HALF_WAY).secret(request), at=at)
    except NotFound:
        raise NotHalfWay("Sign in again.") from None


HalfWay = Annotated[Half, Depends(taken)]


def start_again(_: Request, __: Exception) -> Response:
    return see("/sign-in")


@pages.get("/sign-in/code")
def ask(request: Request, half: HalfWay) -> Response:
    return see("/sign-in/set-up") if half.must_set_up else code_form(request, half)


@pages.post("/sign-in/code")
def take(request: Request, half: HalfWay, form: Posted, browser: FromBrowser, at: At) -> Response:
    try:
        through = enter_with_code(half, str(form.get("code", "")), browser=browser, at=at)
    except NotAllowed as refused:
        return code_form(request, half, str(refused))
    return go_through(request, through, browser, at)


@pages.get("/sign-in/set-up")
def show_app(request: Request, half: HalfWay, at: At) -> Response:
    return _app_form(request, half, at)


@pages.post("/sign-in/set-up")
def add_app(
    request: Request, half: HalfWay, form: Posted, browser: FromBrowser, at: At
) -> Response:
    try:
        through = enter_with_new_app(half, str(form.get("code", "")), browser=browser, at=at)
    except NotAllowed as refused:
        return _app_form(request, half, at, str(refused))
    return go_through(request, through, browser, at)


def go_through(request: Request, through: Through, browser: Browser, at: At) -> Response:
    """Signed in: on to where they were going, or first to new recovery codes, shown this once."""
    if through.codes:
        way = local(through.way_on)
        answer: Response = render(request, "recovery_codes.html", codes=through.codes, onward=way)
    else:
        answer = onward(request, through.way_on)
    enter(request, through.secret, browser, answer, at)
    return answer


def code_form(request: Request, half: Half, said: str = "") -> Response:
    problems = {"code": Problem(said, "#code")} if said else {}
    shown = {"problems": problems, "passkey": may_use_passkey(half)}
    return render(request, "sign_in_code.html", 422 if said else 200, **shown)


def _app_form(request: Request, half: Half, at: At, said: str = "") -> Response:
    secret = app_to_set_up(half, at=at)
    shown = {
        "problems": {"code": Problem(said, "#code")} if said else {},
        "secret": secret,
        "qr": qr_code(app_address(secret, half.account.email)),
        "post_to": "/sign-in/set-up",
        "is_forced": True,
    }
    return render(request, "add_app.html", 422 if said else 200, **shown)

"""Make a passkey, and sign in with it. The browser's part is in static/passkeys.js."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from services.referral.use_cases.own_account import account_of, check_own_password
from services.referral.use_cases.passkeys import (
    Site,
    add_passkey,
    asked_to_make,
    asked_to_use,
    enter_with_passkey,
    site_of,
)
from services.referral.use_cases.sign_in import said
from services.referral.web.asking import At, TheCookie, Who
from services.referral.web.forms.checking import Problem
from services.referral.web.forms.posted import Posted, see
from services.referral.web.front_door import HALF_WAY, FromBrowser, TheDoor, cookie_of
from services.referral.web.rendering import render
from services.referral.web.second_step_pages import HalfWay, code_form, go_through
from shared.errors import NotAllowed, NotFound

pages = APIRouter(include_in_schema=False)


def site(door: TheDoor) -> Site:
    found = site_of(door.base)
    if found is None:
        raise NotFound("There are no passkeys at this address.")
    return found


TheSite = Annotated[Site, Depends(site)]


@pages.get("/account/passkey")
def ask(request: Request, who: Who, site: TheSite) -> Response:
    return render(request, "add_passkey.html", problems={})


@pages.post("/account/passkey/options")
def options(request: Request, who: Who, at: At, cookie: TheCookie, site: TheSite) -> Response:
    secret = cookie.secret(request)
    asked = asked_to_make(account_of(who, at), secret=secret, site=site, at=at)
    return Response(asked, media_type="application/json")


@pages.post("/account/passkey")
def take(
    request: Request,
    who: Who,
    form: Posted,
    at: At,
    door: TheDoor,
    cookie: TheCookie,
    site: TheSite,
) -> Response:
    name, credential = str(form.get("name", "")), str(form.get("credential", ""))
    try:
        check_own_password(str(form.get("password", "")), who=who, door=door, at=at)
        codes = add_passkey(
            credential,
            name,
            account=account_of(who, at),
            secret=cookie.secret(request),
            site=site,
            at=at,
        )
    except NotAllowed as refused:
        problems = {"password": Problem(said(refused), "#password")}
        return render(request, "add_passkey.html", 422, problems=problems, name=name)
    if not codes:
        return see("/account?done=added")
    return render(request, "recovery_codes.html", codes=codes, onward="/account")


@pages.post("/sign-in/passkey/options")
def challenge(request: Request, half: HalfWay, at: At, site: TheSite) -> Response:
    secret = cookie_of(request, HALF_WAY).secret(request)
    return Response(
        asked_to_use(half, secret=secret, site=site, at=at), media_type="application/json"
    )


@pages.post("/sign-in/passkey")
def enter(
    request: Request, half: HalfWay, form: Posted, browser: FromBrowser, at: At, site: TheSite
) -> Response:
    credential = str(form.get("credential", ""))
    secret = cookie_of(request, HALF_WAY).secret(request)
    try:
        through = enter_with_passkey(
            half, credential, secret=secret, site=site, browser=browser, at=at
        )
    except NotAllowed as refused:
        return code_form(request, half, said(refused))
    return go_through(request, through, browser, at)

"""Set up, remove and renew one's own second steps. The password is asked each time."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.referral.use_cases.own_account import account_of, check_own_password
from services.referral.use_cases.second_factors import (
    add_app,
    app_address,
    factors_of,
    new_app_secret,
    new_recovery_codes,
    remove_factor,
)
from services.referral.use_cases.second_step import WRONG
from services.referral.use_cases.sign_in import said
from services.referral.web.asking import At, Id, Who
from services.referral.web.forms.checking import Problem
from services.referral.web.forms.posted import Posted, see
from services.referral.web.front_door import TheDoor
from services.referral.web.qr_code import qr_code
from services.referral.web.rendering import render
from shared.errors import NotAllowed, NotFound
from shared.identity import Principal

pages = APIRouter(include_in_schema=False)


@pages.get("/account/app")
def ask_app(request: Request, who: Who, at: At) -> Response:
    return _app_form(request, who, at, new_app_secret())


@pages.post("/account/app")
def take_app(request: Request, who: Who, form: Posted, at: At, door: TheDoor) -> Response:
    secret, name = str(form.get("secret", "")), str(form.get("name", ""))
    try:
        check_own_password(str(form.get("password", "")), who=who, door=door, at=at)
        account = account_of(who, at)
        codes = add_app(secret, str(form.get("code", "")), name, account=account, at=at)
    except NotAllowed as refused:
        problem = {"password": Problem(said(refused), "#password")}
        return _app_form(request, who, at, secret, name, problem)
    except NotFound:
        problem = {"code": Problem(WRONG, "#code")}
        return _app_form(request, who, at, secret, name, problem)
    return _done(request, codes)


@pages.get("/account/steps/{id}/remove")
def ask_remove(request: Request, who: Who, at: At, id: Id) -> Response:
    return _remove_form(request, who, at, id)


@pages.post("/account/steps/{id}/remove")
def take_remove(
    request: Request, who: Who, form: Posted, at: At, door: TheDoor, id: Id
) -> Response:
    try:
        check_own_password(str(form.get("password", "")), who=who, door=door, at=at)
    except NotAllowed as refused:
        return _remove_form(request, who, at, id, said(refused))
    remove_factor(id, who=who, at=at)
    return see("/account?done=removed")


@pages.get("/account/recovery-codes")
def ask_codes(request: Request, who: Who) -> Response:
    return render(request, "confirm_password.html", problems={}, what="codes")


@pages.post("/account/recovery-codes")
def take_codes(request: Request, who: Who, form: Posted, at: At, door: TheDoor) -> Response:
    try:
        check_own_password(str(form.get("password", "")), who=who, door=door, at=at)
    except NotAllowed as refused:
        problems = {"password": Problem(said(refused), "#password")}
        return render(request, "confirm_password.html", 422, problems=problems, what="codes")
    return _done(request, new_recovery_codes(who=who, at=at))


def _done(request: Request, codes: list[str]) -> Response:
    if not codes:
        return see("/account?done=added")
    return render(request, "recovery_codes.html", codes=codes, onward="/account")


def _app_form(
    request: Request,
    who: Principal,
    at: At,
    secret: str,
    name: str = "",
    problems: dict[str, Problem] | None = None,
) -> Response:
    try:
        qr = qr_code(app_address(secret, account_of(who, at).email))
    except ValueError:  # the secret in the form was changed by hand
        raise NotFound("There is no such page.") from None
    shown = {
        "problems": problems or {},
        "secret": secret,
        "qr": qr,
        "post_to": "/account/app",
        "name": name,
    }
    return render(request, "add_app.html", 422 if problems else 200, **shown)


def _remove_form(request: Request, who: Principal, at: At, id: str, said: str = "") -> Response:
    mine = {one.id: one for one in factors_of(who.id, at=at).factors}
    if id not in mine:
        raise NotFound("There is no such page.")
    problems = {"password": Problem(said, "#password")} if said else {}
    status = 422 if said else 200
    return render(
        request, "confirm_password.html", status, problems=problems, what="remove", step=mine[id]
    )

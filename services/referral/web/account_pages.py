"""One's own account: where one is signed in, the password, and the second steps."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.referral.use_cases.own_account import (
    account_of,
    change_password,
    end_own_session,
    end_own_sessions,
    own_sessions,
)
from services.referral.use_cases.passkeys import site_of
from services.referral.use_cases.second_factors import factors_of
from services.referral.web.asking import PAGES, At, TheCookie, Who, under_account
from services.referral.web.forms.checking import Problem
from services.referral.web.forms.posted import Posted, see
from services.referral.web.front_door import FromBrowser, TheDoor
from services.referral.web.rendering import render
from shared.errors import Invalid

pages = APIRouter(include_in_schema=False)

DONE = {
    "password": "Your password is changed, and you are signed out everywhere else",
    "ended": "That browser is signed out",
    "added": "The second step is set up",
    "removed": "The second step is removed",
}


@pages.get("/account")
def show(
    request: Request, who: Who, at: At, door: TheDoor, cookie: TheCookie, done: str = ""
) -> Response:
    account = account_of(who, at)
    shown = {
        "email": account.email,
        "has_password": bool(account.password_hash),
        "second": factors_of(who.id, at=at),
        "sessions": own_sessions(who, cookie.secret(request), door=door, at=at),
        "passkeys": site_of(door.base) is not None,
        "pages": [page for page in PAGES[who.role] if page in under_account(who)],
        "done": DONE.get(done, ""),
    }
    return render(request, "account.html", **shown)


@pages.post("/account/sessions/end")
def end(who: Who, form: Posted, at: At) -> Response:
    end_own_session(str(form.get("session", "")), who=who, at=at)
    return see("/account?done=ended")


@pages.post("/account/sessions/end-all")
def end_all(request: Request, who: Who, at: At, cookie: TheCookie) -> Response:
    end_own_sessions(who=who, at=at)
    answer = see("/sign-in")
    cookie.take_away(answer)
    return answer


@pages.get("/account/password")
def ask_password(request: Request, who: Who) -> Response:
    return render(request, "change_password.html", problems={})


@pages.post("/account/password")
def take_password(
    request: Request,
    who: Who,
    form: Posted,
    browser: FromBrowser,
    at: At,
    door: TheDoor,
    cookie: TheCookie,
) -> Response:
    old, new = str(form.get("old", "")), str(form.get("new", ""))
    try:
        secret = change_password(old, new, device=browser.words, who=who, door=door, at=at)
    except Invalid as wrong:
        problems = {one.expression: Problem(one.text, f"#{one.expression}") for one in wrong.issues}
        return render(request, "change_password.html", 422, problems=problems)
    answer = see("/account?done=password")
    cookie.put(answer, secret)
    return answer

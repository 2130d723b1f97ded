"""Sign in and out, and the page where each person begins."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.referral.demo.people import FAMILY_EMAIL, PASSWORD, PEOPLE
from services.referral.demo.places import organisation
from services.referral.use_cases.sign_in import HalfWay, sign_in, sign_out
from services.referral.web.asking import PAGES, At, TheCookie, Who
from services.referral.web.elsewhere import after_sign_out, ways_shown
from services.referral.web.forms.checking import Problem
from services.referral.web.forms.posted import Posted, see
from services.referral.web.front_door import (
    HALF_WAY,
    FromBrowser,
    TheDoor,
    cookie_of,
    enter,
    onward,
)
from services.referral.web.rendering import Look, render
from shared.errors import NotAllowed

pages = APIRouter(include_in_schema=False)


@pages.get("/")
def begin(who: Who) -> Response:
    return see(PAGES[who.role][0].href)


@pages.get("/sign-in")
def ask(request: Request, next: str = "", kept: str = "", done: str = "") -> Response:
    return _form(request, next, kept=bool(kept), done=done)


@pages.post("/sign-in")
def let_in(request: Request, form: Posted, at: At, door: TheDoor, browser: FromBrowser) -> Response:
    email, password = str(form.get("email", "")), str(form.get("password", ""))
    next = str(form.get("next", ""))
    if problems := _missing(email, password):
        return _form(request, next, email, problems)
    try:
        way = sign_in(email, password, next, browser=browser, door=door, at=at)
    except NotAllowed as refused:
        return _form(request, next, email, {"email": Problem(str(refused), "#email")})
    if isinstance(way, HalfWay):
        answer: Response = see("/sign-in/code")
        cookie_of(request, HALF_WAY).put(answer, way.secret)
        return answer
    answer = onward(request, next)
    enter(request, way.secret, browser, answer, at)
    return answer


@pages.post("/sign-out")
def let_out(request: Request, at: At, cookie: TheCookie) -> Response:
    after = after_sign_out(request, cookie.secret(request))
    sign_out(cookie.secret(request), at=at)
    answer = see(after)
    cookie.take_away(answer)
    return answer


def _missing(email: str, password: str) -> dict[str, Problem]:
    typed = {"email": email.strip(), "password": password}
    said = {"email": "Enter your email address", "password": "Enter your password"}
    return {key: Problem(said[key], f"#{key}") for key in typed if not typed[key]}


def _form(
    request: Request,
    next: str,
    email: str = "",
    problems: dict[str, Problem] | None = None,
    **more: object,
) -> Response:
    look: Look = request.app.state.look
    shown = {
        "next": next,
        "typed": {"email": email},
        "problems": problems or {},
        "elsewhere": ways_shown(request, next),
        "people": _demo_people() if look.demo else [],
        "password": PASSWORD if look.demo else "",
        **more,
    }
    return render(request, "sign_in.html", 422 if problems else 200, **shown)


def _demo_people() -> list[dict[str, str]]:
    staff = [
        {"email": one.email, "who": f"{one.title}, {organisation(one.organisation).name}"}
        for one in PEOPLE
    ]
    return [*staff, {"email": FAMILY_EMAIL, "who": "Parent of a child who was referred"}]

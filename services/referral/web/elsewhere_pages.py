"""Sign in with another organisation's sign-in service: there, back, and out again."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from services.referral.use_cases.oidc.coming_back import Brought, Lost, RefusedBy, come_back
from services.referral.use_cases.oidc.going import LASTS, send_to
from services.referral.use_cases.oidc.leaving import sign_out_by, way_out
from services.referral.use_cases.oidc.refused import AGAIN, Refused, note_refused
from services.referral.use_cases.oidc.way import Way
from services.referral.use_cases.sign_in import sign_out
from services.referral.web.asking import At, Cookie, TheCookie
from services.referral.web.elsewhere import ways_of
from services.referral.web.forms.posted import Posted, see
from services.referral.web.front_door import local
from services.referral.web.rendering import render
from shared.errors import NotFound

pages = APIRouter(include_in_schema=False)

MAX_LOGOUT_TOKEN = 16_000  # characters


class ShortCookie(Cookie):
    """Binds the way there to the way back: in this browser, once, for a few minutes."""

    @property
    def name(self) -> str:
        return f"{super().name}-elsewhere"

    def put(self, response: Response, secret: str) -> None:
        response.set_cookie(
            self.name, secret, path="/", secure=self.secure, httponly=True, samesite="lax",
            max_age=int(LASTS.total_seconds()),
        )  # fmt: skip


@pages.get("/sign-in/with/{provider}")
def go(request: Request, provider: str, at: At, cookie: TheCookie, next: str = "") -> Response:
    way = _way(request, provider)
    try:
        gone = send_to(way, local(next), at=at)
    except Refused as refused:
        note_refused(way.provider.id, refused.code, at=at)
        return _refused(request, RefusedBy(way, refused.code))
    answer = see(gone.url)
    _short(cookie).put(answer, gone.secret)
    return answer


@pages.get("/sign-in/back")
def back(
    request: Request,
    at: At,
    cookie: TheCookie,
    code: str = "",
    state: str = "",
    iss: str = "",
    error: str = "",
) -> Response:
    brought = Brought(code=code, state=state, iss=iss, error=error)
    short = _short(cookie)
    try:
        let_in = come_back(brought, short.secret(request), ways=ways_of(request), at=at)
    except (Lost, RefusedBy) as refused:
        answer = _refused(request, refused)
    else:
        sign_out(cookie.secret(request), at=at)
        answer = see(let_in.next)
        cookie.put(answer, let_in.secret)
    short.take_away(answer)
    return answer


@pages.get("/sign-in/with/{provider}/out")
def go_out(request: Request, provider: str, at: At) -> Response:
    way = _way(request, provider)
    try:
        return see(way_out(way, at=at) or "/sign-in")
    except Refused as refused:
        return _refused(request, RefusedBy(way, refused.code))


@pages.post("/sign-in/with/{provider}/ended")
def ended(request: Request, provider: str, form: Posted, at: At) -> Response:
    """Back-channel logout: the provider itself says that somebody has signed out there."""
    way = _way(request, provider)
    token = str(form.get("logout_token", ""))
    try:
        sign_out_by(way, token[:MAX_LOGOUT_TOKEN], at=at)
    except Refused as refused:
        wrong = {"error": "invalid_request", "error_description": refused.code}
        return JSONResponse(wrong, 400)
    return Response(status_code=200)


def _way(request: Request, provider: str) -> Way:
    way = ways_of(request).get(provider)
    if way is None:
        raise NotFound("There is no such page.")
    return way


def _short(cookie: Cookie) -> ShortCookie:
    return ShortCookie(cookie.secure)


def _refused(request: Request, refused: Lost | RefusedBy) -> Response:
    if isinstance(refused, Lost):
        said = AGAIN
    else:
        one = refused.way.provider
        said = refused.words(name=one.name, whom=one.whom_to_ask)
    return render(request, "elsewhere/refused.html", 403, said=said, code=refused.code)

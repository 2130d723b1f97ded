"""The demo area's mail: what went out to whom, for people who try Sooner."""

import base64
import hashlib
import re
from datetime import datetime
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from services.notify.messages.caught_mail import CaughtMail

LONDON = ZoneInfo("Europe/London")

PAGES = Environment(
    loader=PackageLoader("services.notify", "templates/pages"),
    autoescape=True,
    undefined=StrictUndefined,
)
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


def mail_router(caught: CaughtMail) -> APIRouter:
    """Pages for reading caught mail; only ever mounted in the demo area."""
    router = APIRouter(default_response_class=HTMLResponse)

    @router.get("/mail")
    def list_mail() -> HTMLResponse:
        return _page("mails.html", mails=caught.newest())

    @router.get("/mail/{id}")
    def show_mail(id: str) -> HTMLResponse:
        return _page("mail.html", mail=caught.mail(id))

    return router


def _local(at: datetime) -> str:
    return f"{at.astimezone(LONDON):%-d %B %Y, %H:%M}"


def _page(name: str, **shown: object) -> HTMLResponse:
    page = PAGES.get_template(name).render(**shown)
    return HTMLResponse(page, headers={"content-security-policy": _policy(page)})


def _policy(page: str) -> str:
    """Nothing but this page's own style, which comes before anything from a mail."""
    style = _STYLE.search(page)
    digest = hashlib.sha256(style[1].encode() if style else b"").digest()
    allowed = f"'sha256-{base64.b64encode(digest).decode()}'"
    kept = "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    return f"default-src 'none'; style-src {allowed}; {kept}"


PAGES.filters["local"] = _local

"""The demo area's mail: what went out to whom, for people who try Sooner."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from services.notify.messages.caught_mail import CaughtMail
from services.notify.showing import show


def mail_router(caught: CaughtMail) -> APIRouter:
    """Pages for reading caught mail; only ever mounted in the demo area."""
    router = APIRouter(default_response_class=HTMLResponse)

    @router.get("/mail")
    def list_mail() -> HTMLResponse:
        return show("mails.html", mails=caught.newest())

    @router.get("/mail/{id}")
    def show_mail(id: str) -> HTMLResponse:
        return show("mail.html", mail=caught.mail(id))

    return router

"""Which pages there are."""

from fastapi import Depends, FastAPI, Request

from services.referral.use_cases.failed_attempts import FailedAttempts
from services.referral.use_cases.sign_in import Door
from services.referral.use_cases.workplace import Workplace
from services.referral.web import (
    ask_pages,
    audit_pages,
    concern_pages,
    directory_pages,
    emergency_pages,
    message_pages,
    move_pages,
    queue_pages,
    referral_pages,
    sign_in_pages,
    staff_pages,
)
from services.referral.web.asking import Cookie, NotSignedIn, signed_in, to_sign_in
from services.referral.web.concern_desk import concern_desks
from services.referral.web.concern_form import pages as concern_form
from services.referral.web.concern_form.desk import Desk

JOURNEYS = (
    sign_in_pages,
    concern_pages,
    queue_pages,
    referral_pages,
    audit_pages,
    move_pages,
    ask_pages,
    message_pages,
    directory_pages,
    emergency_pages,
    staff_pages,
)


def add_pages(app: FastAPI, at: Workplace, *, secure: bool) -> None:
    """Every page; `secure` says that browsers speak HTTPS to us, which the cookie then demands."""
    desks = concern_desks(at)

    def desk_for(request: Request) -> Desk:
        return desks(request.state.who)

    app.state.cookie = Cookie(secure)
    app.state.door = Door()
    app.state.emergency_misses = FailedAttempts()
    app.state.desk_for = desk_for
    for journey in JOURNEYS:
        app.include_router(journey.pages)
    app.include_router(concern_form.pages, dependencies=[Depends(signed_in)])
    app.add_exception_handler(NotSignedIn, to_sign_in)

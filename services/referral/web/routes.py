"""Which pages there are."""

from fastapi import Depends, FastAPI, Request

from services.referral.use_cases.sign_in import Door
from services.referral.use_cases.workplace import Workplace
from services.referral.web import (
    account_pages,
    api_pages,
    ask_pages,
    audit_pages,
    changed_pages,
    child_pages,
    concern_pages,
    copy_pages,
    directory_pages,
    elsewhere_pages,
    emergency_pages,
    family_pages,
    invite_pages,
    message_pages,
    missed_pages,
    move_pages,
    notice_pages,
    own_factor_pages,
    parked_pages,
    passkey_pages,
    preference_pages,
    queue_pages,
    recovery_pages,
    referral_pages,
    run_pages,
    second_step_pages,
    sending_pages,
    sharing_pages,
    sign_in_pages,
    staff_pages,
    tell_pages,
    times_pages,
    told_pages,
)
from services.referral.web.asking import Cookie, NotSignedIn, Who, check_page
from services.referral.web.concern_desk import concern_desks
from services.referral.web.concern_form import pages as concern_form
from services.referral.web.concern_form.desk import Desk
from services.referral.web.parked_pages import to_sign_in
from services.referral.web.rendering import Page

JOURNEYS = (
    sign_in_pages,
    second_step_pages,
    account_pages,
    own_factor_pages,
    passkey_pages,
    recovery_pages,
    parked_pages,
    elsewhere_pages,
    concern_pages,
    queue_pages,
    referral_pages,
    audit_pages,
    invite_pages,
    sharing_pages,
    changed_pages,
    missed_pages,
    tell_pages,
    times_pages,
    told_pages,
    move_pages,
    ask_pages,
    message_pages,
    preference_pages,
    directory_pages,
    child_pages,
    copy_pages,
    family_pages,
    emergency_pages,
    staff_pages,
    run_pages,
    sending_pages,
    api_pages,
    notice_pages,
)


def _raises(who: Who) -> None:
    check_page(who, Page.RAISE)


def add_pages(app: FastAPI, at: Workplace, *, secure: bool, door: Door) -> None:
    """Every page; `secure` says that browsers speak HTTPS to us, which the cookie then demands."""
    desks = concern_desks(at)

    def desk_for(request: Request) -> Desk:
        return desks(request.state.who)

    app.state.cookie = Cookie(secure)
    app.state.door = door
    app.state.desk_for = desk_for
    for journey in JOURNEYS:
        app.include_router(journey.pages)
    app.include_router(concern_form.pages, dependencies=[Depends(_raises)])
    app.add_exception_handler(NotSignedIn, to_sign_in)
    app.add_exception_handler(second_step_pages.NotHalfWay, second_step_pages.start_again)

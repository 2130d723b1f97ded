"""Give somebody back their account: the administrator's page, and the page behind the link."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.referral.records.tables import AccountRow
from services.referral.use_cases.recover_account import (
    WAYS,
    account_of_link,
    account_to_recover,
    recover_account,
    set_password,
)
from services.referral.web.asking import At, Id, Who
from services.referral.web.forms.checking import Problem
from services.referral.web.forms.posted import Posted, see
from services.referral.web.front_door import TheDoor
from services.referral.web.rendering import render
from shared.errors import Invalid

pages = APIRouter(include_in_schema=False)


@pages.get("/admin/people/{id}/recover")
def ask(request: Request, who: Who, at: At, id: Id) -> Response:
    return _form(request, account_to_recover(id, who=who, at=at))


@pages.post("/admin/people/{id}/recover")
def recover(request: Request, who: Who, form: Posted, at: At, door: TheDoor, id: Id) -> Response:
    account = account_to_recover(id, who=who, at=at)
    try:
        secret = recover_account(id, str(form.get("known", "")), who=who, at=at)
    except Invalid:
        words = f"Say how you made sure that this is {account.name}"
        return _form(request, account, {"known": Problem(words, "#known")})
    link = f"{door.base}/set-password/{secret}"
    return render(request, "recovered.html", name=account.name, link=link)


@pages.get("/set-password/{secret}")
def ask_password(request: Request, at: At, secret: str) -> Response:
    account = account_of_link(secret, at=at)
    return render(request, "set_password.html", email=account.email, problems={})


@pages.post("/set-password/{secret}")
def take_password(request: Request, form: Posted, at: At, door: TheDoor, secret: str) -> Response:
    account = account_of_link(secret, at=at)
    try:
        set_password(secret, str(form.get("new", "")), door=door, at=at)
    except Invalid as wrong:
        problems = {"new": Problem(str(wrong), "#new")}
        return render(request, "set_password.html", 422, email=account.email, problems=problems)
    return see("/sign-in?done=password")


def _form(
    request: Request, account: AccountRow, problems: dict[str, Problem] | None = None
) -> Response:
    shown = {"name": account.name, "email": account.email, "id": account.id, "ways": WAYS}
    return render(
        request, "recover.html", 422 if problems else 200, problems=problems or {}, **shown
    )

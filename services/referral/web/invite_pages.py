"""Staff send a carer the way to their own page."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.referral.use_cases.invite_carer import carers_to_invite, invite_carer
from services.referral.web.asking import At, Id, Who
from services.referral.web.forms.posted import see
from services.referral.web.rendering import render

pages = APIRouter(include_in_schema=False)


@pages.get("/referrals/{task}/carers")
def carers(request: Request, who: Who, at: At, task: Id, sent: Id = "") -> Response:
    found = carers_to_invite(task, who=who, at=at)
    told = next((one.name for one in found if one.id == sent), "")
    return render(request, "carers.html", task=task, carers=found, told=told)


@pages.post("/referrals/{task}/carers/{carer}")
def invite(who: Who, at: At, task: Id, carer: Id) -> Response:
    invite_carer(task, carer, who=who, at=at)
    return see(f"/referrals/{task}/carers?sent={carer}")

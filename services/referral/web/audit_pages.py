"""Who looked at a child's referrals, for the family; what was unusual, for the privacy officer."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.referral.use_cases.unusual_access import unusual_access
from services.referral.use_cases.who_looked import who_looked
from services.referral.web.asking import At, Id, Who, check_page
from services.referral.web.rendering import Page, render

pages = APIRouter(include_in_schema=False)


@pages.get("/referrals/{task}/looked")
def looked(request: Request, who: Who, at: At, task: Id) -> Response:
    found = who_looked(task, who=who, at=at)
    return render(request, "looked.html", task=task, found=found)


@pages.get("/audit")
@pages.get("/audit/unusual")
def audit(request: Request, who: Who, at: At) -> Response:
    check_page(who, Page.AUDIT)
    return render(request, "audit.html", sentences=unusual_access(who=who, at=at))

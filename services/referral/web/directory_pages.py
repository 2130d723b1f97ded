"""The services of the area, for whoever looks after the directory."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.referral.use_cases.list_services import list_services
from services.referral.web.asking import At, Who, check_page
from services.referral.web.rendering import Page, render

pages = APIRouter(include_in_schema=False)


@pages.get("/directory")
def directory(request: Request, who: Who, at: At) -> Response:
    check_page(who, Page.DIRECTORY)
    return render(request, "directory.html", services=list_services(who=who, at=at))

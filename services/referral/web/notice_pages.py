"""What everybody may read without signing in: how accessible the pages are, and what is kept."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.referral.web.rendering import render

pages = APIRouter(include_in_schema=False)


@pages.get("/accessibility")
def accessibility(request: Request) -> Response:
    return render(request, "notices/accessibility.html")


@pages.get("/privacy")
def privacy(request: Request) -> Response:
    return render(request, "notices/privacy.html")

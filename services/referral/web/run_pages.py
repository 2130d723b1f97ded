"""What runs by itself, for those who look after the service; and the same as numbers."""

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response

from services.referral.use_cases.watch_turns import metrics, read_turns
from services.referral.web.asking import At, Who, check_page
from services.referral.web.rendering import Page, render
from shared.errors import NotFound

pages = APIRouter(include_in_schema=False)

JOBS = {
    "sweep": "Let what waits too long climb",
    "keep-in-touch": "Keep in touch with families",
    "nightly": "Tidy up, and check the audit",
}
LOOPBACK = frozenset({"127.0.0.1", "::1"})


@pages.get("/runs")
def runs(request: Request, who: Who, at: At) -> Response:
    check_page(who, Page.RUNS)
    return render(request, "runs.html", found=read_turns(at=at), jobs=JOBS)


@pages.get("/metrics")
def numbers(request: Request, at: At) -> Response:
    """Counts and ages only, and only for a collector on this machine."""
    if request.client is None or request.client.host not in LOOPBACK:
        raise NotFound("There is no such page.")
    return PlainTextResponse(metrics(read_turns(at=at)), media_type="text/plain; version=0.0.4")

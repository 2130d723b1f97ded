"""The pages that raise a concern: safe now?, the task list, one page a step, check, sent."""

from collections.abc import Sequence

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.referral.web.concern_form import stepping
from services.referral.web.concern_form.about_safety import CRISIS, DANGER, SAFE_NOW, SAFEGUARDING
from services.referral.web.concern_form.desk import AtDesk, Desk, Draft, OpenAlready
from services.referral.web.concern_form.form import BY_KEY, FORM
from services.referral.web.concern_form.progress import Progress, progress
from services.referral.web.concern_form.reading import told
from services.referral.web.forms.checking import check, stop_chosen, typed_in
from services.referral.web.forms.posted import Posted, see
from services.referral.web.rendering import render
from shared.errors import NotFound

pages = APIRouter(prefix="/raise", include_in_schema=False)

STOPS = (DANGER, SAFEGUARDING, CRISIS)


@pages.get("")
def ask_if_safe(request: Request) -> Response:
    return render(request, "concern/safe_now.html", step=SAFE_NOW, typed={}, problems={})


@pages.post("")
def start(request: Request, desk: AtDesk, form: Posted) -> Response:
    """Nothing is kept unless the child is safe now."""
    typed = typed_in(form, SAFE_NOW.questions)
    if stop := stop_chosen(SAFE_NOW.questions, typed):
        return see(f"/raise/stop/{stop}")
    checked = check(SAFE_NOW, typed, today=desk.today)
    if not checked.is_good:
        found = checked.problems
        template = "concern/safe_now.html"
        return render(request, template, 422, step=SAFE_NOW, typed=typed, problems=found)
    return see(f"/raise/{desk.start_draft({SAFE_NOW.key: typed})}")


@pages.get("/stop/{why}")
def stop(request: Request, desk: AtDesk, why: str) -> Response:
    if why not in STOPS:
        raise NotFound("There is no such page of the form.")
    return render(request, "concern/stop.html", why=why, numbers=desk.who_to_call(why))


@pages.get("/{draft}")
def task_list(request: Request, desk: AtDesk, draft: str) -> Response:
    opened = desk.draft(draft)
    if opened.is_sent:
        return see(f"/raise/{draft}/sent")
    shown = {
        "draft": opened,
        "sections": FORM,
        "progress": _progress(desk, opened),
        "saved": "saved" in request.query_params,
    }
    return render(request, "concern/tasks.html", **shown)


@pages.get("/{draft}/check")
def check_answers(request: Request, desk: AtDesk, draft: str) -> Response:
    opened = desk.draft(draft)
    if opened.is_sent:
        return see(f"/raise/{draft}/sent")
    return _check_page(request, desk, opened, 200)


@pages.post("/{draft}/send")
def send(request: Request, desk: AtDesk, form: Posted, draft: str) -> Response:
    """Sends a complete draft once; pressing again shows the same confirmation.

    Where the same concern is open already, the person says that this is a new one, or does not.
    """
    opened = desk.draft(draft)
    so_far = _progress(desk, opened)
    if not opened.is_sent:
        if not so_far.is_complete:
            return _check_page(request, desk, opened, 422)
        is_new = form.get("new") == "yes"
        if already := desk.raise_concern(draft, so_far.answers, is_new=is_new):
            return _check_page(request, desk, opened, 409, already)
    return see(f"/raise/{draft}/sent")


@pages.get("/{draft}/sent")
def sent(request: Request, desk: AtDesk, draft: str) -> Response:
    return render(request, "concern/sent.html", sent=desk.sent(draft))


# Last, because a step may have any name.
pages.include_router(stepping.pages)


def _progress(desk: Desk, draft: Draft) -> Progress:
    return progress(draft.typed, today=desk.today, choices=desk.choices)


def _check_page(
    request: Request, desk: Desk, draft: Draft, status: int, already: Sequence[OpenAlready] = ()
) -> Response:
    so_far = _progress(desk, draft)
    shown = {
        "draft": draft,
        "sections": FORM,
        "progress": so_far,
        "steps": BY_KEY,
        "already": already,
        "told": lambda step, values: told(step, values, desk.choices),
    }
    return render(request, "concern/check.html", status, **shown)

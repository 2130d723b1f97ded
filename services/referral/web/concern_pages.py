"""What a setting has raised: my turn, or others'."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.referral.domain.concern import AskKind
from services.referral.domain.moves import State
from services.referral.domain.reference import reference_of
from services.referral.domain.working_days import london_date
from services.referral.records.tables import QueueRow
from services.referral.use_cases.drafts import SavedDraft, read_drafts
from services.referral.use_cases.list_concerns import (
    ConcernsPage,
    ListedConcern,
    list_concerns,
)
from services.referral.use_cases.read_referral import first_referral
from services.referral.web.asking import At, Id, Who, check_page
from services.referral.web.forms.posted import see
from services.referral.web.rendering import Page, render
from services.referral.web.words import STATES_OUTSIDE
from shared.fhir.codes import CODE_SYSTEMS, CONCERN
from shared.fhir.reading import birth_date, official_name

pages = APIRouter(include_in_schema=False)

TODO = {
    AskKind.QUESTION: "Answer a question from {service}",
    AskKind.NEXT_STEP: "Take the next step that {service} named",
    AskKind.ACTION: "Do what is overdue with {service}",
    AskKind.CHANGED: "Things have changed: read what was said, today",
    AskKind.REACH: "Reach the family in another way",
    AskKind.MISSED: "Find a new time with the family",
}


@pages.get("/concerns")
def concerns(request: Request, who: Who, at: At, ended: str = "", before: Id = "") -> Response:
    check_page(who, Page.CONCERNS)
    with at.records.reading(who, now=at.clock()) as record:
        drafts = [] if ended or before else read_drafts(record=record)
    found = list_concerns(ended=bool(ended), before=before or None, who=who, at=at)
    shown = {"drafts": [_draft(one) for one in drafts], "page": Page.CONCERNS}
    return _page(request, found, at, ended=bool(ended), before=before, **shown)


@pages.get("/concerns/{concern}")
def concern(who: Who, at: At, concern: Id) -> Response:
    """A concern has no page of its own: that of its first referral tells the whole of it."""
    return see(f"/referrals/{first_referral(concern, who=who, at=at)}")


def _page(
    request: Request, found: ConcernsPage, at: At, *, ended: bool, before: str, **more: Any
) -> Response:
    shown = {
        "today": london_date(at.clock()),
        "ended": ended,
        "mine": [_listed(one, found) for one in found.mine],
        "others": [_listed(one, found) for one in found.others],
        "next": _query(ended, found.next) if found.next else "",
        "first": _query(ended, None) if before else "",
    }
    return render(request, "concerns.html", **shown, **more)


def _query(ended: bool, before: str | None) -> str:
    given = {"ended": "yes" if ended else "", "before": before or ""}
    return "?" + "&".join(f"{key}={value}" for key, value in given.items() if value)


def _draft(draft: SavedDraft) -> dict[str, Any]:
    child = draft.typed.get("child", {})
    return {
        "href": f"/raise/{draft.id}",
        "child": child.get("preferred") or child.get("given"),
        "saved_at": draft.saved_at,
        "deleted_on": draft.deleted_on,
    }


def _listed(one: ListedConcern, page: ConcernsPage) -> dict[str, Any]:
    referrals = [_referral(row, page) for row in one.referrals]
    return {
        "href": _first_open(one.referrals),
        "child": official_name(one.patient.json) or "A child",
        "born": birth_date(one.patient.json),
        "about": _about(one),
        "reference": reference_of(one.id),
        "raised_at": one.referrals[0].made_at,
        "todos": [_todo(ask, one, page) for ask in one.asks],
        "referrals": referrals,
    }


def _first_open(rows: Sequence[QueueRow]) -> str:
    row = next((row for row in rows if row.open), rows[0])
    return f"/referrals/{row.task_id}"


def _about(one: ListedConcern) -> str:
    return CODE_SYSTEMS[CONCERN].get(one.referrals[0].concern_code or "", "")


def _todo(ask: QueueRow, one: ListedConcern, page: ConcernsPage) -> dict[str, Any]:
    asked_by = next(row for row in one.referrals if row.task_id == ask.part_of)
    text = TODO[AskKind(ask.kind)].format(service=_service(asked_by, page))
    return {"text": text, "href": f"/asks/{ask.task_id}", "due": ask.due_at}


def _referral(row: QueueRow, page: ConcernsPage) -> dict[str, Any]:
    return {
        "href": f"/referrals/{row.task_id}",
        "service": _service(row, page),
        "state": row.state,
        "words": STATES_OUTSIDE[State(row.state)],
        "due": row.due_at if row.open else None,
    }


def _service(row: QueueRow, page: ConcernsPage) -> str:
    entry = page.services.get(row.service_id or "")
    return entry.name if entry else "A service"

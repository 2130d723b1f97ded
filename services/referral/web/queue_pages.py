"""A service's queue. What is looked for is posted: a child's name must not stand in an address."""

from collections.abc import Mapping
from datetime import datetime
from textwrap import shorten
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.referral.domain.moves import State
from services.referral.domain.reference import reference_of
from services.referral.domain.working_days import london_date
from services.referral.records.worklists import After, Line
from services.referral.use_cases.list_queue import MOST_COUNTED, Action, QueuePage, list_queue
from services.referral.use_cases.telling import URGENT
from services.referral.web.action_words import what_and_why
from services.referral.web.asking import At, Who, check_page, known_id
from services.referral.web.forms.accepted import UNPRINTABLE
from services.referral.web.forms.posted import Posted, see
from services.referral.web.rendering import Page, render
from services.referral.web.words import STATES
from shared.errors import NotFound
from shared.fhir.codes import CODE_SYSTEMS, CONCERN
from shared.fhir.reading import official_name

pages = APIRouter(include_in_schema=False)

#: What a filter may hold, and how long it may be.
FIELDS = {"q": 100, "state": 40, "late": 3, "after": 100}
#: A person's own words are cut here: the page of the referral has them whole.
LONGEST = 90

Fields = Mapping[str, str]


@pages.get("/queue")
def queue(request: Request, who: Who, at: At) -> Response:
    check_page(who, Page.QUEUE)
    return _page(request, _filled({**request.query_params, "q": ""}), who, at)


@pages.post("/queue")
def search(request: Request, form: Posted, who: Who, at: At) -> Response:
    check_page(who, Page.QUEUE)
    fields = _filled({key: str(value) for key, value in form.items()})
    return _page(request, fields, who, at) if "q" in fields else see(_href(fields))


def _filled(given: Fields) -> dict[str, str]:
    typed = {key: UNPRINTABLE.sub("", given.get(key, "")).strip() for key in FIELDS}
    trimmed = {key: value[: FIELDS[key]] for key, value in typed.items()}
    return {key: value for key, value in trimmed.items() if value}


def _page(request: Request, fields: dict[str, str], who: Who, at: At) -> Response:
    state = _state(fields.get("state", ""))
    found = list_queue(
        fields.get("q", ""), state, late="late" in fields, after=_after(fields), who=who, at=at
    )
    shown = {
        "today": london_date(at.clock()),
        "service": ", ".join(one.name for one in found.services),
        "actions": [_action(one) for one in found.actions],
        "rows": [_row(line, found) for line in found.lines],
        "total": found.total,
        "many": found.total >= MOST_COUNTED,
        "filters": fields,
        "states": [(state.value, words) for state, words in STATES.items()],
        "chips": _chips(fields, state),
        "next": _link({**fields, "after": _behind(found.next)}) if found.next else None,
        "first": _link(_without(fields, "after")) if "after" in fields else None,
    }
    return render(request, "queue.html", **shown)


def _state(value: str) -> State | None:
    if value and value not in set(State):
        raise NotFound("There is no such state.")
    return State(value) if value else None


def _after(fields: Fields) -> After | None:
    written, _, task = fields.get("after", "").partition("_")
    if not written:
        return None
    try:
        due_at = datetime.fromisoformat(written)
    except ValueError:
        raise NotFound("There is no such page of the queue.") from None
    if due_at.tzinfo is None:
        raise NotFound("There is no such page of the queue.")
    return After(due_at=due_at, task=known_id(task))


def _behind(after: After) -> str:
    return f"{after.due_at.isoformat()}_{after.task}"


def _chips(fields: Fields, state: State | None) -> list[dict[str, Any]]:
    """The filters in use, each with the way to the list without it."""
    words = {
        "q": f"“{fields.get('q', '')}”",
        "state": STATES[state] if state else "",
        "late": "Late only",
    }
    return [
        {"text": words[key], **_link(_without(fields, key, "after"))}
        for key in words
        if key in fields
    ]


def _link(fields: Fields) -> dict[str, Any]:
    """An address; or fields to post, when they hold what must not stand in one."""
    return {"fields": dict(fields)} if "q" in fields else {"href": _href(fields)}


def _href(fields: Fields) -> str:
    return f"/queue?{urlencode(fields)}" if fields else "/queue"


def _without(fields: Fields, *keys: str) -> dict[str, str]:
    return {key: value for key, value in fields.items() if key not in keys}


def _action(action: Action) -> dict[str, Any]:
    return {
        "href": f"/asks/{action.line.row.task_id}",
        "child": official_name(action.line.patient.json) or "A child",
        "text": what_and_why(action.text)[0],
        "due": action.line.row.due_at,
    }


def _row(line: Line, page: QueuePage) -> dict[str, Any]:
    row = line.row
    reasons = line.request.json.get("reasonCode", [])
    return {
        "href": f"/referrals/{row.task_id}",
        "child": official_name(line.patient.json) or "A child",
        "reference": reference_of(row.concern_id),
        "born": row.birth_date,
        "about": CODE_SYSTEMS[CONCERN].get(row.concern_code or "", ""),
        "because": shorten(reasons[0].get("text", ""), LONGEST, placeholder=" …")
        if reasons
        else "",
        "due": row.due_at if row.open else None,
        "state": row.state,
        "words": STATES[State(row.state)],
        "urgent": row.open and row.priority in URGENT,
        "owner": page.assigned.get(row.assigned_to or "", ""),
        "service": page.service(line).name if len(page.services) > 1 else "",
    }

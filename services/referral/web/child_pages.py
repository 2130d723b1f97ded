"""A family's page: what happens next for the child, when, and whom to call."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.referral.domain.carers import Sight
from services.referral.domain.reference import reference_of
from services.referral.domain.working_days import london_date
from services.referral.use_cases.offer_times import takes_times
from services.referral.use_cases.read_child import (
    ChildsConcern,
    OpenedChild,
    read_child,
    read_children,
)
from services.referral.use_cases.read_referral import OpenedReferral
from services.referral.use_cases.things_changed import may_tell
from services.referral.use_cases.while_waiting import WhileWaiting, while_waiting
from services.referral.web.appointments import appointment
from services.referral.web.asking import At, Id, Who, check_page
from services.referral.web.family_words import (
    aim_words,
    called,
    headline,
    questions_for_reader,
    range_words,
    sentence_of,
    steps,
    theirs,
    weekday_and_time,
)
from services.referral.web.rendering import Page, render
from services.referral.web.wait_words import wait_words
from shared.fhir.reading import birth_date, official_name

pages = APIRouter(include_in_schema=False)


@pages.get("/family")
def family(request: Request, who: Who, at: At) -> Response:
    """The one child's page; a list where there are several."""
    check_page(who, Page.FAMILY)
    children = read_children(who=who, at=at)
    if len(children) == 1:
        return _page(request, children[0], at, back="")
    listed = [_listed(one, at.clock()) for one in children]
    return render(request, "family/children.html", children=listed)


@pages.get("/family/children/{child}")
def child(request: Request, who: Who, at: At, child: Id) -> Response:
    check_page(who, Page.FAMILY)
    back = "/family" if len(who.children) > 1 else ""
    return _page(request, read_child(child, who=who, at=at), at, back=back)


def _page(request: Request, found: OpenedChild, at: At, *, back: str) -> Response:
    concerns = [_concern(one, at) for one in found.concerns]
    shown = {
        **_listed(found, at.clock()),
        "back": back,
        "today": london_date(at.clock()),
        "born": birth_date(found.patient.json),
        "asks": [ask for one in found.concerns for ask in _asks(one)],
        "concerns": [one for one in concerns if one["services"]],
        "ended": [one for of_one in found.concerns for one in _ended(of_one, at.clock())],
    }
    return render(request, "family/child.html", **shown)


def _listed(found: OpenedChild, now: datetime) -> dict[str, Any]:
    open_ones = [one for concern in found.concerns for one in concern.open]
    given = called(found.patient.json)
    return {
        "href": f"/family/children/{found.id}",
        "name": official_name(found.patient.json) or "Your child",
        "given": given,
        "headline": headline(open_ones, given, now),
    }


def _asks(concern: ChildsConcern) -> Iterator[dict[str, Any]]:
    for opened in concern.open:
        for ask in questions_for_reader(opened):
            yield {
                "service": opened.service_name(opened.referral.service),
                "text": ask.text if Sight.STORY in opened.sees else "",
                "due": ask.due_at,
                "href": f"/asks/{ask.id}",
            }


def _concern(concern: ChildsConcern, at: At) -> dict[str, Any]:
    first = concern.referrals[0]
    found = [(one, while_waiting(one, at=at)) for one in concern.open]
    help = {one.name: one for _, waiting in found if waiting for one in waiting.help}
    return {
        "reference": reference_of(first.concern.id),
        "services": [_service(one, waiting, at.clock()) for one, waiting in found],
        "help": list(help.values()),
        "contact": concern.contact,
        "links": list(_links(concern)) if concern.open else [],
        "tell_href": _tell_href(concern),
    }


def _service(opened: OpenedReferral, waiting: WhileWaiting | None, now: datetime) -> dict[str, Any]:
    referral, today = opened.referral, london_date(now)
    wait = waiting.wait if waiting else None
    return {
        "name": opened.service_name(referral.service),
        "sentence": theirs(opened),
        "steps": steps(referral),
        "aim": aim_words(referral, today),
        "range": range_words(wait, referral.first_received_at, today) if wait else [],
        "basis": wait_words(wait) if wait and wait.completed else [],
        "appointment": _appointment(opened),
        "href": f"/referrals/{referral.id}",
        "times_href": _times_href(opened),
    }


def _times_href(opened: OpenedReferral) -> str:
    may = Sight.APPOINTMENTS in opened.sees and takes_times(opened.referral)
    return f"/referrals/{opened.referral.id}/times" if may else ""


def _appointment(opened: OpenedReferral) -> dict[str, Any] | None:
    found = appointment(opened)
    when = datetime.fromisoformat(found["at"]) if found and found["at"] else None
    return {**found, "when": weekday_and_time(when)} if found and when else None


def _tell_href(concern: ChildsConcern) -> str:
    """To the page for a change or for words of their own."""
    can = (one for one in concern.open if may_tell(one.who, one.concern, one.referral))
    told = next(can, None)
    return f"/referrals/{told.referral.id}/changed" if told else ""


def _links(concern: ChildsConcern) -> Iterator[dict[str, str]]:
    """What else the reader may look at or change, each as their own rule allows."""
    opened = concern.open[0]
    here = f"/referrals/{opened.referral.id}"
    yield {"href": "/preferences", "text": "Choose your language and how we write to you"}
    yield {"href": f"{here}/sharing", "text": "See who the record is shared with, and change it"}
    if Sight.STORY in opened.sees:
        copy = f"/family/children/{opened.concern.child}/everything"
        yield {"href": copy, "text": "Print or download everything"}
    if Sight.LOOKED in opened.sees:
        yield {"href": f"{here}/looked", "text": "See who has looked at the record"}


def _ended(concern: ChildsConcern, now: datetime) -> Iterator[dict[str, str]]:
    for opened in concern.referrals:
        if not opened.referral.is_open:
            yield {"href": f"/referrals/{opened.referral.id}", "text": sentence_of(opened, now)}

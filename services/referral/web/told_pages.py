"""The messages about one referral: whom they told, by which way, and how far they came."""

from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.referral.use_cases.messages_told import Told, may_follow, messages_told
from services.referral.use_cases.read_referral import OpenedReferral, read_referral
from services.referral.use_cases.timeline import CHANNELS
from services.referral.web.asking import At, Id, Who
from services.referral.web.message_words import title_of
from services.referral.web.rendering import render
from services.referral.web.sending_pages import way_over
from shared.contract import Channel
from shared.errors import NotFound
from shared.identity import Principal

pages = APIRouter(include_in_schema=False)

#: By the status in the record; what is completed has arrived, been read, or merely left.
_STATES = {
    "stopped": ("Could not be told", "red"),
    "unknown": ("May not have arrived", "yellow"),
}


@pages.get("/referrals/{task}/messages")
def told(request: Request, who: Who, at: At, task: Id) -> Response:
    opened = _opened(task, who, at)
    messages = [_shown(one, opened) for one in messages_told(opened)]
    href = f"/referrals/{opened.referral.id}"
    return render(
        request,
        "told.html",
        service=opened.service_name(opened.referral.service),
        href=href,
        journal_href=f"{href}/messages/journal",
        messages=messages,
    )


@pages.get("/referrals/{task}/messages/journal")
def journal(request: Request, who: Who, at: At, task: Id, message: Id = "") -> Response:
    """Over to notify, to every step of this message; without one, to all of this referral."""
    referral = _opened(task, who, at).referral.id
    path = f"/messages/{quote(message)}" if message else f"/messages/of/{quote(referral)}"
    return way_over(request, who, at, path, referral=referral)


def _opened(task: str, who: Principal, at: At) -> OpenedReferral:
    opened = read_referral(task, who=who, at=at)
    if not may_follow(opened):
        raise NotFound("There is no such page for you.")
    return opened


def _shown(one: Told, opened: OpenedReferral) -> dict[str, object]:
    state, colour = _state(one)
    return {
        "to": one.to,
        "how": CHANNELS.get(Channel(one.channel), one.channel),
        "about": title_of(one.template),
        "state": state,
        "colour": colour,
        "sent": one.sent,
        "received": one.received,
        "is_inbox": one.channel == Channel.IN_APP,
        "words": f"{one.template}, version {one.version}" if one.version else one.template,
        "href": f"/referrals/{opened.referral.id}/messages/journal?message={quote(one.message)}",
    }


def _state(one: Told) -> tuple[str, str]:
    if one.status in _STATES:
        return _STATES[one.status]
    if one.channel == Channel.IN_APP:
        return ("Read", "green") if one.received else ("In the inbox", "blue")
    return ("Arrived", "green") if one.received else ("Sent", "blue")

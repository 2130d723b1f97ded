"""The inbox: what a person was told here, newest first."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.referral.domain.reference import reference_of
from services.referral.records.resource import Resource
from services.referral.use_cases.list_messages import (
    Inbox,
    child_of,
    list_messages,
    mark_all_read,
    open_message,
    task_of,
)
from services.referral.web.asking import At, Id, Who, check_page
from services.referral.web.forms.posted import see
from services.referral.web.message_words import title_of
from services.referral.web.rendering import Page, render
from shared.fhir.reading import official_name

pages = APIRouter(include_in_schema=False)


@pages.get("/messages")
def messages(request: Request, who: Who, at: At, before: Id = "") -> Response:
    check_page(who, Page.MESSAGES)
    inbox = list_messages(before=before or None, who=who, at=at)
    listed = [_listed(one, inbox) for one in inbox.messages]
    shown = {
        "messages": listed,
        "mark_href": "" if all(one["is_read"] for one in listed) else "/messages",
        "next_href": f"/messages?before={inbox.next}" if inbox.next else "",
    }
    return render(request, "messages.html", **shown)


@pages.post("/messages")
def mark_all(who: Who, at: At) -> Response:
    mark_all_read(who=who, at=at)
    return see("/messages")


@pages.get("/messages/{message}")
def open_one(who: Who, at: At, message: Id) -> Response:
    """Opening a message is reading it."""
    return see(f"/referrals/{open_message(message, who=who, at=at)}")


def _listed(message: Resource, inbox: Inbox) -> dict[str, Any]:
    json = message.json
    return {
        "title": title_of(json["category"][0]["coding"][0]["code"]),
        "text": _about(message, inbox),
        "at": json["sent"],
        "href": f"/messages/{message.id}",
        "is_read": "received" in json,
    }


def _about(message: Resource, inbox: Inbox) -> str:
    """The child, the reference and the service, as far as the reader may see them."""
    child, task = inbox.about.get(child_of(message)), inbox.about.get(task_of(message))
    owner = task.json["owner"]["reference"] if task else ""
    service = inbox.about.get(owner)
    parts = (
        official_name(child.json) if child else "",
        reference_of(message.place.concern) if message.place.concern else "",
        service.json["name"] if service else "",
    )
    return " · ".join(part for part in parts if part)

"""A person's inbox: what they were told here, and which of it they have opened."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.referral.records.in_app import messages_to, unread_by
from services.referral.records.look_up import look_up
from services.referral.records.resource import Json, Resource, instant
from services.referral.records.writing import Writing
from services.referral.use_cases.workplace import Workplace
from shared.errors import NotFound
from shared.identity import Principal

SIZE = 30
MOST_MARKED = 500


@dataclass(frozen=True, kw_only=True)
class Inbox:
    """Messages, newest first, with the children and services they are about by reference."""

    messages: tuple[Resource, ...]
    about: Mapping[str, Resource]
    next: str | None


def list_messages(*, before: str | None, who: Principal, at: Workplace) -> Inbox:
    with at.records.reading(who, now=at.clock()) as record:
        found = messages_to(record, who.reference, size=SIZE + 1, before=before)
        shown = found[:SIZE]
        about = look_up(record, [ref for one in shown for ref in (child_of(one), task_of(one))])
        owners = [one.json["owner"]["reference"] for one in about.values() if one.type == "Task"]
        services = look_up(record, owners)
        record.note_several("messages", shown, f"{len(shown)} shown", "Communication")
    return Inbox(
        messages=tuple(shown),
        about={**about, **services},
        next=shown[-1].id if len(found) > SIZE else None,
    )


def child_of(message: Resource) -> str:
    reference: str = message.json["subject"]["reference"]
    return reference


def task_of(message: Resource) -> str:
    reference: str = message.json["partOf"][0]["reference"]
    return reference


def open_message(id: str, *, who: Principal, at: Workplace) -> str:
    """The id of the referral it tells of; from now on the message is read. NotFound for those of
    other people."""
    with at.records.writing(who, now=at.clock()) as record:
        message = record.resource("Communication", id)
        if not _is_to(message.json, who):
            raise NotFound("There is no such message.")
        record.note("read", message)
        _mark(message, record)
    return task_of(message).removeprefix("Task/")


def mark_all_read(*, who: Principal, at: Workplace) -> None:
    with at.records.writing(who, now=at.clock()) as record:
        unread = unread_by(record, who.reference, at_most=MOST_MARKED)
        for message in unread:
            _mark(message, record)
        record.note_several("messages-read", unread, f"{len(unread)} marked", "Communication")


def _is_to(message: Json, who: Principal) -> bool:
    return any(one.get("reference") == who.reference for one in message.get("recipient", []))


def _mark(message: Resource, record: Writing) -> None:
    if "received" not in message.json:
        record.update(message, {**message.json, "received": instant(record.now)})

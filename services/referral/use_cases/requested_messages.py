"""What becomes of a message that somebody asked for: each recipient has heard of it, or it is taken
back.

Its event bears the id of its CommunicationRequest, so that whatever is heard of the message leads
back to it.
"""

from collections.abc import Sequence

from services.referral.records.reading import Reading
from services.referral.records.resource import Json, Resource
from services.referral.records.writing import Writing
from services.referral.use_cases.keep_resource import update_resource
from shared.contract import MessageEvent, Moment, RecipientQuery
from shared.errors import Invalid, Issue

TYPE = "CommunicationRequest"
REVOKED = "revoked"
_IS_OPEN = "active"
_OWN = frozenset({"meta", "status", "statusReason"})


def request_of(message: MessageEvent, record: Reading) -> str | None:
    """The reference of the request that this message fulfils; None for all others."""
    if message.template.rpartition("/")[2] != Moment.MESSAGE:
        return None
    found = record.find(TYPE, message.event)
    return found.reference if found else None


def is_revoked(query: RecipientQuery, record: Reading) -> bool:
    """Whether whoever asked for this message has taken it back."""
    found = record.find(TYPE, query.event) if query.moment == Moment.MESSAGE else None
    return found is not None and found.json["status"] == REVOKED


def end_requests(record: Writing) -> None:
    """Those of which something new was just heard, and by now for each of their recipients."""
    new = record.created("Communication")
    ids = dict.fromkeys(id for one in new if (id := _request_id(one.json)))
    for id in ids:
        request = record.find(TYPE, id)
        if request and request.json["status"] == _IS_OPEN and _is_over(request, new, record):
            record.note("message", record.update(request, {**request.json, "status": "completed"}))


def change_requested(
    old: Resource, sent: Json, version: int | None, *, record: Writing
) -> Resource:
    """Taken back: what has not left yet never will. Invalid for any other change."""
    if _without(old.json) != _without(sent):
        text = "What was asked for stays as it is: revoke it, and ask anew."
        raise Invalid(Issue(text, TYPE, "business-rule"))
    if sent["status"] not in (old.json["status"], REVOKED) or old.json["status"] != _IS_OPEN:
        text = f"This is {old.json['status']}; only what is active can become revoked."
        raise Invalid(Issue(text, f"{TYPE}.status", "business-rule"))
    return update_resource(TYPE, old.id, sent, record=record, version=version)


def _without(request: Json) -> Json:
    return {key: value for key, value in request.items() if key not in _OWN}


def _request_id(communication: Json) -> str | None:
    based_on = (one.get("reference", "") for one in communication.get("basedOn", []))
    ids = (one.removeprefix(f"{TYPE}/") for one in based_on if one.startswith(f"{TYPE}/"))
    return next(ids, None)


def _is_over(request: Resource, new: Sequence[Resource], record: Writing) -> bool:
    known = record.of_concern(request.place.concern or "", "Communication")
    ended = [one.json for one in (*known, *new) if _request_id(one.json) == request.id]
    return _recipients(request.json) <= {to for one in ended for to in _recipients(one)}


def _recipients(message: Json) -> set[str]:
    return {one.get("reference", "") for one in message.get("recipient", [])}

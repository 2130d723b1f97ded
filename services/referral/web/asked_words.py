"""The messages that were asked for, as the page of a referral shows them."""

from collections.abc import Iterator
from typing import Any

from services.referral.records.resource import Json, Resource
from services.referral.use_cases.read_referral import OpenedReferral

_STATUS = {"completed": "Told", "revoked": "Taken back"}
_WAITING = "Not told yet"
#: A message that did not arrive, or nobody knows; and one that might not be sent.
_NOT_TOLD = {
    "stopped": "Could not be told",
    "unknown": "May not have been told",
    "not-done": "Could not be told",
}


def asked_words(opened: OpenedReferral) -> list[dict[str, Any]]:
    """Of this referral, newest first: {to, text, by, at, when, status}."""
    about = {"reference": f"Task/{opened.referral.id}"}
    asked = [
        one for one in opened.of_type("CommunicationRequest") if about in one.json.get("about", [])
    ]
    return [_words(one, opened) for one in reversed(asked)]


def _words(request: Resource, opened: OpenedReferral) -> dict[str, Any]:
    json = request.json
    to = (opened.people.name(one["reference"], "Somebody") for one in json["recipient"])
    return {
        "to": ", ".join(to),
        "text": " ".join(one.get("contentString", "") for one in json.get("payload", [])),
        "by": json.get("requester", {}).get("display", ""),
        "at": request.json.get("authoredOn") or request.last_updated,
        "when": json.get("occurrenceDateTime"),
        "status": _status(request, opened),
    }


def _status(request: Resource, opened: OpenedReferral) -> str:
    """As good as what is known of the messages: one that arrived is enough for one recipient."""
    status = request.json["status"]
    if status != "completed":
        return _STATUS.get(status, _WAITING)
    by_recipient: dict[str, set[str]] = {}
    for one in _messages(request, opened):
        by_recipient.setdefault(one["recipient"][0]["reference"], set()).add(one["status"])
    untold = next((found for found in by_recipient.values() if "completed" not in found), set())
    return next((words for one, words in _NOT_TOLD.items() if one in untold), _STATUS[status])


def _messages(request: Resource, opened: OpenedReferral) -> Iterator[Json]:
    based_on = {"reference": request.reference}
    for one in opened.of_type("Communication"):
        if based_on in one.json.get("basedOn", []):
            yield one.json

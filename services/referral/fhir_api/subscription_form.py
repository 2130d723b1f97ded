"""A Subscription as clients write it, read into what notify keeps, and written out again.

R4 with the backport of R5's topics: https://hl7.org/fhir/uv/subscriptions-backport/STU1.1/
"""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from services.referral.records.resource import Json, instant, to_text
from shared.errors import Invalid, Issue
from shared.fhir.check import is_refused, walk_issues
from shared.fhir.json import read_json
from shared.fhir.rules import Around
from shared.fhir.subscription_status import PROFILE
from shared.fhir.walk import Walk
from shared.subscribing import Content, Kept, Status, Wish
from shared.topics import Topic, topic_at

TIMEOUT = (1, 30, 10)
HEARTBEAT = (60, 7 * 86_400)
MOST = 100
MOST_HEADERS = 10
LONGEST = 20_000  # characters of a whole Subscription
_HEADER = re.compile(r"([A-Za-z0-9-]{1,64}): ?[\x20-\x7e]{1,2000}")
#: What says how a request is to be read is ours to say.
_OURS = re.compile(
    r"host|content-.*|transfer-encoding|connection|te|upgrade|trailer|expect|user-agent"
)
_SERVER_OWNED = ("id", "meta", "status", "error")


def read_subscription(sent: Any, *, now: datetime, id: str | None = None) -> Wish:
    """Raises Invalid with everything that is wrong with it."""
    issues = _shape_issues(sent, now)
    if not is_refused(issues):
        issues += [*_own_issues(sent, id)]
    if is_refused(issues):
        raise Invalid(*issues)
    channel = sent["channel"]
    end = sent.get("end")
    return Wish(
        topic=topic_at(sent["criteria"]) or Topic.MADE,
        endpoint=channel["endpoint"],
        body=to_text({name: part for name, part in sent.items() if name not in _SERVER_OWNED}),
        content=Content(_content(channel)),
        headers=tuple(channel.get("header", [])),
        heartbeat=_extension(channel, "backport-heartbeat-period"),
        timeout=_extension(channel, "backport-timeout") or TIMEOUT[2],
        most=_extension(channel, "backport-max-count") or 1,
        ends_at=datetime.fromisoformat(end) if end else None,
        is_on=sent["status"] != Status.OFF,
    )


def write_subscription(kept: Kept) -> Json:
    """As it was sent, with what the server owns as it is now."""
    said = read_json(kept.body.encode(), max_bytes=4 * LONGEST)
    shown: Json = {
        "resourceType": "Subscription",
        "id": kept.id,
        "meta": {
            "versionId": str(kept.version),
            "lastUpdated": instant(kept.changed_at),
            "profile": [f"{PROFILE}backport-subscription"],
        },
        **{name: part for name, part in said.items() if name != "resourceType"},
        "status": kept.status,
    }
    return {**shown, "error": kept.error} if kept.error else shown


def _shape_issues(sent: Any, now: datetime) -> list[Issue]:
    if not isinstance(sent, dict) or sent.get("resourceType") != "Subscription":
        return [Issue("This must be a Subscription.", "resourceType", "structure")]
    if len(to_text(sent)) > LONGEST:
        return [Issue("This Subscription is too long.", "Subscription", "too-long")]
    return walk_issues(sent, "Subscription", Walk(Around(now.date(), {}, {})))


def _own_issues(sent: Json, id: str | None) -> Iterator[Issue]:
    if id is not None and sent.get("id") != id:
        yield Issue("The id of the body is not that of the address.", "Subscription.id", "value")
    if sent.get("status") not in (Status.REQUESTED, Status.OFF):
        text = "Ask with status “requested”, or end it with “off”; the rest is said by the server."
        yield Issue(text, "Subscription.status", "value")
    if topic_at(sent.get("criteria", "")) is None:
        known = ", ".join(topic.url for topic in Topic)
        yield Issue(f"The criteria must be one of: {known}.", "Subscription.criteria", "value")
    if "_criteria" in sent:
        text = "These topics cannot be filtered: what you may not see you are not told."
        yield Issue(text, "Subscription.criteria", "not-supported")
    end = sent.get("end")
    if end is not None and "T" not in str(end):
        yield Issue("The end is an instant.", "Subscription.end", "value")
    yield from _channel_issues(sent["channel"])


def _channel_issues(channel: Json) -> Iterator[Issue]:
    place = "Subscription.channel"
    if channel.get("type") != "rest-hook" or "_type" in channel:
        yield Issue("The channel must be a rest-hook.", f"{place}.type", "not-supported")
    if not channel.get("endpoint"):
        yield Issue("A rest-hook needs an endpoint.", f"{place}.endpoint", "required")
    if channel.get("payload", "application/fhir+json") != "application/fhir+json":
        yield Issue("Notifications are application/fhir+json.", f"{place}.payload", "not-supported")
    if _content(channel) not in set(Content):
        text = "Say backport-payload-content: “empty” or “id-only”; whole records are never sent."
        yield Issue(text, f"{place}.payload", "not-supported")
    yield from _number_issues(channel)
    yield from _header_issues(channel.get("header", []))


def _number_issues(channel: Json) -> Iterator[Issue]:
    limits = {
        "backport-timeout": TIMEOUT[:2],
        "backport-heartbeat-period": HEARTBEAT,
        "backport-max-count": (1, MOST),
    }
    for name, (least, most) in limits.items():
        value = _extension(channel, name)
        if value is not None and not (type(value) is int and least <= value <= most):
            text = f"{name} is a number from {least} to {most}."
            yield Issue(text, "Subscription.channel.extension", "value")


def _header_issues(headers: list[Any]) -> Iterator[Issue]:
    place = "Subscription.channel.header"
    if len(headers) > MOST_HEADERS:
        yield Issue(f"At most {MOST_HEADERS} headers are sent.", place, "too-costly")
    for index, line in enumerate(headers):
        found = _HEADER.fullmatch(line) if isinstance(line, str) else None
        if found is None or _OURS.fullmatch(found[1].lower()):
            text = "A header is written “Name: value”, and is none that frames the request."
            yield Issue(text, f"{place}[{index}]", "value")


def _content(channel: Json) -> Any:
    return _extension(channel.get("_payload", {}), "backport-payload-content")


def _extension(holder: Any, name: str) -> Any:
    """The value of that extension of the backport; None without one."""
    for one in holder.get("extension", []) if isinstance(holder, dict) else []:
        if isinstance(one, dict) and one.get("url") == f"{PROFILE}{name}":
            return next((one[key] for key in one if key.startswith("value")), None)
    return None

"""What is remembered of a sender's messages: the answer each got, and what became of its parts.

Kept with the answers of idempotency keys, under names that no client's key can have.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence

from services.referral.records.answers_given import find_given, give, reserve
from services.referral.records.writing import Writing
from shared.errors import Conflict

_PREFIX = "\tmessage"  # no header of HTTP holds a tab


class SameIdOtherMessage(Conflict):
    """The id was used before, for a message with another content."""


def message_answered(record: Writing, ids: Sequence[str], digest: str) -> str | None:
    """The answer that a message of one of these ids got; None when all are new, and are then
    reserved. `digest` is that of its content. Raises SameIdOtherMessage."""
    for id in ids:
        key = _key("answer", id)
        if not reserve(record.session, _sender(record), key, digest, record.now):
            earlier = find_given(record.session, _sender(record), key)
            if earlier is None or earlier.body_hash != digest:
                raise SameIdOtherMessage(
                    "A message with this id came before, with another content. Nothing was done: "
                    "send this one under an id of its own."
                )
            return earlier.answer
    return None


def remember_message(record: Writing, ids: Sequence[str], answer: str) -> None:
    for id in ids:
        give(record.session, _sender(record), _key("answer", id), answer)


def links_of(record: Writing, request: str | None) -> dict[str, str]:
    """What became of each part that came with this ServiceRequest, by the `fullUrl` that the sender
    knows it by: `Type/id`. Empty where that was never sent by this sender."""
    found = find_given(record.session, _sender(record), _key("links", request or ""))
    links: dict[str, str] = json.loads(found.answer) if found else {}
    return links


def remember_links(record: Writing, request: str | None, links: Mapping[str, str]) -> None:
    """Beside those that are remembered already."""
    if not request:
        return
    key = _key("links", request)
    both = {**links_of(record, request), **links}
    reserve(record.session, _sender(record), key, "", record.now)
    give(record.session, _sender(record), key, json.dumps(both))


def _sender(record: Writing) -> str:
    return record.who.client or record.who.id


def _key(kind: str, name: str) -> str:
    return f"{_PREFIX} {kind} {hashlib.sha256(name.encode()).hexdigest()}"

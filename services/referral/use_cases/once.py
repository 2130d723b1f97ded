"""Answer a repeated request as it was answered the first time, and do nothing again."""

import hashlib

from services.referral.records.answers_given import give, given, reserve
from services.referral.records.writing import Writing
from shared.errors import Conflict


class SameKeyOtherBody(Conflict):
    """The key was used before for something else."""


def answered_before(record: Writing, key: str, body: bytes) -> str | None:
    """The answer that this key got; None when it is new, and is then reserved.

    Raises SameKeyOtherBody when it was used for another body.
    """
    client = record.who.client or record.who.id
    digest = hashlib.sha256(body).hexdigest()
    if reserve(record.session, client, key, digest, record.now):
        return None
    earlier = given(record.session, client, key)
    if earlier.body_hash != digest:
        raise SameKeyOtherBody("This Idempotency-Key was used before, for another body.")
    return earlier.answer


def remember(record: Writing, key: str, answer: str) -> None:
    """Keep the answer for whoever sends the same again."""
    give(record.session, record.who.client or record.who.id, key, answer)

"""Signed requests between the services: standard-webhooks headers over the raw bytes."""

import base64
import hmac
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from standardwebhooks.webhooks import Webhook

from shared.errors import NotAllowed

#: Known to everybody who reads the source: good for the demo area only.
DEMO_SECRET = "whsec_c29vbmVyLWRlbW8tZXZlbnRzLW9ubHktbm90LXNlY3JldA=="  # noqa: S105

TOLERANCE = timedelta(minutes=5)
SHORTEST = 24  # bytes; https://github.com/standard-webhooks/standard-webhooks, "Signature scheme"


def sign(body: bytes, *, id: str, at: datetime, secrets: Sequence[str]) -> dict[str, str]:
    """The three headers that prove who sent these bytes and when; the first secret signs."""
    at = at.astimezone(UTC)  # the library takes any datetime for UTC
    return {
        "webhook-id": id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": _signature(body, id=id, at=at, secret=secrets[0]),
    }


def verify(
    headers: Mapping[str, str], body: bytes, *, secrets: Sequence[str], now: datetime
) -> None:
    """Raise NotAllowed unless one of the secrets signed these bytes within five minutes of `now`.

    Several secrets are valid while they are being changed: the new one first, the old one after it.
    """
    given = {name.lower(): text for name, text in headers.items()}
    try:
        id, signatures = given["webhook-id"], given["webhook-signature"].split()
        at = datetime.fromtimestamp(int(given["webhook-timestamp"]), UTC)
        signed = [_signature(body, id=id, at=at, secret=secret) for secret in secrets]
    except (KeyError, ValueError, OverflowError, OSError) as wrong:
        raise NotAllowed("The request is not signed, or its signature cannot be read.") from wrong
    if abs(now - at) > TOLERANCE:
        raise NotAllowed("The request was signed too long ago, or in the future.")
    if not any(_same(one, other) for one in signed for other in signatures):
        raise NotAllowed("The signature of the request is not right.")


def secrets_from(text: str, *, demo: bool) -> list[str]:
    """The secrets in a setting, parted by spaces; ValueError when one must not be used.

    In the demo area no secret need be set; outside it the demo's own is refused.
    """
    secrets = text.split() or ([DEMO_SECRET] if demo else [])
    if not secrets:
        raise ValueError("SOONER_EVENTS_SECRET is not set.")
    if not demo and DEMO_SECRET in secrets:
        raise ValueError("SOONER_EVENTS_SECRET holds the demo's secret, which everybody knows.")
    if not all(_is_strong(secret) for secret in secrets):
        raise ValueError(
            f"SOONER_EVENTS_SECRET must be 'whsec_' and at least {SHORTEST} bytes in base64."
        )
    return secrets


def _signature(body: bytes, *, id: str, at: datetime, secret: str) -> str:
    return str(Webhook(secret).sign(msg_id=id, timestamp=at, data=body.decode()))


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode(errors="replace"))


def _is_strong(secret: str) -> bool:
    kind, _, key = secret.partition("_")
    try:
        return kind == "whsec" and len(base64.b64decode(key, validate=True)) >= SHORTEST
    except ValueError:
        return False

"""A system proves who it is by a signed assertion, as SMART Backend Services has it.

https://hl7.org/fhir/smart-app-launch/client-confidential-asymmetric.html and RFC 7523.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import JoseError

from services.referral.use_cases.client_keys import Key
from shared.errors import NotAllowed

ALGORITHMS = ("ES384", "RS384")
LONGEST = timedelta(minutes=5)
#: How far the clock of another system may be off.
SKEW = timedelta(seconds=60)
MAX_JTI = 255  # characters


@dataclass(frozen=True, kw_only=True)
class Proven:
    """An assertion that a key of the client signed; it must be used once only."""

    client: str
    jti: str
    worthless_at: datetime


def claimed_client(assertion: str) -> str:
    """Who an assertion says it is from, before anything of it is checked; or ""."""
    try:
        claims = json.loads(jws.extract_compact(assertion.encode()).payload)
    except (JoseError, ValueError, RecursionError):
        return ""
    said = claims.get("iss") if isinstance(claims, dict) else None
    return said if isinstance(said, str) else ""


def prove(
    assertion: str,
    *,
    client: str,
    audience: str,
    key: Callable[[str], Key | None],
    now: datetime,
) -> Proven:
    """Check signature and claims; `key` finds the client's key by its `kid`. Raises NotAllowed."""
    try:
        claims = _signed_claims(assertion, key)
        _registry(client, audience, now).validate(claims)
    except (JoseError, ValueError, RecursionError) as wrong:
        raise NotAllowed(f"The client_assertion is refused: {wrong}") from wrong
    # Said so, and not the other way round, because NaN is neither less nor more.
    if not claims["exp"] <= (now + LONGEST + SKEW).timestamp():
        raise NotAllowed("The client_assertion is refused: exp is more than five minutes ahead.")
    jti = claims["jti"]
    if not (jti.isprintable() and jti.isascii() and len(jti) <= MAX_JTI):
        raise NotAllowed("The client_assertion is refused: jti is no short text.")
    expires_at = datetime.fromtimestamp(claims["exp"], UTC)
    return Proven(client=client, jti=jti, worthless_at=expires_at + SKEW)


def _signed_claims(assertion: str, key: Callable[[str], Key | None]) -> dict[str, Any]:
    kid = jws.extract_compact(assertion.encode()).headers().get("kid")
    found = key(kid) if isinstance(kid, str) else None
    if found is None:
        raise ValueError("its kid names no key of this client.")
    return jwt.decode(assertion, found, algorithms=list(ALGORITHMS)).claims


def _registry(client: str, audience: str, now: datetime) -> jwt.JWTClaimsRegistry:
    """joserfc checks no claim unless it is told to."""
    return jwt.JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=int(SKEW.total_seconds()),
        iss={"essential": True, "value": client},
        sub={"essential": True, "value": client},
        aud={"essential": True, "value": audience},
        exp={"essential": True},
        jti={"essential": True},
    )

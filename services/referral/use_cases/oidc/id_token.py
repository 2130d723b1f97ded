"""Check the tokens that a provider signs: who somebody is, and that they have left.

https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation
https://openid.net/specs/openid-connect-backchannel-1_0.html#Validation
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from authlib.oidc.core.claims import CodeIDToken
from authlib.oidc.core.util import create_half_hash
from joserfc import jws, jwt
from joserfc.errors import ClaimError, JoseError

from services.referral.policies.providers import Provider
from services.referral.use_cases.client_keys import Key
from services.referral.use_cases.oidc.refused import Refused

#: Signed by a key that only the provider has: no “none”, and nothing that a shared secret signs.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
#: How far the provider's clock may be off.
SKEW = timedelta(seconds=60)
MAX_SUBJECT = 255  # characters, says the specification
LEFT = "http://schemas.openid.net/event/backchannel-logout"

FindKey = Callable[[str], Key | None]


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What the ID token must fit: what we sent, and what came with it."""

    nonce: str
    code: str
    access_token: str


def check_id_token(
    text: str, expected: Expected, *, provider: Provider, key: FindKey, now: datetime
) -> dict[str, Any]:
    """Its claims. Raises Refused with the check that failed."""
    token = _signed(text, key)
    params = {
        "nonce": expected.nonce,
        "client_id": provider.client_id,
        "access_token": expected.access_token,
        "max_age": provider.max_age_minutes,
    }
    claims = CodeIDToken(token.claims, token.header, _options(provider), params)
    _validate(lambda: claims.validate(int(now.timestamp()), int(SKEW.total_seconds())))
    _check_subject(claims["sub"])
    _check_code(claims.get("c_hash"), expected.code, token.header["alg"])
    _check_strength(claims, provider, now)
    return dict(claims)


def check_logout_token(
    text: str, *, provider: Provider, key: FindKey, now: datetime
) -> tuple[str | None, str | None]:
    """Subject and session of whoever has signed out over there; one of them is always known."""
    claims = _signed(text, key).claims
    needed = {**_options(provider), "iat": {"essential": True}, "jti": {"essential": True}}
    registry = jwt.JWTClaimsRegistry(
        now=int(now.timestamp()), leeway=int(SKEW.total_seconds()), **needed
    )
    _validate(lambda: registry.validate(claims))
    events, subject, sid = claims.get("events"), claims.get("sub"), claims.get("sid")
    if not isinstance(events, dict) or LEFT not in events or "nonce" in claims:
        raise Refused("no-logout-token")
    if not all(one is None or isinstance(one, str) for one in (subject, sid)):
        raise Refused("no-logout-token")
    if not (subject or sid):
        raise Refused("no-logout-token")
    return subject, sid


def _options(provider: Provider) -> dict[str, Any]:
    return {
        "iss": {"essential": True, "value": provider.issuer},
        "aud": {"essential": True, "value": provider.client_id},
        "exp": {"essential": True},
    }


def _signed(text: str, key: FindKey) -> jwt.Token:
    try:
        kid = jws.extract_compact(text.encode()).headers().get("kid")
        found = key(kid) if isinstance(kid, str) else None
        if found is None:
            raise Refused("claim:kid")
        return jwt.decode(text, found, algorithms=list(ALGORITHMS))
    except (JoseError, ValueError, RecursionError) as wrong:
        raise Refused("signature") from wrong


def _validate(check: Callable[[], None]) -> None:
    try:
        check()
    except ClaimError as wrong:
        raise Refused(f"claim:{wrong.claim}") from wrong
    except (JoseError, ValueError, TypeError, OverflowError) as wrong:
        raise Refused("claims") from wrong


def _check_subject(subject: object) -> None:
    if not isinstance(subject, str) or not subject or len(subject) > MAX_SUBJECT:
        raise Refused("claim:sub")
    if not subject.isprintable():
        raise Refused("claim:sub")


def _check_code(said: object, code: str, algorithm: str) -> None:
    """`c_hash` need not be there with a code alone; where it is, it must be right."""
    if said is None:
        return
    right = create_half_hash(code, algorithm)
    if not isinstance(said, str) or not hmac.compare_digest(right, said.encode()):
        raise Refused("claim:c_hash")


def _check_strength(claims: dict[str, Any], provider: Provider, now: datetime) -> None:
    """How surely, and how long ago, the provider saw the person."""
    if provider.acr and claims.get("acr") not in provider.acr:
        raise Refused("assurance")
    if provider.max_age_minutes:
        oldest = now - timedelta(minutes=provider.max_age_minutes) - SKEW
        # Said so, and not the other way round, because NaN is neither less nor more.
        if not claims["auth_time"] >= oldest.timestamp():
            raise Refused("claim:auth_time")

"""Tickets with which one service lets its signed-in people into the other, for a short time.

Signed with the secret that the services share, under a key of its own: a signed request is no
ticket, and a ticket to come in by is none to stay with.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from shared.errors import NotAllowed
from shared.identity import Role


class Purpose(StrEnum):
    ENTER = "enter"  # in an address, from one service to the other
    STAY = "stay"  # in a cookie


LASTS = {Purpose.ENTER: timedelta(minutes=1), Purpose.STAY: timedelta(minutes=30)}
ISSUER = "sooner"


@dataclass(frozen=True, kw_only=True)
class Operator:
    """Somebody who works here; a coordinator answers for areas. `referral` is the one whose
    messages they came to follow, after it was checked that they may see it."""

    id: str
    role: Role
    areas: frozenset[str] = frozenset()
    referral: str = ""


def ticket(operator: Operator, purpose: Purpose, *, secrets: Sequence[str], now: datetime) -> str:
    """The first secret signs."""
    claims = {
        "iss": ISSUER,
        "aud": purpose,
        "sub": operator.id,
        "role": operator.role,
        "areas": sorted(operator.areas),
        "referral": operator.referral,
        "exp": int((now + LASTS[purpose]).timestamp()),
    }
    return jwt.encode({"alg": "HS256"}, claims, _key(secrets[0]), algorithms=["HS256"])


def read_ticket(text: str, purpose: Purpose, *, secrets: Sequence[str], now: datetime) -> Operator:
    """Whose it is. NotAllowed when none of the secrets signed it, for this, or it has ended."""
    for secret in secrets:
        try:
            claims = jwt.decode(text, _key(secret), algorithms=["HS256"]).claims
            _registry(purpose, now).validate(claims)
            return _operator(claims)
        except (JoseError, KeyError, TypeError, ValueError):
            continue
    raise NotAllowed("This way in has ended. Go back to Sooner and come in from there.")


def _operator(claims: Mapping[str, Any]) -> Operator:
    return Operator(
        id=str(claims["sub"]),
        role=Role(claims["role"]),
        areas=frozenset(str(area) for area in claims["areas"]),
        referral=str(claims["referral"]),
    )


def _registry(purpose: Purpose, now: datetime) -> jwt.JWTClaimsRegistry:
    """joserfc checks no claim unless it is told to."""
    return jwt.JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=0,
        iss={"essential": True, "value": ISSUER},
        aud={"essential": True, "value": purpose},
        exp={"essential": True},
    )


def _key(secret: str) -> OctKey:
    return OctKey.import_key(hashlib.sha256(f"sooner hand-over|{secret}".encode()).digest())

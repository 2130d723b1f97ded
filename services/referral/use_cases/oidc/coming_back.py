"""Let somebody in who comes back from the sign-in service that they were sent to."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.referral.records.identities import add_identity_session, use_elsewhere
from services.referral.use_cases.oidc.exchange import tokens_for, user_info
from services.referral.use_cases.oidc.going import Proofs
from services.referral.use_cases.oidc.id_token import Expected, check_id_token
from services.referral.use_cases.oidc.newcomer import account_for
from services.referral.use_cases.oidc.refused import Refused, note_refused
from services.referral.use_cases.oidc.way import Way, Ways
from services.referral.use_cases.sign_in import begin_session
from services.referral.use_cases.workplace import Workplace
from shared.passwords import hash_secret

MAX_CODE = 4096  # characters
KEPT = timedelta(hours=24)  # as long as a session can be set to last


class Lost(Refused):
    """Nobody was sent away with this cookie, or too long ago, or they are back already."""

    def __init__(self) -> None:
        super().__init__("not-begun-here")


class RefusedBy(Refused):
    """Refused, by the way of this provider."""

    def __init__(self, way: Way, code: str) -> None:
        self.way = way
        super().__init__(code)


@dataclass(frozen=True, kw_only=True)
class Brought:
    """What the browser brings in the address: RFC 6749, and the issuer of RFC 9207."""

    code: str = ""
    state: str = ""
    iss: str = ""
    error: str = ""


@dataclass(frozen=True, kw_only=True)
class LetIn:
    """The secret for the session's cookie, and where the person was going."""

    secret: str
    next: str


def come_back(brought: Brought, secret: str, *, ways: Ways, at: Workplace) -> LetIn:
    """Each answer is taken once. Raises Lost, or RefusedBy the provider with the failed check."""
    with at.records.database.write() as session:
        begun = use_elsewhere(session, hash_secret(secret), at.clock())
    way = ways.get(begun[0]) if begun else None
    if begun is None or way is None:
        note_refused("-", "not-begun-here", at=at)
        raise Lost
    try:
        return LetIn(secret=_let_in(way, brought, Proofs(secret), at), next=begun[1])
    except Refused as refused:
        note_refused(way.provider.id, refused.code, at=at)
        raise RefusedBy(way, refused.code) from refused


def _let_in(way: Way, brought: Brought, proofs: Proofs, at: Workplace) -> str:
    now = at.clock()
    _check_brought(way, brought, proofs, now)
    claims = _claims(way, brought.code, proofs, now)
    account = account_for(way.provider, claims, at=at)
    secret = begin_session(account, at=at, how=way.provider.id)
    sid = claims.get("sid")
    row = {
        "secret_hash": hash_secret(secret),
        "provider": way.provider.id,
        "issuer": way.provider.issuer,
        "subject": claims["sub"],
        "sid": sid if isinstance(sid, str) else None,
        "expires_at": now + KEPT,
    }
    with at.records.database.write() as session:
        add_identity_session(session, row)
    return secret


def _check_brought(way: Way, brought: Brought, proofs: Proofs, now: datetime) -> None:
    """Before anything is believed, an error no more than a code."""
    if not hmac.compare_digest(brought.state.encode(), proofs.state.encode()):
        raise Refused("state")
    is_named = bool(brought.iss) or way.discovery.metadata(now).says_issuer
    if is_named and brought.iss != way.provider.issuer:
        raise Refused("iss")
    if brought.error == "access_denied":
        raise Refused("cancelled")
    if brought.error or not brought.code or len(brought.code) > MAX_CODE:
        raise Refused("error-answer" if brought.error else "no-code")


def _claims(way: Way, code: str, proofs: Proofs, now: datetime) -> dict[str, object]:
    id_token, access_token = tokens_for(way, code, proofs.verifier, now=now)
    jwks = way.discovery.metadata(now).jwks_uri
    claims = check_id_token(
        id_token,
        Expected(nonce=proofs.nonce, code=code, access_token=access_token),
        provider=way.provider,
        key=lambda kid: way.keys.key(jwks, kid, now),
        now=now,
    )
    if not way.provider.user_info:
        return claims
    # What is signed counts more than what is not.
    return {**user_info(way, access_token, str(claims["sub"]), now=now), **claims}

"""End what began at another sign-in service: there when somebody leaves here, here when there."""

from urllib.parse import urlencode

from services.referral.records.identities import (
    delete_old_identity_rows,
    end_identity_sessions,
    provider_of_session,
)
from services.referral.use_cases.note_at_door import DOOR
from services.referral.use_cases.oidc.id_token import check_logout_token
from services.referral.use_cases.oidc.refused import Refused, note_refused
from services.referral.use_cases.oidc.way import Way
from services.referral.use_cases.workplace import Workplace
from shared.passwords import hash_secret


def began_at(secret: str, *, at: Workplace) -> str | None:
    """The id of the provider where the session with this secret began, if it began at one."""
    with at.records.database.read() as session:
        return provider_of_session(session, hash_secret(secret))


def way_out(way: Way, *, at: Workplace) -> str | None:
    """Where one signs out of the provider too; None when it offers no such place.

    https://openid.net/specs/openid-connect-rpinitiated-1_0.html, without a hint of who it is: that
    would be the ID token, which is not kept.
    """
    end = way.discovery.metadata(at.clock()).end_session_endpoint
    if not end:
        return None
    said = {
        "client_id": way.provider.client_id,
        "post_logout_redirect_uri": f"{way.base}/sign-in",
    }
    return f"{end}?{urlencode(said)}"


def sign_out_by(way: Way, logout_token: str, *, at: Workplace) -> int:
    """The provider says that somebody has signed out; how many sessions that ended. Raises Refused.

    A token that is sent again ends nothing more, so none is remembered.
    """
    now = at.clock()
    try:
        jwks = way.discovery.metadata(now).jwks_uri
        subject, sid = check_logout_token(
            logout_token,
            provider=way.provider,
            key=lambda kid: way.keys.key(jwks, kid, now),
            now=now,
        )
    except Refused as refused:
        note_refused(way.provider.id, f"sign-out:{refused.code}", at=at)
        raise
    with at.records.writing(DOOR, now=now) as record:
        ended = end_identity_sessions(
            record.session, way.provider.issuer, now, subject=subject, sid=sid
        )
        record.note("sign-out", detail=f"{way.provider.id}:{ended}")
    return ended


def forget_old(*, at: Workplace) -> None:
    """Remove what is known of attempts and sessions that are over."""
    with at.records.database.write() as session:
        delete_old_identity_rows(session, at.clock())

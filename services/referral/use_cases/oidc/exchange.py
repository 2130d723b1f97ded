"""Turn the code that a browser brought into tokens, and ask who the person is."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from authlib.common.errors import AuthlibBaseError
from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.client import OAuth2Client
from authlib.oauth2.rfc7523 import PrivateKeyJWT

from services.referral.use_cases.oidc.refused import Refused
from services.referral.use_cases.oidc.way import Way
from shared.careful_fetch import Answer, CarefulFetch
from shared.errors import NotAllowed

#: How long our own signed proof of who we are can be used.
PROOF_LASTS = timedelta(minutes=5)


@dataclass(frozen=True)
class _Response:
    """As much of an HTTP response as Authlib's client reads."""

    answer: Answer

    @property
    def status_code(self) -> int:
        return self.answer.status

    def json(self) -> Any:
        return json.loads(self.answer.body)

    def raise_for_status(self) -> None:
        if self.answer.status >= 400:
            raise NotAllowed(f"The provider answers {self.answer.status}.")


@dataclass(frozen=True)
class _Session:
    """What Authlib's client sends with, so that its requests are as careful as all others."""

    fetch: CarefulFetch

    def post(
        self, url: str, *, data: Mapping[str, str], headers: Mapping[str, str], auth: ClientAuth
    ) -> _Response:
        # A copy of the headers, because Authlib writes our secret into its own for everybody.
        url, headers, body = auth.prepare("POST", url, dict(headers), urlencode(data))
        return _Response(self.fetch.ask(url, form=body, headers=headers))


def client_for(way: Way, now: datetime) -> OAuth2Client:
    """Authlib's client: authorization code with PKCE, and our proof of who we are."""
    has_secret = isinstance(way.credential, str)
    client = OAuth2Client(
        _Session(way.fetch),
        way.provider.client_id,
        way.credential,
        token_endpoint_auth_method="client_secret_basic" if has_secret else PrivateKeyJWT.name,
        scope=" ".join(way.provider.scopes),
        redirect_uri=way.back,
        code_challenge_method="S256",
    )
    if not has_secret:
        client.register_client_auth_method(_signing(way, now))
    return client


def _signing(way: Way, now: datetime) -> PrivateKeyJWT:
    """https://openid.net/specs/openid-connect-core-1_0.html#ClientAuthentication"""
    lasting = {"iat": int(now.timestamp()), "exp": int((now + PROOF_LASTS).timestamp())}
    named = {"kid": way.provider.key_id} if way.provider.key_id else {}
    return PrivateKeyJWT(claims=lasting, headers=named, alg=way.provider.key_algorithm)


def tokens_for(way: Way, code: str, verifier: str, *, now: datetime) -> tuple[str, str]:
    """ID token and access token. Raises Refused when the provider gives none."""
    endpoint = way.discovery.metadata(now).token_endpoint
    try:
        given = client_for(way, now).fetch_token(
            endpoint, grant_type="authorization_code", code=code, code_verifier=verifier
        )
    except (AuthlibBaseError, NotAllowed, ValueError, RecursionError) as wrong:
        raise Refused("code-not-taken") from wrong
    id_token, access_token = given.get("id_token"), given.get("access_token")
    if not (isinstance(id_token, str) and isinstance(access_token, str)):
        raise Refused("no-id-token")
    return id_token, access_token


def user_info(way: Way, access_token: str, subject: str, *, now: datetime) -> dict[str, Any]:
    """What the UserInfo endpoint says of that very subject. Raises Refused."""
    endpoint = way.discovery.metadata(now).userinfo_endpoint
    headers = {"Authorization": f"Bearer {access_token}", "Accept": "application/json"}
    try:
        answer = way.fetch.ask(endpoint, headers=headers)
        said = json.loads(answer.body)
    except (NotAllowed, ValueError, RecursionError) as wrong:
        raise Refused("no-user-info") from wrong
    if answer.status != 200 or not isinstance(said, dict):
        raise Refused("no-user-info")
    if said.get("sub") != subject:
        raise Refused("user-info-subject")
    return said

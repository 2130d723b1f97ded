"""A way in: a provider that we trust, what it says of itself, and how we speak to it."""

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey, import_key

from services.referral.policies.providers import PrivateKey, Provider, Trusted, is_safe_address
from services.referral.use_cases.client_keys import SHORTEST_RSA, Keys, KeySets
from services.referral.use_cases.oidc.refused import Refused
from shared.careful_fetch import CarefulFetch
from shared.errors import NotAllowed

#: What a provider says of itself is asked for again after so long.
KEPT = timedelta(hours=1)
#: A provider that did not answer is left alone for so long: waiting for it holds up everybody.
AGAIN = timedelta(seconds=20)


@dataclass(frozen=True, kw_only=True)
class Metadata:
    """https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata"""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str = ""
    end_session_endpoint: str = ""
    says_issuer: bool = False


@dataclass(frozen=True, kw_only=True)
class Way:
    """One provider; `base` is where browsers reach us."""

    provider: Provider
    credential: str | PrivateKey
    base: str
    fetch: CarefulFetch
    keys: KeySets
    discovery: "Discovery"

    @property
    def back(self) -> str:
        """Where the provider sends people back to."""
        return f"{self.base}/sign-in/back"


Ways = Mapping[str, Way]


def ways_in(trusted: tuple[Trusted, ...], *, base: str, demo: bool) -> Ways:
    """Each provider by its id."""
    return {one.provider.id: _way(one, base, demo) for one in trusted}


def _way(one: Trusted, base: str, demo: bool) -> Way:
    fetch = CarefulFetch(allow_private=one.provider.private_network, plain_here=demo)
    issuer = one.provider.issuer
    return Way(
        provider=one.provider,
        credential=one.credential,
        base=base,
        fetch=fetch,
        keys=KeySets(fetch, signing_keys),
        discovery=Discovery(lambda: read_metadata(issuer, fetch, demo=demo)),
    )


@dataclass
class Discovery:
    """What the provider said of itself within the hour. Raises Refused when it says nothing."""

    read: Callable[[], Metadata]
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _said: Metadata | None = None
    _tried_at: datetime | None = None

    def metadata(self, now: datetime) -> Metadata:
        with self._lock:
            wait = KEPT if self._said else AGAIN
            if self._tried_at is None or now - self._tried_at >= wait:
                self._tried_at = now
                self._said = None
                self._said = self.read()
            if self._said is None:
                raise Refused("unreachable")
            return self._said


def read_metadata(issuer: str, fetch: Callable[[str], bytes], *, demo: bool) -> Metadata:
    """Raises Refused unless the document is that very issuer's, with addresses that are safe."""
    try:
        said = json.loads(fetch(f"{issuer.rstrip('/')}/.well-known/openid-configuration"))
    except (NotAllowed, ValueError, RecursionError) as wrong:
        raise Refused("unreachable") from wrong
    if not isinstance(said, dict) or said.get("issuer") != issuer:
        raise Refused("discovery-issuer")
    found = Metadata(
        authorization_endpoint=_address(said, "authorization_endpoint", demo),
        token_endpoint=_address(said, "token_endpoint", demo),
        jwks_uri=_address(said, "jwks_uri", demo),
        userinfo_endpoint=_address(said, "userinfo_endpoint", demo),
        end_session_endpoint=_address(said, "end_session_endpoint", demo),
        says_issuer=said.get("authorization_response_iss_parameter_supported") is True,
    )
    if not (found.authorization_endpoint and found.token_endpoint and found.jwks_uri):
        raise Refused("discovery-addresses")
    return found


def _address(said: Mapping[str, Any], name: str, demo: bool) -> str:
    """The address of that name, or "" when there is none that may be used."""
    address = said.get(name)
    return address if isinstance(address, str) and is_safe_address(address, demo=demo) else ""


def signing_keys(text: bytes | str) -> Keys:
    """The keys of a provider's JWKS with which it may sign, by `kid`: RSA and EC alone, never a
    shared secret. ValueError for other text."""
    try:
        sent = [one for one in json.loads(text)["keys"] if isinstance(one, dict)]
    except (TypeError, KeyError, ValueError, RecursionError) as wrong:
        raise ValueError("This is no JSON Web Key Set.") from wrong
    keys = ((one.get("kid"), _signing_key(one)) for one in sent)
    return {kid: key for kid, key in keys if isinstance(kid, str) and key is not None}


def _signing_key(sent: dict[str, Any]) -> RSAKey | ECKey | None:
    if sent.get("kty") not in ("RSA", "EC") or sent.get("use", "sig") != "sig":
        return None
    try:
        key = import_key(sent)
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    if isinstance(key, RSAKey):
        return key if key.public_key.key_size >= SHORTEST_RSA else None
    return key if isinstance(key, ECKey) else None

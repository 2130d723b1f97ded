"""Send somebody to the sign-in service they chose, so that only they can come back."""

import base64
import hashlib
from dataclasses import dataclass
from datetime import timedelta

from services.referral.records.identities import add_elsewhere
from services.referral.use_cases.oidc.exchange import client_for
from services.referral.use_cases.oidc.way import Way
from services.referral.use_cases.workplace import Workplace
from shared.passwords import hash_secret, new_secret

#: How long somebody may take to sign in over there.
LASTS = timedelta(minutes=10)


@dataclass(frozen=True)
class Proofs:
    """What binds the answer to one browser. All of it follows from the secret in that browser's
    cookie, of which the database keeps the hash alone: reading the database lets nobody in."""

    secret: str

    @property
    def state(self) -> str:
        return self._derived("state")

    @property
    def nonce(self) -> str:
        return self._derived("nonce")

    @property
    def verifier(self) -> str:
        """43 characters, which is what RFC 7636 asks for."""
        return self._derived("verifier")

    def _derived(self, use: str) -> str:
        digest = hashlib.sha256(f"{use}:{self.secret}".encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


@dataclass(frozen=True, kw_only=True)
class Gone:
    """Where the browser goes, and the secret for its cookie."""

    url: str
    secret: str


def send_to(way: Way, next: str, *, at: Workplace) -> Gone:
    """Raises Refused when the provider does not answer."""
    now, proofs = at.clock(), Proofs(new_secret())
    metadata = way.discovery.metadata(now)
    asked = {"nonce": proofs.nonce}
    if levels := way.provider.acr_asked or way.provider.acr:
        asked["acr_values"] = " ".join(levels)
    if way.provider.max_age_minutes:
        asked["max_age"] = str(way.provider.max_age_minutes * 60)
    url, _ = client_for(way, now).create_authorization_url(
        metadata.authorization_endpoint,
        state=proofs.state,
        code_verifier=proofs.verifier,
        **asked,
    )
    row = {
        "secret_hash": hash_secret(proofs.secret),
        "provider": way.provider.id,
        "next": next,
        "expires_at": now + LASTS,
    }
    with at.records.database.write() as session:
        add_elsewhere(session, row)
    return Gone(url=url, secret=proofs.secret)

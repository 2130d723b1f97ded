"""Systems that sign in with keys of their own, and what others could send in their name."""

import json
from dataclasses import dataclass
from typing import Any

from httpx2 import Response
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey
from starlette.testclient import TestClient

from services.referral.demo.people import PEOPLE
from services.referral.domain.scopes import EVERYTHING
from services.referral.fhir_api.oauth import ASSERTION_TYPE
from services.referral.records.clients import NewClient, add_client
from services.referral.use_cases.workplace import Workplace

TOKEN_URL = "http://127.0.0.1:8000/oauth/token"
EC = ECKey.generate_key("P-384", {"kid": "ec-1", "use": "sig"})
RSA = RSAKey.generate_key(2048, {"kid": "rsa-1"})
STRANGER = ECKey.generate_key("P-384", {"kid": "ec-1"})
JWKS = KeySet([EC, RSA]).as_dict(private=False)


def jwks_of(*keys: ECKey | RSAKey) -> str:
    return json.dumps(KeySet(list(keys)).as_dict(private=False))


def register(at: Workplace, id: str = "agency", **parts: Any) -> None:
    """A client of the nursery that signs in with keys."""
    new = {"scope": EVERYTHING, "jwks": json.dumps(JWKS), **parts}
    with at.records.database.write() as session:
        add_client(session, NewClient(id=id, account=PEOPLE[0].id, **new))


@dataclass
class Agency:
    """Sends assertions; by default right ones, each with a `jti` of its own."""

    http: TestClient
    at: Workplace
    id: str = "agency"
    sent: int = 0

    def claims(self, **changed: Any) -> dict[str, Any]:
        """`exp`, `nbf` and `iat` are given in seconds from now; None leaves a claim out."""
        self.sent += 1
        now = int(self.at.clock().timestamp())
        claims = {
            "iss": self.id, "sub": self.id, "aud": TOKEN_URL, "exp": 240,
            "jti": f"assertion-{self.sent}", **changed,
        }  # fmt: skip
        timed = {name: now + claims[name] for name in ("exp", "nbf", "iat")
                 if isinstance(claims.get(name), int)}  # fmt: skip
        return {name: one for name, one in {**claims, **timed}.items() if one is not None}

    def assertion(
        self, key: Any = EC, alg: str = "ES384", kid: str | None = "ec-1", **changed: Any
    ) -> str:
        header = {"alg": alg, "typ": "JWT", **({"kid": kid} if kid else {})}
        return jwt.encode(header, self.claims(**changed), key, algorithms=[alg])

    def sends(self, assertion: str, **form: str) -> Response:
        sent = {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": assertion,
            **form,
        }
        return self.http.post("/oauth/token", data=sent)

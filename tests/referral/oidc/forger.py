"""A sign-in service that says whatever a test wants it to, on a port of this machine."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.jwk import RSAKey

KEY = RSAKey.generate_key(2048, parameters={"kid": "one"})
OTHER_KEY = RSAKey.generate_key(2048, parameters={"kid": "one"})
NEXT_KEY = RSAKey.generate_key(2048, parameters={"kid": "two"})
CLIENT = "sooner"


@dataclass
class Forger:
    """`claims` and `header` are what the next ID token says besides what is right."""

    port: int = 0
    challenge: str = ""
    nonce: str = ""
    now: int = 0
    claims: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    keys: list[RSAKey] = field(default_factory=lambda: [KEY])
    signs_with: RSAKey = field(default_factory=lambda: KEY)
    metadata: dict[str, Any] = field(default_factory=dict)
    info: dict[str, Any] = field(default_factory=dict)
    tampered: bool = False
    raw: str = ""
    used: set[str] = field(default_factory=set)
    asked: list[dict[str, str]] = field(default_factory=list)
    is_down: bool = False

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}/realm"

    def answer(self, path: str) -> Mapping[str, Any]:
        if path.endswith("openid-configuration"):
            return self._configuration()
        if path.endswith("/userinfo"):
            return self.info
        return {"keys": [key.as_dict(private=False) for key in self.keys]}

    def _configuration(self) -> Mapping[str, Any]:
        at = {
            "authorization_endpoint": "/authorize",
            "token_endpoint": "/token",
            "jwks_uri": "/jwks",
            "userinfo_endpoint": "/userinfo",
            "end_session_endpoint": "/end",
        }
        addresses = {name: f"{self.issuer}{path}" for name, path in at.items()}
        return {"issuer": self.issuer, **addresses, **self.metadata}

    def token(self, form: dict[str, str]) -> tuple[int, Mapping[str, Any]]:
        """As a token endpoint should: each code once, and the verifier must fit."""
        self.asked.append(form)
        challenge = create_s256_code_challenge(form.get("code_verifier", ""))
        if form["code"] in self.used or challenge != self.challenge:
            return 400, {"error": "invalid_grant"}
        self.used.add(form["code"])
        return 200, {
            "access_token": "an-access-token",
            "token_type": "Bearer",
            "id_token": self.id_token(),
        }

    def id_token(self) -> str:
        if self.raw:
            return self.raw
        right = {
            "iss": self.issuer, "aud": CLIENT, "sub": "subject-1", "nonce": self.nonce,
            "iat": self.now, "exp": self.now + 300,
        }  # fmt: skip
        text = self.signed({**right, **self.claims})
        if self.tampered:
            head, body, signature = text.split(".")
            flipped = ("B" if body[9] == "A" else "A").join((body[:9], body[10:]))
            return f"{head}.{flipped}.{signature}"
        return text

    def signed(self, claims: Mapping[str, Any]) -> str:
        said = {name: value for name, value in claims.items() if value is not None}
        header = {"alg": "RS256", "kid": "one", **self.header}
        header = {name: value for name, value in header.items() if value is not None}
        return jwt.encode(header, said, self.signs_with, algorithms=[header["alg"]])


@contextmanager
def serving(forger: Forger) -> Iterator[Forger]:
    """The forger behind a port of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._send(503 if forger.is_down else 200, forger.answer(self.path))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            form["authorization"] = self.headers.get("Authorization", "")
            self._send(*forger.token(form))

        def _send(self, status: int, said: Mapping[str, Any]) -> None:
            body = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing: the tests say what went wrong."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        forger.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield forger
        finally:
            server.shutdown()
            thread.join()

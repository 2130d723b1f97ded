"""The whole way there and back with a real provider: Canaille, run by pytest-iam."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from canaille.core.models import User
from canaille.oidc.basemodels import Client
from fastapi.testclient import TestClient
from httpx2 import Response
from joserfc.jwk import RSAKey
from pytest_iam import Server

from services.referral.use_cases.workplace import Workplace, utc_now
from tests.referral.anyshire import Anyshire
from tests.referral.oidc.conftest import SPEECH_SERVICE, Assemble
from tests.referral.web.browsers import words

BACK = "http://127.0.0.1:8000/sign-in/back"
RULES = [{
    "id": "therapists", "when": {"groups": "therapists"}, "role": "professional",
    "organisation": "Z99911", "services": [SPEECH_SERVICE],
}]  # fmt: skip
SCOPES = ["openid", "profile", "email", "groups"]


@pytest.fixture
def at(anyshire: Anyshire) -> Workplace:
    """At the real time, which is the provider's."""
    return Workplace(records=anyshire.records, rules=anyshire.rules, clock=utc_now)


@pytest.fixture
def issuer(iam_server: Server) -> str:
    known = httpx.get(f"{iam_server.url}.well-known/openid-configuration").json()
    return str(known["issuer"])


@contextmanager
def registered(iam_server: Server, **more: Any) -> Iterator[Client]:
    client = iam_server.models.Client(
        client_id="sooner",
        client_name="Sooner",
        client_uri="http://127.0.0.1:8000",
        redirect_uris=[BACK],
        grant_types=["authorization_code"],
        response_types=["code"],
        scope=SCOPES,
        **more,
    )
    iam_server.backend.save(client)
    client.audience = [client]
    iam_server.backend.save(client)
    try:
        yield client
    finally:
        iam_server.backend.delete(client)


@pytest.fixture
def nia(iam_server: Server) -> Iterator[User]:
    """A therapist who is signed in at the provider."""
    user = iam_server.random_user(
        user_name="nia", formatted_name="Nia Owen", emails=["nia@trust.example.org"]
    )
    group = iam_server.random_group(display_name="therapists", members=[user])
    iam_server.login(user)
    yield user
    iam_server.logout()
    iam_server.backend.delete(group)
    iam_server.backend.delete(user)


def goes_and_comes_back(http: TestClient, **change: str) -> Response:
    """By way of the provider itself, which sends the browser back."""
    there = http.get("/sign-in/with/forged").headers["location"]
    for old, new in change.items():
        there = str(httpx.URL(there).copy_set_param(old, new))
    back = httpx.get(there, follow_redirects=False).headers["location"]
    assert back.startswith(BACK), back
    return http.get(back.removeprefix("http://127.0.0.1:8000"))


@pytest.fixture
def browser(
    iam_server: Server, issuer: str, assembled: Assemble, nia: User
) -> Iterator[TestClient]:
    with registered(
        iam_server, client_secret="between-us", token_endpoint_auth_method="client_secret_basic"
    ) as client:
        iam_server.consent(nia, client)
        yield _browser(assembled, issuer)


def _browser(assembled: Assemble, issuer: str, **more: Any) -> TestClient:
    app = assembled(issuer, rules=RULES, scopes=SCOPES, userInfo=True, **more)
    return TestClient(app, follow_redirects=False, raise_server_exceptions=False)


def test_somebody_signs_in_with_a_real_provider(browser: TestClient) -> None:
    answer = goes_and_comes_back(browser)
    assert answer.status_code == 303, words(answer.text)
    assert "Nia Owen" in browser.get("/queue").text


def test_a_real_provider_refuses_a_code_that_is_not_bound_to_this_browser(
    browser: TestClient,
) -> None:
    stolen = create_s256_code_challenge("the verifier of somebody else, 43 characters")
    answer = goes_and_comes_back(browser, code_challenge=stolen)
    assert answer.status_code == 403
    assert "code-not-taken" in words(answer.text)


def test_the_nonce_of_a_real_provider_is_checked(browser: TestClient) -> None:
    answer = goes_and_comes_back(browser, nonce="another")
    assert "claim:nonce" in words(answer.text)


def test_who_is_in_no_group_is_not_let_in(
    browser: TestClient, iam_server: Server, nia: User
) -> None:
    stranger = iam_server.random_user()
    (client,) = iam_server.backend.query(iam_server.models.Client)
    iam_server.consent(stranger, client)
    iam_server.login(stranger)
    answer = goes_and_comes_back(browser)
    assert "not which part you have in this service" in words(answer.text)


def test_we_can_prove_who_we_are_by_a_key_of_our_own(
    iam_server: Server, issuer: str, assembled: Assemble, nia: User, tmp_path: Path
) -> None:
    key = RSAKey.generate_key(2048, parameters={"kid": "ours"})
    (tmp_path / "key.pem").write_bytes(key.as_pem(private=True))
    public = json.dumps({"keys": [key.as_dict(private=False)]})
    how = {"token_endpoint_auth_method": "private_key_jwt", "jwks": public}
    with registered(iam_server, **how) as client:
        iam_server.consent(nia, client)
        http = _browser(assembled, issuer, secretFrom=None, keyFile="key.pem", keyId="ours")
        answer = goes_and_comes_back(http)
    assert answer.status_code == 303, words(answer.text)

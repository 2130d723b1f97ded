"""Tokens: who gets one, for how long, and how it ends."""

import httpx2
import pytest
from sqlmodel import Session
from starlette.testclient import TestClient

from services.referral.demo.people import PASSWORD, PEOPLE
from services.referral.domain.slowing import PAIR
from services.referral.main import assemble
from services.referral.records.accounts import account_of_email
from services.referral.records.clients import NewClient, add_client, change_client, end_tokens
from services.referral.settings import Settings
from services.referral.use_cases.give_token import forget_expired
from services.referral.use_cases.workplace import Workplace
from shared.passwords import hash_secret
from tests.referral.fakes import Clock

GRANT = {"grant_type": "client_credentials"}
SPEECH = ("demo-speech", PASSWORD)


def _signs_in(http: TestClient, auth: tuple[str, str] = SPEECH, **form: str) -> httpx2.Response:
    return http.post("/oauth/token", data={**GRANT, **form}, auth=auth)


def _token(http: TestClient) -> str:
    return str(_signs_in(http).json()["access_token"])


def _sees(http: TestClient, token: str) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    return http.get("/fhir/Task", headers=headers).status_code


def _revokes(http: TestClient, token: str, id: str) -> int:
    return http.post("/oauth/revoke", data={"token": token}, auth=(id, PASSWORD)).status_code


def test_a_token_lasts_an_hour(http: TestClient, clock: Clock) -> None:
    token = _token(http)
    clock.pass_(minutes=59)
    assert _sees(http, token) == 200
    clock.pass_(minutes=1)
    assert _sees(http, token) == 401


@pytest.mark.parametrize("minutes", [5, 60])
def test_an_operator_says_how_long_tokens_last(at: Workplace, clock: Clock, minutes: int) -> None:
    http = TestClient(assemble(Settings(demo=True, token_minutes=minutes), at))
    assert _signs_in(http).json()["expires_in"] == minutes * 60


@pytest.mark.parametrize("minutes", [4, 61])
def test_tokens_last_neither_less_nor_more_than_is_sound(minutes: int) -> None:
    with pytest.raises(ValueError, match="token_minutes"):
        Settings(demo=True, token_minutes=minutes)


def test_a_token_that_was_given_back_is_worth_nothing(http: TestClient) -> None:
    token, other = _token(http), _token(http)
    assert _revokes(http, token, "demo-speech") == 200
    assert (_sees(http, token), _sees(http, other)) == (401, 200)
    assert _revokes(http, token, "demo-speech") == 200


def test_nobody_gives_back_the_token_of_another(http: TestClient) -> None:
    token = _token(http)
    assert _revokes(http, token, "demo-nursery") == 200
    assert _sees(http, token) == 200
    assert http.post("/oauth/revoke", data={"token": token}).status_code == 401
    assert http.post("/oauth/revoke", data={}, auth=SPEECH).status_code == 400


@pytest.mark.parametrize("how", ["client", "token", "account"])
def test_what_is_revoked_ends_at_once(http: TestClient, at: Workplace, how: str) -> None:
    token = _token(http)
    with at.records.database.write() as session:
        if how == "client":
            change_client(session, "demo-speech", active=False)
        elif how == "token":
            end_tokens(session, "demo-speech", at.clock())
        else:
            _leaves(session)
    assert _sees(http, token) == 401
    assert _signs_in(http).status_code == (200 if how == "token" else 401)


def _leaves(session: Session) -> None:
    account = account_of_email(session, "speech@example.org")
    assert account is not None
    account.active = False


def test_expired_tokens_are_forgotten(http: TestClient, at: Workplace, clock: Clock) -> None:
    _token(http)
    clock.pass_(minutes=30)
    lasting = _token(http)
    clock.pass_(minutes=30)
    assert forget_expired(at=at) == 1
    assert _sees(http, lasting) == 200


def test_whoever_fails_too_often_is_not_heard_for_a_while(http: TestClient, clock: Clock) -> None:
    for _ in range(PAIR.most):
        assert _signs_in(http, ("demo-speech", "guess")).status_code == 401
        clock.pass_(seconds=1)
    answer = _signs_in(http)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, str(15 * 60 - PAIR.most))
    assert _signs_in(http, ("demo-nursery", PASSWORD)).status_code == 200
    clock.pass_(seconds=int(answer.headers["retry-after"]))
    assert _signs_in(http).status_code == 200


def test_a_token_has_the_scopes_that_are_asked_for_and_allowed(
    http: TestClient, at: Workplace
) -> None:
    with at.records.database.write() as session:
        change_client(session, "demo-speech", scope="system/Task.rus system/Patient.rs")
    given = _signs_in(http, scope="system/*.rs openid").json()
    assert given["scope"] == "system/Task.rs system/Patient.rs"
    assert _signs_in(http).json()["scope"] == "system/Task.rus system/Patient.rs"
    refused = _signs_in(http, scope="system/Consent.r")
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_scope")


@pytest.mark.parametrize(
    "auth", [("nobody", "x"), ("demo-speech", "x"), ("demo-speech", ""), ("", ""), ("a\x00", "x")]
)
def test_a_stranger_gets_no_token(http: TestClient, auth: tuple[str, str]) -> None:
    answer = _signs_in(http, auth)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_outside_the_demo_its_secret_opens_nothing(at: Workplace) -> None:
    settings = Settings(demo=False, events_secret="whsec_" + "QUJD" * 10)
    http = TestClient(assemble(settings, at))
    assert _signs_in(http).status_code == 401
    with at.records.database.write() as session:
        real = NewClient(
            id="real", account=PEOPLE[0].id, scope="system/*.rs", secret_hash=hash_secret("long")
        )
        add_client(session, real)
    assert _signs_in(http, ("real", "long")).status_code == 200


def test_other_systems_find_out_how_to_sign_in(http: TestClient) -> None:
    smart = http.get("/fhir/.well-known/smart-configuration").json()
    assert smart == http.get("/.well-known/smart-configuration").json()
    assert smart["token_endpoint"] == "http://127.0.0.1:8000/oauth/token"
    assert "private_key_jwt" in smart["token_endpoint_auth_methods_supported"]
    assert "client-confidential-asymmetric" in smart["capabilities"]
    server = http.get("/.well-known/oauth-authorization-server").json()
    assert server["issuer"] == "http://127.0.0.1:8000"
    (rest,) = http.get("/fhir/metadata").json()["rest"]
    (uris,) = rest["security"]["extension"]
    assert {one["valueUri"] for one in uris["extension"]} == {
        smart["token_endpoint"],
        smart["revocation_endpoint"],
    }


@pytest.mark.parametrize(
    ("settings", "address"),
    [
        ({}, "http://127.0.0.1:8000"),
        ({"referral_port": 9000}, "http://127.0.0.1:9000"),
        ({"referral_url": "https://inside"}, "https://inside"),
        ({"referral_url": "https://inside", "public_url": "https://out/"}, "https://out"),
    ],
)
def test_the_service_knows_its_own_address(settings: dict[str, str], address: str) -> None:
    assert Settings(demo=True, **settings).own_url == address  # type: ignore[arg-type]

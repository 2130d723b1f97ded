"""A system signs in with its own key, and nobody else can do so in its name."""

import base64
import json
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey
from starlette.testclient import TestClient

from services.referral.records.clients import change_client, delete_expired
from services.referral.use_cases.workplace import Workplace
from tests.referral.fakes import Clock
from tests.referral.fhir_api.signing_systems import (
    JWKS,
    RSA,
    STRANGER,
    Agency,
    jwks_of,
    register,
)


@pytest.fixture
def agency(http: TestClient, at: Workplace) -> Agency:
    register(at)
    return Agency(http, at)


def test_a_signed_assertion_is_traded_for_a_token(agency: Agency) -> None:
    answer = agency.sends(agency.assertion())
    assert answer.status_code == 200
    assert answer.json()["scope"] == "system/*.cruds"
    headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    assert agency.http.get("/fhir/Task", headers=headers).status_code == 200


@pytest.mark.parametrize(
    "more",
    [
        {"key": RSA, "alg": "RS384", "kid": "rsa-1"},
        {"aud": ["https://elsewhere.example/token", "http://127.0.0.1:8000/oauth/token"]},
        {"exp": 300},
        {"exp": 359},  # their clock is a minute ahead
        {"exp": -59},  # a minute behind
        {"nbf": 59},
        {"nbf": -10, "iat": 59},
    ],
)
def test_an_assertion_is_taken_with(agency: Agency, more: dict[str, Any]) -> None:
    answer = agency.sends(agency.assertion(**more))
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    "wrong",
    [
        {"aud": "https://elsewhere.example/oauth/token"},
        {"aud": None},
        {"aud": []},
        {"iss": "demo-nursery"},
        {"iss": "nobody"},
        {"iss": None},
        {"iss": ["agency"]},
        {"sub": "demo-nursery"},
        {"sub": None},
        {"exp": -61},
        {"exp": None},
        {"exp": 361},
        {"exp": 10**12},
        {"exp": "soon"},
        {"exp": float("nan")},
        {"exp": float("inf")},
        {"nbf": 61},
        {"iat": 61},
        {"jti": None},
        {"jti": ""},
        {"jti": 7},
        {"jti": "x" * 256},
        {"jti": "a\x00b"},
        {"kid": "nobody's"},
        {"kid": None},
        {"kid": "rsa-1"},
        {"key": STRANGER},
        {"key": RSA, "alg": "RS256", "kid": "rsa-1"},
        {"key": RSA, "alg": "PS384", "kid": "rsa-1"},
        {"key": RSA, "alg": "RS384", "kid": "ec-1"},
    ],
)
def test_an_assertion_is_refused_with(agency: Agency, wrong: dict[str, Any]) -> None:
    answer = agency.sends(agency.assertion(**wrong))
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def _unsigned(agency: Agency, header: dict[str, Any]) -> str:
    parts = (json.dumps(header), json.dumps(agency.claims()))
    return ".".join(base64.urlsafe_b64encode(one.encode()).decode().rstrip("=") for one in parts)


@pytest.mark.parametrize("alg", ["none", "None", "", 5, ["ES384"]])
def test_an_assertion_that_nobody_signed_is_refused(agency: Agency, alg: object) -> None:
    for signature in ("", "AAAA"):
        forged = f"{_unsigned(agency, {'alg': alg, 'kid': 'ec-1'})}.{signature}"
        assert agency.sends(forged).status_code == 401


@pytest.mark.parametrize(
    "hidden", [RSA.as_pem(private=False), json.dumps(JWKS["keys"][1]).encode()]
)
def test_a_public_key_is_no_shared_secret(agency: Agency, hidden: bytes) -> None:
    key = OctKey.import_key(base64.urlsafe_b64encode(hidden).decode())
    for alg in ("HS256", "HS384"):
        assert agency.sends(agency.assertion(key, alg, "rsa-1")).status_code == 401


def test_a_changed_assertion_is_refused(agency: Agency) -> None:
    header, _, signature = agency.assertion().split(".")
    _, claims, _ = agency.assertion(sub="demo-coordinator", iss="demo-coordinator").split(".")
    assert agency.sends(f"{header}.{claims}.{signature}").status_code == 401


@pytest.mark.parametrize(
    "junk", ["x", "..", "a.b.c", "ü.ü.ü", "." * 9, "eyJ" * 60_000, "\x00.\x00."]
)
def test_what_is_no_assertion_is_refused(agency: Agency, junk: str) -> None:
    assert agency.sends(junk).status_code == 401


def test_deep_claims_are_refused(agency: Agency) -> None:
    deep = base64.urlsafe_b64encode(b"[" * 5_000).decode().rstrip("=")
    assert agency.sends(f"{agency.assertion().split('.')[0]}.{deep}.AAAA").status_code == 401


def test_keys_that_the_assertion_brings_along_count_for_nothing(agency: Agency) -> None:
    for extra in ({"jwk": STRANGER.as_dict(private=False)}, {"jku": "https://127.0.0.1/keys"}):
        header = {"alg": "ES384", "kid": "ec-1", **extra}
        forged = jwt.encode(header, agency.claims(), STRANGER, algorithms=["ES384"])
        assert agency.sends(forged).status_code == 401


def test_an_assertion_is_used_once(agency: Agency, clock: Clock) -> None:
    first = agency.assertion(jti="only-once")
    assert agency.sends(first).status_code == 200
    assert agency.sends(first).status_code == 401
    clock.pass_(seconds=299)  # its time is over, but for the minute that clocks may differ
    assert agency.sends(first).status_code == 401
    assert agency.sends(agency.assertion(jti="only-once")).status_code == 401


def test_an_assertion_is_remembered_while_it_is_worth_anything(
    agency: Agency, at: Workplace, clock: Clock
) -> None:
    assertion = agency.assertion()
    agency.sends(assertion)
    clock.pass_(seconds=299)
    assert _forgotten(at) == 0
    clock.pass_(seconds=2)
    assert _forgotten(at) == 1
    assert agency.sends(assertion).status_code == 401


def _forgotten(at: Workplace) -> int:
    with at.records.database.write() as session:
        return delete_expired(session, at.clock())


def test_after_a_change_of_keys_only_the_new_ones_count(agency: Agency, at: Workplace) -> None:
    new = ECKey.generate_key("P-384", {"kid": "ec-2"})
    with at.records.database.write() as session:
        change_client(session, "agency", jwks=jwks_of(new))
    assert agency.sends(agency.assertion()).status_code == 401
    assert agency.sends(agency.assertion(new, kid="ec-2")).status_code == 200


@pytest.mark.filterwarnings("ignore:Key size")
def test_weak_keys_are_no_keys(agency: Agency, at: Workplace) -> None:
    curve = ECKey.generate_key("P-256", {"kid": "w"})
    short = RSAKey.generate_key(1024, {"kid": "w"})
    for weak, alg in ((curve, "ES256"), (short, "RS384")):
        with at.records.database.write() as session:
            change_client(session, "agency", jwks=jwks_of(weak))
        assert agency.sends(agency.assertion(weak, alg, "w")).status_code == 401


def test_a_client_with_keys_has_no_secret(agency: Agency) -> None:
    form = {"grant_type": "client_credentials"}
    for secret in ("", "demo-only"):
        answer = agency.http.post("/oauth/token", data=form, auth=("agency", secret))
        assert answer.status_code == 401


def test_one_way_of_signing_in_at_a_time(agency: Agency) -> None:
    answer = agency.sends(agency.assertion(), client_secret="x", client_id="agency")
    assert answer.status_code == 401
    assert agency.sends(agency.assertion(), client_id="demo-nursery").status_code == 401
    assert agency.sends(agency.assertion(), client_id="agency").status_code == 200
    assert agency.sends(agency.assertion(), client_assertion_type="saml").status_code == 401


def test_an_assertion_for_a_revoked_client_is_refused(agency: Agency, at: Workplace) -> None:
    with at.records.database.write() as session:
        change_client(session, "agency", active=False)
    assert agency.sends(agency.assertion()).status_code == 401

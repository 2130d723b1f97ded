"""Forged credentials, headers that lie, and methods that nobody offers."""

import base64
from datetime import timedelta

import pytest

from tests.referral.fhir_api.systems import issues_of, the_bundle
from tests.referral.hostile.targets import Target, raw

CHILD = {"resourceType": "Patient", "name": [{"family": "Okoro"}]}
NONE_ALG = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJkZW1vLW51cnNlcnkifQ."


@pytest.mark.parametrize(
    "given",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer null",
        "Bearer undefined",
        f"Bearer {NONE_ALG}",
        "Bearer " + "x" * 12_000,
        "Bearer ' OR 1=1--",
        "Bearer \x7f",
        "Bearer caf\u00e9",
        "Basic ZGVtby1udXJzZXJ5OmRlbW8tb25seQ==",
        "Digest username=demo-nursery",
        "Negotiate YII=",
        "Token x",
        "bearer\tx",
    ],
    ids=lambda given: given[:30].encode("unicode_escape").decode(),
)
def test_what_we_did_not_give_opens_nothing(target: Target, given: str) -> None:
    headers = {"Authorization": given}
    answer = target.http.get("/fhir/Patient", headers=raw(headers))
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert issues_of(answer)[0]["code"] == "login"


def test_a_token_is_not_good_in_part_or_in_other_letters(target: Target) -> None:
    token = target.nursery.headers["Authorization"]
    for forged in (token[:-1], token + "A", token.swapcase().replace("bEARER", "Bearer")):
        answer = target.http.get("/fhir/Patient", headers={"Authorization": forged})
        assert answer.status_code == 401


def test_a_token_in_the_address_or_the_cookie_counts_for_nothing(target: Target) -> None:
    token = target.nursery.headers["Authorization"].removeprefix("Bearer ")
    assert target.http.get(f"/fhir/Patient?access_token={token}").status_code == 401
    answer = target.http.get("/fhir/Patient", headers={"Cookie": f"sooner={token}"})
    assert answer.status_code == 401


def test_a_person_s_cookie_is_no_token_and_a_token_no_cookie(target: Target) -> None:
    assert target.pages["nursery"].http.get("/fhir/Patient").status_code == 401
    headers = target.nursery.headers
    assert target.stranger.http.get("/queue", headers=headers).status_code == 303


def test_a_token_ends_with_its_hour(target: Target) -> None:
    clock = target.anyshire.clock
    headers = target.nursery.headers
    before, clock.now = clock.now, clock.now + timedelta(hours=1, seconds=1)
    try:
        assert target.http.get("/fhir/Patient", headers=headers).status_code == 401
    finally:
        clock.now = before


def basic(text: bytes) -> dict[str, str]:
    return {"Authorization": f"Basic {base64.b64encode(text).decode()}"}


@pytest.mark.parametrize(
    ("form", "headers", "status", "error"),
    [
        ("", {}, 400, "unsupported_grant_type"),
        ("grant_type=password", {}, 400, "unsupported_grant_type"),
        ("grant_type=authorization_code&code=x", {}, 400, "unsupported_grant_type"),
        ("grant_type=client_credentials", {}, 401, "invalid_client"),
        ("grant_type=client_credentials", basic(b"demo-nursery:"), 401, "invalid_client"),
        ("grant_type=client_credentials", basic(b"demo-nursery"), 401, "invalid_client"),
        ("grant_type=client_credentials", basic(b"demo-nursery:Demo-only"), 401, "invalid_client"),
        ("grant_type=client_credentials", basic(b"\x00:\x00"), 401, "invalid_client"),
        ("grant_type=client_credentials", basic(b"\xff\xfe:\xff"), 401, "invalid_client"),
        ("grant_type=client_credentials", basic(b"%00:%00"), 401, "invalid_client"),
        ("grant_type=client_credentials", basic(b"' OR 1=1--:x"), 401, "invalid_client"),
        ("grant_type=client_credentials", {"Authorization": "Basic ***"}, 401, "invalid_client"),
        ("grant_type=client_credentials&client_id=%00&client_secret=x", {}, 401, "invalid_client"),
        ("grant_type=client_credentials&client_id=demo-nursery&client_secret=%00", {}, 401,
         "invalid_client"),
        ("grant_type=client_credentials" + "&a=b" * 10_000, {}, 400, "unsupported_grant_type"),
        ('{"grant_type": "client_credentials"}', {}, 400, "unsupported_grant_type"),
        ("\udcff", {}, 400, "unsupported_grant_type"),
    ],
)  # fmt: skip
def test_no_token_for_what_is_no_client(
    target: Target, form: str, headers: dict[str, str], status: int, error: str
) -> None:
    content = form.encode("utf-8", "surrogateescape")
    answer = target.http.post("/oauth/token", content=content, headers=headers)
    assert answer.status_code == status, answer.text
    assert answer.json()["error"] == error
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("text/plain", 415),
        ("application/xml", 415),
        ("application/fhir+xml", 415),
        ("multipart/form-data; boundary=x", 415),
        ("application/x-www-form-urlencoded", 415),
        ("application/octet-stream", 415),
        ("application/json, text/html", 415),
        ("*/*", 415),
        ("", 415),
        ("application/fhir+json; charset=utf-7", 201),
        ("application/json; charset=utf-16", 201),
    ],
)
def test_only_json_is_taken_and_only_as_utf_8(target: Target, kind: str, status: int) -> None:
    answer = target.nursery.post("/Patient", CHILD, **{"Content-Type": kind})
    assert answer.status_code == status


def test_a_compressed_body_is_not_unpacked(target: Target) -> None:
    bomb = b"\x1f\x8b\x08\x00" + b"\x00" * 1000
    answer = target.nursery.post("/Patient", bomb, **{"Content-Encoding": "gzip"})
    assert answer.status_code == 400


@pytest.mark.parametrize("match", ["²", "9" * 5000, "-1", "1.0", "W/", "", "*", "x", '"1", "2"'])
def test_an_if_match_that_is_no_version(target: Target, match: str) -> None:
    with target.unchanged():
        body = target.read_task
        sent = raw(target.speech.headers, {"If-Match": match})
        answer = target.http.put(f"/fhir/Task/{target.task}", json=body, headers=sent)
    assert answer.status_code == 422
    assert issues_of(answer)[0]["code"] == "value"


@pytest.mark.parametrize("method", ["DELETE", "TRACE", "CONNECT", "PROPFIND", "FOO", "OPTIONS"])
@pytest.mark.parametrize("path", ["/Patient/{child}", "/Patient", ""])
def test_methods_that_nobody_offers(target: Target, method: str, path: str) -> None:
    with target.unchanged():
        answer = target.nursery.send(method, path.replace("{child}", target.child), "")
    assert answer.status_code == 405
    assert "allow" in answer.headers


@pytest.mark.parametrize("name", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
def test_a_header_does_not_change_the_method(target: Target, name: str) -> None:
    answer = target.nursery.get(f"/Patient/{target.child}", **{name: "DELETE"})
    assert answer.status_code == 200
    assert target.nursery.get(f"/Patient/{target.child}").status_code == 200


@pytest.mark.parametrize("name", ["X-Forwarded-User", "X-Original-URL", "X-Rewrite-URL",
                                  "X-Forwarded-For", "X-Real-IP", "Forwarded"])  # fmt: skip
def test_headers_of_proxies_let_nobody_in(target: Target, name: str) -> None:
    answer = target.http.get("/fhir/Patient", headers={name: "/fhir/metadata"})
    assert answer.status_code == 401


@pytest.mark.parametrize("host", ["[", "evil.example", "a b", "", "x" * 5000, "::1"])
def test_only_requests_for_this_very_host_are_answered(target: Target, host: str) -> None:
    answer = target.http.get("/fhir/Patient", headers={"Host": host})
    assert answer.status_code == 421


@pytest.mark.parametrize("key", ["k" * 10_000, "k" * 256, "\u00e9" * 300])
def test_an_idempotency_key_that_is_too_long_is_refused(target: Target, key: str) -> None:
    spread = "".join(chr(ord(letter) - place % 7) for place, letter in enumerate(key))
    with target.unchanged():
        for one in (key, spread):
            headers = raw(target.nursery.headers, {"Idempotency-Key": one})
            answer = target.http.post("/fhir", json=the_bundle(), headers=headers)
            assert answer.status_code == 400
            assert issues_of(answer)[0]["code"] == "invalid"

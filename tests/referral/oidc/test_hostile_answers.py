"""Whatever comes back that is not the provider's own answer to this browser lets nobody in."""

import base64
import hmac
import json
from collections.abc import Callable
from typing import Any

import pytest

from services.referral.use_cases.oidc.going import LASTS
from services.referral.use_cases.workplace import Workplace
from tests.referral.oidc.conftest import Assemble, travelling
from tests.referral.oidc.forger import CLIENT, KEY, OTHER_KEY, Forger
from tests.referral.oidc.traveller import Traveller
from tests.referral.web.browsers import words

Lie = Callable[[Forger], None]


def claim(**said: Any) -> Lie:
    return lambda forger: forger.claims.update(said)


def times(**later: int) -> Lie:
    """Claims that are so many seconds from now."""
    return lambda forger: forger.claims.update(
        {name: forger.now + seconds for name, seconds in later.items()}
    )


def header(**said: Any) -> Lie:
    return lambda forger: forger.header.update(said)


def signed_by_a_stranger(forger: Forger) -> None:
    forger.signs_with = OTHER_KEY


def signed_with_the_public_key(forger: Forger) -> None:
    """The old trick: a public key is no secret, and so no secret to sign with."""
    signed = _unsigned(forger, "HS256")
    mac = hmac.digest(KEY.as_pem(private=False), signed.encode(), "sha256")
    forger.raw = f"{signed}.{_encoded(mac)}"


def tampered(forger: Forger) -> None:
    forger.tampered = True


def unsigned(forger: Forger) -> None:
    forger.raw = f"{_unsigned(forger, 'none')}."


def _unsigned(forger: Forger, algorithm: str) -> str:
    """Header and claims that would be right if only somebody had signed them."""
    claims = {"iss": forger.issuer, "aud": CLIENT, "sub": "subject-1", "nonce": forger.nonce,
              "iat": forger.now, "exp": forger.now + 300, "roles": ["therapist"]}  # fmt: skip
    parts = ({"alg": algorithm, "kid": "one"}, claims)
    return ".".join(_encoded(json.dumps(part).encode()) for part in parts)


def _encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


def raw(text: str) -> Lie:
    def lie(forger: Forger) -> None:
        forger.raw = text

    return lie


def wrong_verifier(forger: Forger) -> None:
    forger.challenge = "the challenge of somebody else's code"


LIES: dict[str, tuple[Lie, str]] = {
    "another issuer": (claim(iss="https://evil.example"), "claim:iss"),
    "no issuer": (claim(iss=None), "claim:iss"),
    "issued to another client": (claim(aud="another"), "claim:aud"),
    "to several, and for another": (claim(aud=[CLIENT, "another"], azp="another"), "claim:azp"),
    "to several, and for nobody": (claim(aud=[CLIENT, "another"]), "claim:azp"),
    "the nonce of another sign-in": (claim(nonce="another"), "claim:nonce"),
    "no nonce": (claim(nonce=None), "claim:nonce"),
    "expired": (times(iat=-3600, exp=-61), "claim:exp"),
    "never expires": (claim(exp=None), "claim:exp"),
    "no number": (claim(exp="tomorrow"), "claim:exp"),
    "NaN": (claim(exp=float("nan")), "claim:exp"),
    "issued in the future": (times(iat=61), "claim:iat"),
    "not valid yet": (times(nbf=61), "claim:nbf"),
    "nobody": (claim(sub=None), "claim:sub"),
    "an empty name": (claim(sub=""), "claim:sub"),
    "a name with a NUL": (claim(sub="a\x00b"), "claim:sub"),
    "a name too long": (claim(sub="a" * 256), "claim:sub"),
    "a name that is a list": (claim(sub=["subject-1"]), "claim:sub"),
    "another access token": (claim(at_hash="AAAAAAAAAAAAAAAAAAAAAA"), "claim:at_hash"),
    "another code": (claim(c_hash="AAAAAAAAAAAAAAAAAAAAAA"), "claim:c_hash"),
    "a key that nobody published": (header(kid="two"), "claim:kid"),
    "no key named": (header(kid=None), "claim:kid"),
    "a stranger's signature": (signed_by_a_stranger, "signature"),
    "signed with the public key": (signed_with_the_public_key, "signature"),
    "not signed": (unsigned, "signature"),
    "tampered with": (tampered, "signature"),
    "no token at all": (raw("nonsense"), "signature"),
    "the code of another": (wrong_verifier, "code-not-taken"),
}


def refuses(traveller: Traveller, answer: Any, code: str, provider: str = "forged") -> None:
    """A page that says so, a line in the audit, no session and no cookie."""
    assert answer.status_code == 403
    page = words(answer.text)
    assert "You are not signed in" in page
    assert code in page
    assert traveller.sessions() == []
    assert "sooner=" not in answer.headers.get("set-cookie", "").replace("elsewhere", "")
    assert traveller.audited() == [("sign-in-refused", f"{provider}:{code}")]
    assert "nia@trust.example.org" not in [one.email for one in traveller.accounts()]


@pytest.mark.parametrize("lie", LIES)
def test_a_token_that_is_not_right_lets_nobody_in(traveller: Traveller, lie: str) -> None:
    state = traveller.goes()["state"]
    tell, code = LIES[lie]
    tell(traveller.forger)
    refuses(traveller, traveller.comes_back(state), code)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"state": "another"}, "state"),
        ({"state": "ä"}, "state"),
        ({"iss": "https://evil.example"}, "iss"),
        ({"code": ""}, "no-code"),
        ({"code": "a" * 5000}, "no-code"),
        ({"error": "server_error"}, "error-answer"),
        ({"error": "<script>alert(1)</script>"}, "error-answer"),
    ],
)
def test_an_answer_that_is_not_to_this_browser_is_not_believed(
    traveller: Traveller, said: dict[str, str], code: str
) -> None:
    state = traveller.goes()["state"]
    answer = traveller.comes_back(**{"state": state, **said})
    refuses(traveller, answer, code)
    assert "<script>alert" not in answer.text
    assert traveller.forger.asked == []  # the code is not even shown to the provider


def test_a_provider_that_names_itself_in_its_answers_must_do_so(traveller: Traveller) -> None:
    """RFC 9207: else the answer could be another provider's (mix-up)."""
    forger = traveller.forger
    forger.metadata = {"authorization_response_iss_parameter_supported": True}
    refuses(traveller, traveller.signs_in(), "iss")
    assert traveller.signs_in(iss=forger.issuer, code="second").status_code == 303


def test_an_answer_counts_once(traveller: Traveller) -> None:
    asked = traveller.goes()
    kept = traveller.http.cookies["sooner-elsewhere"]
    assert traveller.comes_back(asked["state"]).status_code == 303
    traveller.http.cookies.clear()
    traveller.http.cookies.set("sooner-elsewhere", kept)
    assert "Start again" in words(traveller.comes_back(asked["state"], code="second").text)
    assert not traveller.is_in()


def test_an_answer_in_another_browser_counts_for_nothing(traveller: Traveller) -> None:
    """Somebody who is led to an attacker's answer is not signed in as the attacker."""
    state = traveller.goes()["state"]
    traveller.http.cookies.clear()
    refuses(traveller, traveller.comes_back(state), "not-begun-here", provider="-")


def test_who_takes_too_long_starts_again(traveller: Traveller) -> None:
    state = traveller.goes()["state"]
    traveller.at.clock.pass_(seconds=int(LASTS.total_seconds()))  # type: ignore[attr-defined]
    refuses(traveller, traveller.comes_back(state), "not-begun-here", provider="-")


def test_who_turns_back_is_told_so_plainly(traveller: Traveller) -> None:
    page = words(traveller.signs_in(error="access_denied", code="").text)
    assert "You did not finish signing in with Trust account" in page


def test_a_clock_that_is_a_minute_off_does_no_harm(traveller: Traveller) -> None:
    traveller.forger.claims |= {"iat": traveller.forger.now + 60, "exp": traveller.forger.now - 59}
    assert traveller.signs_in().status_code == 303


@pytest.mark.parametrize(
    ("more", "said", "comes_in"),
    [
        ({"acr": ["AAL2", "AAL3"]}, {"acr": "AAL3"}, True),
        ({"acr": ["AAL2", "AAL3"]}, {"acr": "AAL1"}, False),
        ({"acr": ["AAL2", "AAL3"]}, {}, False),
        ({"maxAgeMinutes": 5}, {"ago": 300}, True),
        ({"maxAgeMinutes": 5}, {"ago": 361}, False),
        ({"maxAgeMinutes": 5}, {}, False),
    ],
)
def test_how_surely_and_how_lately_somebody_was_seen_is_checked(
    assembled: Assemble,
    forger: Forger,
    at: Workplace,
    more: dict[str, Any],
    said: dict[str, Any],
    comes_in: bool,
) -> None:
    traveller = travelling(assembled(forger.issuer, **more), forger, at)
    seen = {"auth_time": forger.now - said["ago"]} if "ago" in said else {}
    forger.claims = {"roles": ["therapist"], "acr": said.get("acr"), **seen}
    asked = traveller.goes()
    assert asked.get("acr_values", "AAL2 AAL3") == "AAL2 AAL3"
    assert asked.get("max_age", "300") == "300"
    traveller.comes_back(asked["state"])
    assert traveller.is_in() == comes_in


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "http://evil.example/token"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"jwks_uri": None},
    ],
)
def test_a_provider_that_says_strange_things_of_itself_is_not_used(
    traveller: Traveller, metadata: dict[str, Any]
) -> None:
    traveller.forger.metadata = metadata
    answer = traveller.http.get("/sign-in/with/forged")
    assert answer.status_code == 403
    assert "location" not in answer.headers

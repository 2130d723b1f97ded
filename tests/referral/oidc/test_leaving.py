"""Who signs out here can sign out there, and who signs out there is out here."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import func, select

from services.referral.records.tables import ElsewhereRow, IdentitySessionRow
from services.referral.use_cases.oidc.leaving import forget_old
from tests.referral.oidc.forger import CLIENT, OTHER_KEY, Forger
from tests.referral.oidc.traveller import Traveller
from tests.referral.web.browsers import words

LEFT: dict[str, Any] = {"http://schemas.openid.net/event/backchannel-logout": {}}


@pytest.fixture
def here(traveller: Traveller) -> Traveller:
    """Signed in, by session “s1” of the provider."""
    traveller.forger.claims["sid"] = "s1"
    traveller.signs_in()
    assert traveller.is_in()
    return traveller


def logout_token(forger: Forger, **said: Any) -> str:
    right = {
        "iss": forger.issuer, "aud": CLIENT, "iat": forger.now, "exp": forger.now + 120,
        "jti": "once", "events": LEFT, "sub": "subject-1", "sid": "s1",
    }  # fmt: skip
    return forger.signed({**right, **said})


def told(traveller: Traveller, token: str) -> int:
    answer = traveller.http.post("/sign-in/with/forged/ended", data={"logout_token": token})
    assert answer.headers["cache-control"] == "no-store"
    return int(answer.status_code)


@pytest.mark.parametrize("said", [{}, {"sid": None}, {"sub": None}])
def test_who_signs_out_at_the_provider_is_out_here(here: Traveller, said: dict[str, Any]) -> None:
    assert told(here, logout_token(here.forger, **said)) == 200
    assert not here.is_in()
    assert ("sign-out", "forged:1") in here.audited()


@pytest.mark.parametrize("said", [{"sid": "s2"}, {"sub": "subject-2", "sid": None}])
def test_the_sign_out_of_another_changes_nothing(here: Traveller, said: dict[str, Any]) -> None:
    assert told(here, logout_token(here.forger, **said)) == 200
    assert here.is_in()


def by_a_stranger(forger: Forger) -> str:
    forger.signs_with = OTHER_KEY
    return logout_token(forger)


@pytest.mark.parametrize(
    "forge",
    [
        lambda forger: logout_token(forger, iss="https://evil.example"),
        lambda forger: logout_token(forger, aud="another"),
        lambda forger: logout_token(forger, exp=forger.now - 61),
        lambda forger: logout_token(forger, iat=forger.now + 61),
        lambda forger: logout_token(forger, jti=None),
        lambda forger: logout_token(forger, events={}),
        lambda forger: logout_token(forger, events=None),
        lambda forger: logout_token(forger, nonce="an ID token in disguise"),
        lambda forger: logout_token(forger, sub=None, sid=None),
        lambda forger: logout_token(forger, sub=["subject-1"]),
        by_a_stranger,
        lambda forger: "",
    ],
)
def test_nobody_else_can_sign_people_out(here: Traveller, forge: Callable[[Forger], str]) -> None:
    assert told(here, forge(here.forger)) == 400
    assert here.is_in()


def test_signing_out_here_offers_to_sign_out_there_too(here: Traveller) -> None:
    after = here.http.post("/sign-out").headers["location"]
    page = here.http.get(after)
    assert "You may still be signed in with Trust account" in words(page.text)
    assert 'href="/sign-in/with/forged/out"' in page.text
    out = urlsplit(here.http.get("/sign-in/with/forged/out").headers["location"])
    assert out.path == "/realm/end"
    assert parse_qs(out.query)["client_id"] == [CLIENT]
    assert parse_qs(out.query)["post_logout_redirect_uri"][0].endswith("/sign-in")


def test_what_is_over_is_forgotten(here: Traveller) -> None:
    here.goes()
    here.at.clock.pass_(hours=24)  # type: ignore[attr-defined]
    forget_old(at=here.at)
    with here.at.records.database.read() as session:
        for row in (ElsewhereRow, IdentitySessionRow):
            assert session.execute(select(func.count()).select_from(row)).scalar_one() == 0

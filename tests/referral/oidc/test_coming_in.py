"""Whoever another sign-in service knows comes in as what its claims say, and no more."""

from typing import Any

import pytest
from authlib.oauth2.client import DEFAULT_HEADERS
from sqlalchemy import update

from services.referral.records.tables import AccountRow
from services.referral.use_cases.workplace import Workplace
from tests.referral.oidc.conftest import CAMHS_SERVICE, SPEECH_SERVICE, Assemble, travelling
from tests.referral.oidc.forger import NEXT_KEY, Forger
from tests.referral.oidc.traveller import Traveller
from tests.referral.web.browsers import words


def test_a_newcomer_gets_an_account_with_the_part_that_their_claims_give(
    traveller: Traveller,
) -> None:
    answer = traveller.signs_in()
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    made = traveller.account()
    assert (made.name, made.role, made.services) == ("Nia Owen", "professional", [SPEECH_SERVICE])
    assert traveller.is_in()
    assert [action for action, _ in traveller.audited()] == [
        "account-added",
        "account-linked",
        "sign-in",
    ]


def test_who_comes_again_has_the_same_account(traveller: Traveller) -> None:
    for number in range(2):
        traveller.signs_in(code=f"code-{number}")
    assert len([one for one in traveller.accounts() if one.name == "Nia Owen"]) == 1


def test_one_goes_on_to_where_one_was_going_but_to_no_other_site(traveller: Traveller) -> None:
    for next, leads_to in (("/queue?page=2", "/queue?page=2"), ("https://evil.example", "/")):
        state = traveller.goes(next=next)["state"]
        assert traveller.comes_back(state, code=next).headers["location"] == leads_to


def test_what_is_asked_binds_the_answer_to_this_browser_and_tells_nothing(
    traveller: Traveller,
) -> None:
    asked, again = traveller.goes(), traveller.goes()
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    for name in ("state", "nonce", "code_challenge"):
        assert len(asked[name]) == 43
        assert asked[name] != again[name]


def test_our_secret_goes_to_the_provider_alone(traveller: Traveller) -> None:
    traveller.signs_in()
    (asked,) = traveller.forger.asked
    assert asked["authorization"] == "Basic c29vbmVyOmJldHdlZW4tdXM="
    assert "Authorization" not in DEFAULT_HEADERS


def test_services_of_several_groups_at_one_employer_add_up(traveller: Traveller) -> None:
    traveller.forger.claims["roles"] = ["psychologist", "therapist", "coordinator"]
    traveller.signs_in()
    assert traveller.account().role == "professional"
    assert traveller.account().services == sorted([SPEECH_SERVICE, CAMHS_SERVICE])


def test_who_moves_has_the_new_part_at_the_next_sign_in(traveller: Traveller) -> None:
    traveller.signs_in()
    traveller.forger.claims["roles"] = ["coordinator"]
    traveller.signs_in(code="second")
    moved = traveller.account()
    assert (moved.role, moved.services, moved.areas) == ("coordinator", [], ["Anyshire"])
    assert "account-changed" in dict(traveller.audited())


def test_who_has_left_is_refused_and_every_session_ends(traveller: Traveller) -> None:
    traveller.signs_in()
    traveller.forger.claims["roles"] = []
    answer = traveller.signs_in(code="second")
    assert answer.status_code == 403
    assert "Ask the trust's help desk" in words(answer.text)
    assert not traveller.is_in()
    left = traveller.account()
    assert (left.organisation_id, left.services, left.areas) == (None, [], [])
    assert ("sign-in-refused", "forged:no-entry") in traveller.audited()


def test_nobody_without_a_part_gets_an_account(traveller: Traveller) -> None:
    before = len(traveller.accounts())
    traveller.forger.claims["roles"] = ["porter"]
    page = words(traveller.signs_in().text)
    assert "You are not signed in" in page
    assert "Trust account knows you, but not which part you have" in page
    assert len(traveller.accounts()) == before
    assert traveller.sessions() == []


def test_an_account_that_was_closed_stays_closed(traveller: Traveller) -> None:
    traveller.signs_in()
    with traveller.at.records.database.write() as session:
        session.execute(update(AccountRow).values(active=False))
    assert "Your account here is closed" in words(traveller.signs_in(code="second").text)
    assert not traveller.is_in()


def test_a_place_that_is_not_in_the_directory_lets_nobody_in(traveller: Traveller) -> None:
    traveller.forger.claims["roles"] = ["lost"]
    assert "is not set up here" in words(traveller.signs_in().text)


@pytest.mark.parametrize(
    ("links", "verified", "comes_in"),
    [(False, True, False), (True, False, False), (True, "true", False), (True, True, True)],
)
def test_an_email_connects_to_an_account_only_when_verified_and_wanted(
    assembled: Assemble, forger: Forger, at: Workplace, links: bool, verified: Any, comes_in: bool
) -> None:
    forger.claims = {
        "roles": ["therapist"], "email": "Speech@example.org", "email_verified": verified,
    }  # fmt: skip
    traveller = travelling(assembled(forger.issuer, linkByVerifiedEmail=links), forger, at)
    before = len(traveller.accounts())
    answer = traveller.signs_in()
    assert traveller.is_in() == comes_in
    assert len(traveller.accounts()) == before
    if not comes_in:
        assert "belongs to an account that you signed in to in another way" in words(answer.text)


def test_a_new_key_of_the_provider_is_taken_without_a_restart(traveller: Traveller) -> None:
    traveller.signs_in()
    forger = traveller.forger
    forger.keys, forger.signs_with, forger.header = [NEXT_KEY], NEXT_KEY, {"kid": "two"}
    traveller.at.clock.pass_(minutes=1)  # type: ignore[attr-defined]
    forger.now += 60
    assert traveller.signs_in(code="second").headers["location"] == "/"


def test_roles_can_come_from_the_user_info_of_the_same_person(
    assembled: Assemble, forger: Forger, at: Workplace
) -> None:
    traveller = travelling(assembled(forger.issuer, userInfo=True), forger, at)
    forger.info = {"sub": "subject-1", "roles": ["therapist"], "email": "nia@trust.example.org"}
    assert traveller.signs_in().status_code == 303
    assert traveller.account().services == [SPEECH_SERVICE]
    forger.info["sub"] = "somebody-else"
    refused = traveller.signs_in(code="second")
    assert "user-info-subject" in words(refused.text)


def test_the_sign_in_page_offers_each_way_and_none_when_there_is_none(
    traveller: Traveller,
) -> None:
    page = traveller.http.get("/sign-in?next=/queue").text
    assert 'href="/sign-in/with/forged?next=/queue"' in page
    assert "Sign in with Trust account" in words(page)
    assert traveller.http.get("/sign-in/with/unknown").status_code == 404


def test_a_provider_that_is_down_is_said_to_be_so(traveller: Traveller) -> None:
    traveller.forger.is_down = True
    answer = traveller.http.get("/sign-in/with/forged")
    assert answer.status_code == 403
    assert "Trust account cannot be reached just now" in words(answer.text)

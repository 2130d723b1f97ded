"""The door: who gets in, where they begin, and where nobody is sent."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from services.referral.demo.people import PASSWORD
from services.referral.main import assemble
from services.referral.settings import Settings
from services.referral.use_cases.workplace import Workplace
from services.referral.web.front_door import local
from tests.referral.web.browsers import Browser, Browsers, words


@pytest.fixture
def stranger(browsers: Browsers) -> Browser:
    return browsers.anybody()


def enter(browser: Browser, key: str = "nursery", **more: str) -> str:
    """Where the person is sent after signing in."""
    fields = {"email": f"{key}@example.org", "password": PASSWORD, **more}
    answer = browser.post("/sign-in", **fields)
    assert answer.status_code == 303, words(answer.text)
    return str(answer.headers["location"])


@pytest.mark.parametrize(
    ("key", "first"),
    [
        ("nursery", "/concerns"),
        ("speech", "/queue"),
        ("coordinator", "/queue"),
        ("admin", "/directory"),
    ],
)
def test_each_person_begins_at_their_own_page(stranger: Browser, key: str, first: str) -> None:
    assert enter(stranger, key) == "/"
    assert stranger.get("/").headers["location"] == first
    assert stranger.get(first).status_code == 200


def test_a_family_begins_with_its_own_child(browsers: Browsers) -> None:
    assert browsers.of_family("child").get("/").headers["location"] == "/family"


@pytest.mark.parametrize(
    "path", ["/", "/concerns", "/queue", "/messages", "/directory", "/referrals/1", "/raise"]
)
def test_nobody_sees_a_page_without_signing_in(stranger: Browser, path: str) -> None:
    answer = stranger.get(path)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/sign-in?next={path}"


def test_after_signing_in_one_goes_on_to_where_one_was_going(stranger: Browser) -> None:
    page = stranger.get("/sign-in?next=/referrals/1%3Fdone=accept").text
    assert 'name="next" value="/referrals/1?done=accept"' in page
    assert enter(stranger, next="/referrals/1?done=accept") == "/referrals/1?done=accept"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "evil",
        "",
        "/a\r\nSet-Cookie: b",
    ],
)
def test_nobody_is_sent_to_another_site(elsewhere: str) -> None:
    assert local(elsewhere) == "/"


def test_a_wrong_password_and_an_unknown_email_look_the_same(stranger: Browser) -> None:
    answers = [
        stranger.post("/sign-in", email=email, password="wrong")
        for email in ("nursery@example.org", "nobody@example.org")
    ]
    assert [answer.status_code for answer in answers] == [422, 422]
    one, other = (words(answer.text).replace("nobody", "nursery") for answer in answers)
    assert one == other
    assert "is not right" in one


@pytest.mark.parametrize("email", ["\x00", "nursery@example.org\x00"])
def test_what_no_keyboard_types_lets_nobody_in(stranger: Browser, email: str) -> None:
    assert stranger.post("/sign-in", email=email, password=PASSWORD).status_code == 422


def test_what_was_left_blank_is_named(stranger: Browser) -> None:
    page = words(stranger.post("/sign-in", email=" ", password="").text)
    assert "Enter your email address" in page
    assert "Enter your password" in page


def test_signing_out_ends_the_session(stranger: Browser) -> None:
    enter(stranger)
    stolen = stranger.http.cookies["sooner"]
    assert stranger.post("/sign-out").headers["location"] == "/sign-in"
    stranger.http.cookies.set("sooner", stolen)
    assert stranger.get("/concerns").status_code == 303


def test_signing_in_again_ends_the_session_before(stranger: Browser) -> None:
    enter(stranger)
    before = stranger.http.cookies["sooner"]
    enter(stranger)
    stranger.http.cookies.clear()
    stranger.http.cookies.set("sooner", before)
    assert stranger.get("/concerns").status_code == 303


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(at: Workplace) -> None:
    url = str(at.records.database.url)
    app: FastAPI = assemble(
        Settings(demo=True, database_url=url, referral_url="https://sooner.example.org"), at
    )
    with_https = Browser(TestClient(app, follow_redirects=False, base_url="https://testserver"))
    fields = {"email": "nursery@example.org", "password": PASSWORD}
    cookie = with_https.post("/sign-in", **fields).headers["set-cookie"]
    assert cookie.startswith("__Host-sooner=")
    assert {"Secure", "HttpOnly", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))
    assert with_https.get("/concerns").status_code == 200


def test_the_demo_says_who_can_sign_in(stranger: Browser) -> None:
    assert "speech@example.org" in stranger.read("/sign-in")


def test_a_form_of_another_site_signs_nobody_in(stranger: Browser) -> None:
    form = {"email": "nursery@example.org", "password": PASSWORD}
    sent = stranger.http.post("/sign-in", data=form, headers={"Origin": "https://evil.example"})
    assert sent.status_code == 403
    assert "set-cookie" not in sent.headers

"""One's own account: sessions, password, second steps, recovery, and work kept when timed out."""

import html
import re
from datetime import timedelta
from urllib.parse import urlsplit

import pyotp
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from services.referral.demo.people import PASSWORD, person
from services.referral.main import assemble
from services.referral.settings import Settings
from services.referral.use_cases.workplace import Workplace
from tests.referral.fakes import Clock
from tests.referral.use_cases.reading import audits
from tests.referral.web.browsers import Browser, Browsers, words

GOOD = "kettle orbit plum sandal"


@pytest.fixture
def strict(at: Workplace) -> FastAPI:
    """Where a setting's staff need a second step."""
    settings = Settings(
        demo=True, database_url=str(at.records.database.url), second_factor_roles="setting"
    )
    return assemble(settings, at)


def enter(browser: Browser, password: str = PASSWORD, **more: str) -> str:
    answer = browser.post("/sign-in", email="nursery@example.org", password=password, **more)
    return str(answer.headers.get("location", answer.status_code))


def code(page: str, clock: Clock) -> str:
    """What the app shows that scanned this page."""
    key = re.search(r'app-code">([A-Z2-7 ]+)<', page)
    assert key
    return pyotp.TOTP(key[1].replace(" ", "")).at(clock.now)


def recovery_codes(page: str) -> list[str]:
    return re.findall(r'<li class="app-code">([a-z2-7-]+)</li>', page)


def with_app(browser: Browser, clock: Clock) -> list[str]:
    """Set an app up in the account; its recovery codes."""
    page = browser.get("/account/app").text
    secret = re.search(r'name="secret" value="([A-Z2-7]+)"', page)
    assert secret
    fields = {"secret": secret[1], "name": "My phone", "password": PASSWORD}
    done = browser.post("/account/app", code=code(page, clock), **fields)
    assert done.status_code == 200, words(done.text)
    return recovery_codes(done.text)


def test_one_sees_where_one_is_signed_in_and_ends_it_there(browsers: Browsers) -> None:
    here, there = browsers.anybody(), browsers.anybody()
    there.http.headers["user-agent"] = "Mozilla/5.0 (iPhone) Safari/604"
    enter(here)
    enter(there)
    page = here.get("/account").text
    assert "Safari on an iPhone" in words(page)
    ref = re.search(r'name="session" value="([^"]+)"', page)
    assert ref
    assert here.post("/account/sessions/end", session=ref[1]).status_code == 303
    assert there.get("/account").status_code == 303
    assert here.get("/account").status_code == 200


def test_nobody_ends_the_session_of_another(browsers: Browsers, at: Workplace) -> None:
    mine, other = browsers.anybody(), browsers.of("speech")
    enter(mine)
    page = browsers.of("nursery").get("/account").text
    ref = re.search(r'name="session" value="([^"]+)"', page)
    assert ref
    other.post("/account/sessions/end", session=ref[1])
    other.post("/account/sessions/end", session="")
    assert mine.get("/account").status_code == 200
    assert other.get("/account").status_code == 200


def test_one_signs_out_everywhere(browsers: Browsers) -> None:
    here, there = browsers.of("nursery"), browsers.of("nursery")
    assert here.post("/account/sessions/end-all").headers["location"] == "/sign-in"
    assert there.get("/account").status_code == 303


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("wrong", GOOD, "This is not your password"),
        (PASSWORD, "short", "12 characters or more"),
        (PASSWORD, "password1234", "easy to guess"),
        (PASSWORD, "nursery orbit plum", "without your name"),
    ],
)
def test_a_bad_change_of_the_password_is_refused(
    nursery: Browser, old: str, new: str, said: str
) -> None:
    answer = nursery.post("/account/password", old=old, new=new)
    assert (answer.status_code, said in words(answer.text)) == (422, True), words(answer.text)


def test_a_new_password_ends_the_other_sessions_and_the_old_secret(browsers: Browsers) -> None:
    here, there = browsers.anybody(), browsers.of("nursery")
    enter(here)
    before = here.http.cookies["sooner"]
    assert here.post("/account/password", old=PASSWORD, new=GOOD).status_code == 303
    assert here.http.cookies["sooner"] != before
    assert here.get("/account").status_code == 200
    assert there.get("/account").status_code == 303
    again = browsers.anybody()
    assert enter(again) == "422"
    assert enter(again, GOOD) == "/"


def test_a_code_lets_in_once(browsers: Browsers, nursery: Browser, clock: Clock) -> None:
    page = nursery.get("/account/app").text
    key = re.search(r'name="secret" value="([A-Z2-7]+)"', page)
    assert key
    app, step = pyotp.TOTP(key[1]), timedelta(seconds=30)
    fields = {"secret": key[1], "name": "", "password": PASSWORD}
    assert nursery.post("/account/app", code="000000", **fields).status_code == 422
    added = nursery.post("/account/app", code=app.at(clock.now), **fields)
    assert len(recovery_codes(added.text)) == 10
    browser = browsers.anybody()
    assert enter(browser) == "/sign-in/code"
    assert browser.get("/concerns").status_code == 303
    assert browser.post("/sign-in/code", code=app.at(clock.now)).status_code == 422
    clock.pass_(seconds=60)
    early, late = app.at(clock.now - 2 * step), app.at(clock.now + 2 * step)
    for wrong in (early, late, "", "12345", "1234567", "x" * 99):
        assert browser.post("/sign-in/code", code=wrong).status_code == 422
    good = app.at(clock.now + step)
    assert browser.post("/sign-in/code", code=good).headers["location"] == "/"
    assert browser.get("/concerns").status_code == 200
    other = browsers.anybody()
    enter(other)
    assert other.post("/sign-in/code", code=good).status_code == 422


def test_a_recovery_code_lets_in_once_and_new_ones_end_the_old(
    browsers: Browsers, nursery: Browser, clock: Clock
) -> None:
    codes = with_app(nursery, clock)
    browser = browsers.anybody()
    enter(browser, next="/messages")
    sent = browser.post("/sign-in/code", code=codes[0].upper().replace("-", " "))
    assert sent.headers["location"] == "/messages"
    enter(browser)
    assert browser.post("/sign-in/code", code=codes[0]).status_code == 422
    fresh = recovery_codes(nursery.post("/account/recovery-codes", password=PASSWORD).text)
    assert browser.post("/sign-in/code", code=codes[1]).status_code == 422
    assert browser.post("/sign-in/code", code=fresh[1]).status_code == 303
    assert "9 left" in nursery.read("/account")


def test_codes_cannot_be_guessed_for_ever(
    browsers: Browsers, nursery: Browser, clock: Clock
) -> None:
    codes = with_app(nursery, clock)
    browser = browsers.anybody()
    enter(browser)
    for _ in range(10):
        browser.post("/sign-in/code", code="000000")
    assert "Wait" in words(browser.post("/sign-in/code", code=codes[0]).text)


def test_the_second_step_must_follow_within_ten_minutes(
    browsers: Browsers, nursery: Browser, clock: Clock
) -> None:
    codes = with_app(nursery, clock)
    browser = browsers.anybody()
    enter(browser)
    clock.pass_(minutes=10)
    assert browser.post("/sign-in/code", code=codes[0]).headers["location"] == "/sign-in"


def test_removing_a_second_step_asks_the_password(nursery: Browser, clock: Clock) -> None:
    with_app(nursery, clock)
    link = re.search(r'href="(/account/steps/[^"]+)"', nursery.get("/account").text)
    assert link
    assert nursery.post(link[1], password="wrong").status_code == 422
    assert "My phone" in nursery.read("/account")
    assert nursery.post(link[1], password=PASSWORD).status_code == 303
    assert "My phone" not in nursery.read("/account")


def test_nobody_removes_the_step_of_another(
    nursery: Browser, speech: Browser, clock: Clock
) -> None:
    with_app(nursery, clock)
    link = re.search(r'href="(/account/steps/[^"]+)"', nursery.get("/account").text)
    assert link
    assert speech.post(link[1], password=PASSWORD).status_code == 404
    assert speech.get(link[1]).status_code == 404
    assert "My phone" in nursery.read("/account")


def test_a_role_that_needs_a_second_step_sets_one_up_first(
    strict: FastAPI, at: Workplace, clock: Clock
) -> None:
    browser = Browsers(strict, at).anybody()
    assert enter(browser, next="/messages") == "/sign-in/code"
    assert browser.get("/sign-in/code").headers["location"] == "/sign-in/set-up"
    page = browser.get("/sign-in/set-up").text
    assert "<svg" in page
    assert "style=" not in page
    assert browser.get("/concerns").status_code == 303
    assert browser.post("/sign-in/set-up", code="000000").status_code == 422
    done = browser.post("/sign-in/set-up", code=code(page, clock))
    assert len(recovery_codes(done.text)) == 10
    assert 'href="/messages"' in done.text
    assert browser.get("/messages").status_code == 200


def test_the_password_alone_adds_no_second_app(
    browsers: Browsers, nursery: Browser, clock: Clock
) -> None:
    with_app(nursery, clock)
    browser = browsers.anybody()
    enter(browser)
    assert browser.get("/sign-in/set-up").status_code == 403
    assert browser.post("/sign-in/set-up", code="000000").status_code in (403, 422)


def recovered(browsers: Browsers, key: str = "nursery", known: str = "in-person") -> str:
    admin = browsers.of("admin")
    page = admin.post(f"/admin/people/{person(key).id}/recover", known=known).text
    link = re.search(r"http[^<\s]+/set-password/[\w-]+", html.unescape(page))
    assert link, words(page)
    return urlsplit(link[0]).path


def test_an_administrator_gives_an_account_back(
    browsers: Browsers, nursery: Browser, clock: Clock, at: Workplace
) -> None:
    with_app(nursery, clock)
    path = recovered(browsers)
    assert nursery.get("/account").status_code == 303
    browser = browsers.anybody()
    assert enter(browser) == "422"
    assert "nursery@example.org" in browser.read(path)
    assert browser.post(path, new="short").status_code == 422
    assert browser.post(path, new=GOOD).headers["location"] == "/sign-in?done=password"
    assert browser.post(path, new=GOOD).status_code == 404
    assert enter(browser, GOOD) == "/"
    lines = [line for line in audits(at.records) if line.action == "account-recovered"]
    assert [line.who for line in lines] == [f"Practitioner/{person('admin').id}"]
    assert person("nursery").id in lines[0].detail


def test_the_link_lasts_an_hour_and_a_newer_one_ends_it(browsers: Browsers, clock: Clock) -> None:
    first, second = recovered(browsers), recovered(browsers)
    browser = browsers.anybody()
    assert browser.get(first).status_code == 404
    assert browser.get(second).status_code == 200
    clock.pass_(hours=1)
    assert browser.get(second).status_code == 404


@pytest.mark.parametrize("key", ["nursery", "coordinator", "auditor"])
def test_nobody_but_an_administrator_recovers_accounts(browsers: Browsers, key: str) -> None:
    browser, path = browsers.of(key), f"/admin/people/{person('speech').id}/recover"
    assert browser.get(path).status_code == 404
    assert browser.post(path, known="in-person").status_code == 404


def test_an_administrator_says_who_it_is_and_never_helps_themselves(browsers: Browsers) -> None:
    admin = browsers.of("admin")
    path = f"/admin/people/{person('speech').id}/recover"
    assert admin.post(path).status_code == 422
    assert admin.post(path, known="command-line").status_code == 422
    own = f"/admin/people/{person('admin').id}/recover"
    assert admin.post(own, known="in-person").status_code == 403


def test_passkeys_are_not_offered_where_browsers_make_none(nursery: Browser) -> None:
    assert "passkey" not in nursery.read("/account").lower()
    assert nursery.get("/account/passkey").status_code == 404


def too_late(browser: Browser, clock: Clock, path: str = "/asks/1") -> str:
    """Send a form after the session has ended; where that leads."""
    clock.pass_(minutes=61)
    answer = browser.post(path, answer="About fifteen words", version="3")
    return str(answer.headers["location"])


def test_what_was_sent_too_late_is_there_after_signing_in_again(
    browsers: Browsers, clock: Clock
) -> None:
    browser = browsers.anybody()
    enter(browser)
    assert "kept=yes" in too_late(browser, clock)
    assert enter(browser) == "/carry-on"
    page = browser.get("/carry-on")
    assert "About fifteen words" in words(page.text)
    assert 'name="answer" value="About fifteen words"' in page.text
    sent = browser.post("/carry-on", answer="About fifteen words")
    assert (sent.status_code, sent.headers["location"]) == (307, "/asks/1")
    assert browser.get("/carry-on").headers["location"] == "/"


def test_nobody_else_sees_what_was_sent_too_late(browsers: Browsers, clock: Clock) -> None:
    browser = browsers.anybody()
    enter(browser)
    too_late(browser, clock)
    browser.post("/sign-in", email="speech@example.org", password=PASSWORD)
    kept = browser.http.cookies["sooner-parked"]
    assert browser.get("/carry-on").headers["location"] == "/"
    enter(browser)
    browser.http.cookies.set("sooner-parked", kept)
    assert browser.get("/carry-on").headers["location"] == "/"


def test_what_was_sent_too_late_can_be_forgotten_and_is_forgotten(
    browsers: Browsers, clock: Clock
) -> None:
    browser = browsers.anybody()
    enter(browser)
    too_late(browser, clock)
    enter(browser)
    browser.post("/carry-on/forget")
    assert browser.get("/carry-on").headers["location"] == "/"
    too_late(browser, clock)
    clock.pass_(minutes=30)
    enter(browser)
    assert browser.get("/carry-on").headers["location"] == "/"


@pytest.mark.parametrize("path", ["/account/password", "/admin/people/1/recover", "/sign-out"])
def test_no_password_is_ever_parked(browsers: Browsers, clock: Clock, path: str) -> None:
    browser = browsers.anybody()
    enter(browser)
    assert "kept" not in too_late(browser, clock, path)


def test_what_a_stranger_sends_is_not_kept(browsers: Browsers) -> None:
    answer = browsers.anybody().post("/asks/1", answer="spam")
    assert answer.headers["location"] == "/sign-in?next=/asks/1"


def test_signed_out_on_purpose_nothing_is_kept(browsers: Browsers) -> None:
    browser = browsers.anybody()
    enter(browser)
    stolen = browser.http.cookies["sooner"]
    browser.post("/sign-out")
    browser.http.cookies.set("sooner", stolen)
    assert "kept" not in browser.post("/asks/1", answer="x").headers["location"]


def test_sessions_last_as_the_settings_say(at: Workplace, clock: Clock) -> None:
    url = str(at.records.database.url)
    app = assemble(Settings(demo=True, database_url=url, idle_minutes=10, session_hours=1), at)
    browser = Browser(TestClient(app, follow_redirects=False))
    enter(browser)
    for _ in range(6):
        assert browser.get("/account").status_code == 200
        clock.pass_(minutes=9, seconds=59)
    assert browser.get("/account").status_code == 200
    clock.pass_(seconds=6)
    assert browser.get("/account").status_code == 303

"""Addresses and fields that no page of ours makes get a page that helps, never a crash."""

import pytest

from tests.referral.anyshire import Anyshire
from tests.referral.web.browsers import Browser, Browsers
from tests.referral.web.children import referred

ODD = ["%00", "%F0%9F%92%A9", "..%2F..", "%27%20OR%201=1", "x" * 3000, "%ED%A0%80"]


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize(
    "path", ["/referrals/{}", "/referrals/{}/accept", "/asks/{}", "/messages/{}", "/concerns/{}"]
)
def test_an_odd_id_is_not_found(browsers: Browsers, path: str, odd: str) -> None:
    for key in ("nursery", "speech"):
        assert browsers.of(key).get(path.format(odd)).status_code == 404


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize(
    "path",
    [
        "/concerns?before={}",
        "/messages?before={}",
        "/queue?state={}",
        "/queue?after=2026-11-20T00:00:00%2B00:00_{}",
        "/queue?after={}",
        "/sign-in?next={}",
        "/queue?late={}",
    ],
)
def test_an_odd_query_is_answered(browsers: Browsers, path: str, odd: str) -> None:
    assert browsers.of("speech").get(path.format(odd)).status_code in (200, 404)


@pytest.mark.parametrize(
    "odd", ["%00", "%00oba", "%F0%9F%92%A9", "%ED%A0%BD", "%25_%5C", "x" * 3000, "+" * 50]
)
def test_odd_words_are_searched_for(speech: Browser, odd: str) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = speech.http.post("/queue", content=f"q={odd}", headers=form)
    assert answer.status_code in (200, 303)


@pytest.mark.parametrize("version", ["²", "9" * 5000, "1e3", "\x00"])
def test_an_odd_version_is_refused(anyshire: Anyshire, speech: Browser, version: str) -> None:
    task = referred(anyshire, "Tobi")
    assert speech.post(f"/referrals/{task}/receive", version=version).status_code == 422


def test_a_naive_time_in_an_address_is_not_found(speech: Browser) -> None:
    assert speech.get("/queue?after=2026-11-20T00:00:00_x").status_code == 404


def test_a_file_is_not_taken_for_a_form(speech: Browser) -> None:
    answer = speech.http.post("/queue", files={"q": b"zoya"})
    assert answer.status_code in (303, 400)


def test_an_odd_cookie_opens_nothing(browsers: Browsers) -> None:
    stranger = browsers.anybody()
    stranger.http.cookies.set("sooner", "x" * 3000)
    assert stranger.get("/queue").status_code == 303

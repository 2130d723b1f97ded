"""Forms, links, cookies and files, as somebody sends them who is no browser."""

from datetime import timedelta

import pytest

from tests.referral.anyshire import Anyshire
from tests.referral.builders import a_carer, a_concern, a_request, a_story
from tests.referral.hostile.targets import MARKER, Target
from tests.referral.web.children import SPEECH, named

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
DEMO = {"email": "nursery@example.org", "password": "demo-only"}


@pytest.mark.parametrize(
    "next",
    [
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "https://evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "evil.example",
        "@evil.example",
        " //evil.example",
        "/queue\r\nSet-Cookie: a=b",
        "/\x00",
        "http://[",
        "x" * 5000,
    ],
    ids=lambda next: repr(next)[:30],
)
def test_signing_in_leads_to_this_site_alone(target: Target, next: str) -> None:
    answer = target.stranger.http.post("/sign-in", data={**DEMO, "next": next})
    target.stranger.http.cookies.clear()
    assert answer.status_code == 303
    assert answer.headers["location"] == "/"


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("\x00", "x"),
        ("nursery@example.org\x00", "demo-only"),
        ("' OR 1=1--", "x"),
        ("nursery@example.org", "\x00"),
        ("nursery@example.org", "x" * 100_000),
        ("x" * 100_000, "x"),
        ("\u202egro.elpmaxe@yresrun", "demo-only"),
        ("nursery@example.org, camhs@example.org", "demo-only"),
    ],
    ids=lambda one: repr(one)[:20],
)
def test_nobody_is_let_in_by_odd_words(target: Target, email: str, password: str) -> None:
    fields = {"email": email, "password": password}
    answer = target.stranger.http.post("/sign-in", data=fields)
    assert answer.status_code == 422
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({**FORM, "Sec-Fetch-Site": "cross-site"}, b"q=a", 403),
        ({**FORM, "Sec-Fetch-Site": "same-site"}, b"q=a", 403),
        ({**FORM, "Sec-Fetch-Site": "evil"}, b"q=a", 403),
        ({**FORM, "Origin": "https://evil.example"}, b"q=a", 403),
        ({**FORM, "Origin": "null"}, b"q=a", 403),
        ({**FORM, "Origin": "http://["}, b"q=a", 403),
        (FORM, b"&".join([b"q=a"] * 10_000), 400),
        ({"Content-Type": "multipart/form-data"}, b"q=a", 400),
        ({"Content-Type": "multipart/form-data; boundary=x"}, b"--x\r\n\r\n--x--", 400),
        ({"Content-Type": "text/plain"}, b"q=a", 303),
        ({"Content-Type": "application/json"}, b'{"q": "a"}', 303),
        (FORM, b"q=%00%ff%fe", 200),
        (FORM, b"=&=&==;;", 303),
        (FORM, b"__proto__=1&constructor=2&who=admin", 303),
    ],
)
def test_a_form_that_is_none(
    target: Target, headers: dict[str, str], body: bytes, status: int
) -> None:
    answer = target.pages["speech"].http.post("/queue", content=body, headers=headers)
    assert answer.status_code == status


@pytest.mark.parametrize(
    "path",
    [
        "/static/../pyproject.toml",
        "/static/..%2F..%2Fpyproject.toml",
        "/static/%2e%2e/security.py",
        "/static/..%5c..%5csecurity.py",
        "/static//etc/passwd",
        "/static/%00",
        "/static/app.css%00.js",
        "/static/" + "a" * 5000,
        "/static/vendor",
        "/static/",
        "/.env",
        "/.git/config",
        "/var/referral.db",
        "/fhir/../sign-out",
    ],
    ids=lambda path: path[:40],
)
def test_no_file_but_those_meant_is_served(target: Target, path: str) -> None:
    assert target.stranger.get(path).status_code in (404, 405)


@pytest.mark.parametrize(
    "cookie",
    ["", "x", "x" * 8000, "'; DROP TABLE session;--", "../..", "null", "\u00e9", '"', "=;=;sooner"],
)
def test_a_cookie_we_did_not_set_opens_nothing(target: Target, cookie: str) -> None:
    headers = [(b"cookie", b"sooner=" + cookie.encode())]
    answer = target.stranger.http.get("/queue", headers=headers)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=/queue"


def test_a_session_that_was_there_before_is_not_the_one_signed_in(target: Target) -> None:
    planted = "planted-by-somebody-else"
    headers = [(b"cookie", f"sooner={planted}".encode())]
    answer = target.stranger.http.post("/sign-in", data=DEMO, headers=headers)
    assert planted not in answer.headers["set-cookie"]
    assert "httponly" in answer.headers["set-cookie"].lower()
    target.stranger.http.cookies.clear()
    assert target.stranger.http.get("/queue", headers=headers).status_code == 303


def test_a_session_ends_when_nobody_is_there(target: Target) -> None:
    clock = target.anyshire.clock
    before, clock.now = clock.now, clock.now + timedelta(minutes=61)
    try:
        assert target.pages["speech"].get("/queue").status_code == 303
    finally:
        clock.now = before


@pytest.mark.parametrize("path", ["/referrals/{}", "/referrals/{}/accept", "/referrals/{}/x"])
def test_the_child_is_not_there_for_another_nursery(target: Target, path: str) -> None:
    answer = target.pages["nursery2"].get(path.format(target.task))
    assert answer.status_code == 404
    assert MARKER not in answer.text


SCRIPT = "\"'><script>alert(7)</script><img src=x onerror=alert(7)>{{7*7}}"


def test_markup_in_every_text_is_shown_as_text(target: Target) -> None:
    anyshire: Anyshire = target.anyshire
    child = named("Zed" + SCRIPT, SCRIPT, 9)
    child["address"][0]["line"] = [SCRIPT]
    child["address"][0]["city"] = SCRIPT
    request = a_request()
    request["reasonCode"][0]["text"] = SCRIPT
    request["note"] = [{"text": SCRIPT}]
    carer = a_carer(name=[{"text": SCRIPT}], telecom=[{"system": "phone", "value": SCRIPT}])
    story = a_story(item=[{"linkId": "worry", "text": SCRIPT, "answer": [{"valueString": SCRIPT}]}])
    raised = anyshire.raise_(a_concern(request, child=child, carer=carer, story=story))
    page = target.pages["speech"].get(f"/referrals/{anyshire.referral_at(SPEECH, raised)}").text
    assert page.count("&lt;script&gt;alert(7)") >= 3
    assert not [markup for markup in ("<script>", "<img", ">49<") if markup in page]


PATHS = ["/", "/sign-in", "/queue", "/nowhere", "/static/app.css", "/static/none", "/fhir/metadata",
         "/fhir/Patient", "/fhir/nowhere/at/all", "/healthz", "/readyz", "/events", "/oauth/token",
         "/openapi.json"]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "POST", "TRACE"])
def test_every_answer_carries_the_headers_and_tells_no_internals(
    target: Target, method: str, path: str
) -> None:
    answer = target.stranger.http.request(method, path)
    assert answer.status_code < 500
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert "cache-control" in answer.headers
    assert "server" not in answer.headers
    assert "Traceback" not in answer.text

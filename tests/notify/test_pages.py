import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from services.notify.domain.mail import Mail
from services.notify.main import MIGRATIONS, create_app
from services.notify.messages.caught_mail import CaughtMail
from services.notify.settings import Settings
from shared.database import Database, migrate
from tests.notify.builders import NOON
from tests.notify.test_settings import A_SECRET
from tests.notify.world import Clock


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    url = f"sqlite:///{tmp_path / 'notify.db'}"
    migrate(url, MIGRATIONS)
    return Settings(notify_database_url=url, demo=True)


def keep(settings: Settings, **mail: str) -> None:
    facts = {"id": "1", "to": "parent@example.org", "subject": "An update", "body": "Hello"}
    CaughtMail(Database(settings.notify_database_url)).keep(Mail(**facts | mail, at=NOON))


def test_before_any_mail_the_page_says_so(settings: Settings) -> None:
    assert "There is no mail yet." in TestClient(create_app(settings)).get("/mail").text


def test_a_mail_can_be_found_and_read(settings: Settings) -> None:
    keep(settings, body="Open http://127.0.0.1:8000/referrals/1 now")
    http = TestClient(create_app(settings, clock=Clock()))
    [link] = re.findall(r'<a href="(/mail/[^"]+)">An update</a>', http.get("/mail").text)
    page = http.get(link).text
    assert "parent@example.org" in page
    assert 'href="http://127.0.0.1:8000/referrals/1"' in page
    assert '<html lang="en">' in page


def test_what_a_mail_holds_is_shown_and_never_run(settings: Settings) -> None:
    keep(settings, subject="<script>alert(1)</script>", body="<img src=x onerror=alert(1)>")
    http = TestClient(create_app(settings))
    for page in (http.get("/mail").text, http.get("/mail/1").text):
        assert "<script>" not in page
        assert "<img" not in page
    policy = http.get("/mail").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_every_answer_carries_the_headers_that_keep_browsers_careful(settings: Settings) -> None:
    http = TestClient(create_app(settings))
    for path in ("/mail", "/nothing", "/healthz", "/openapi.json"):
        answer = http.get(path)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert http.get("/openapi.json").status_code == 404


def test_notify_answers_to_its_own_names_only(settings: Settings) -> None:
    http = TestClient(create_app(settings))
    assert http.get("/mail", headers={"host": "evil.example"}).status_code == 421


def test_mail_that_is_not_there_is_not_found(settings: Settings) -> None:
    assert TestClient(create_app(settings)).get("/mail/nothing").status_code == 404


def test_outside_the_demo_area_nobody_reads_mail(settings: Settings) -> None:
    real = settings.model_copy(
        update={"demo": False, "events_secret": A_SECRET, "smtp_host": "127.0.0.1"}
    )
    assert TestClient(create_app(real)).get("/mail").status_code == 404


def test_the_service_says_whether_it_lives_and_whether_it_is_ready(
    settings: Settings, tmp_path: Path
) -> None:
    ready = TestClient(create_app(settings))
    assert ready.get("/healthz").status_code == ready.get("/readyz").status_code == 200
    empty = settings.model_copy(
        update={"notify_database_url": f"sqlite:///{tmp_path / 'empty.db'}"}
    )
    waiting = TestClient(create_app(empty))
    assert (waiting.get("/healthz").status_code, waiting.get("/readyz").status_code) == (200, 503)

"""The preview: every message, by every channel, in every language, as somebody would get it."""

import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from services.notify.domain.words import channels_of
from services.notify.main import MIGRATIONS, create_app
from services.notify.preview_pages import CHANNELS, LANGUAGES, templates
from services.notify.settings import Settings
from shared.contract import Channel
from shared.database import migrate
from tests.notify.every_message import TEMPLATES
from tests.notify.test_settings import A_SECRET


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    url = f"sqlite:///{tmp_path_factory.mktemp('preview') / 'notify.db'}"
    migrate(url, MIGRATIONS)
    return Settings(notify_database_url=url, demo=True)


@pytest.fixture(scope="module")
def http(settings: Settings) -> TestClient:
    return TestClient(create_app(settings))


def test_every_message_is_on_the_list(http: TestClient) -> None:
    page = http.get("/words").text
    assert sorted(re.findall(r'href="/words/([^"]+)"', page)) == TEMPLATES == sorted(templates())


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_message_can_be_seen_by_each_of_its_channels(http: TestClient, template: str) -> None:
    for channel in channels_of(template):
        page = http.get(f"/words/{template}", params={"channel": channel})
        assert page.status_code == 200
        assert f'aria-current="true">{CHANNELS[channel]}' in page.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_family_message_can_be_seen_in_each_language(http: TestClient, language: str) -> None:
    page = http.get("/words/family/received", params={"language": language}).text
    assert ("nobody has translated it yet" in page) == (language != "en")
    assert 'lang="en"' in page


def test_one_person_reads_other_words_than_the_next(http: TestClient) -> None:
    pages = [
        http.get("/words/family/escalated", params={"example": who}).text
        for who in ("late", "still-late", "nobody-we-know")
    ]
    assert "by 3 March 2026" in pages[0]
    assert "by 30 December 2025" in pages[1]
    assert "Ada" in pages[2]


def test_a_text_message_says_how_many_parts_it_takes(http: TestClient) -> None:
    page = http.get("/words/family/received", params={"channel": Channel.SMS}).text
    assert re.search(r"\d+ places, 1 part\b", page)


def test_every_link_of_a_preview_leads_somewhere(http: TestClient) -> None:
    page = http.get("/words/family/escalated").text
    links = [link.replace("&amp;", "&") for link in re.findall(r'href="(/[^"]*)"', page)]
    assert len(links) > 8
    assert {http.get(link).status_code for link in links} == {200}


@pytest.mark.parametrize(
    "path",
    ["/words/family/nothing", "/words/../settings", "/words/family/way-in-asked?channel=letter"],
)
def test_words_that_are_not_there_are_not_found(http: TestClient, path: str) -> None:
    assert http.get(path).status_code == 404


def test_what_is_asked_for_is_shown_and_never_run(http: TestClient) -> None:
    page = http.get("/words/family/made", params={"language": "<script>", "example": "<script>"})
    assert "<script>" not in page.text
    assert "unsafe" not in page.headers["content-security-policy"]


def test_outside_the_demo_area_there_is_no_preview(settings: Settings, tmp_path: Path) -> None:
    real = settings.model_copy(
        update={"demo": False, "events_secret": A_SECRET, "smtp_host": "127.0.0.1"}
    )
    assert TestClient(create_app(real)).get("/words").status_code == 404

"""The preview: every message, by every channel, in every language, as somebody would get it."""

import re

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from services.notify.domain.words import channels_of
from services.notify.main import MIGRATIONS, create_app
from services.notify.preview_pages import CHANNELS, LANGUAGES, templates
from services.notify.settings import Settings
from shared.contract import Channel
from shared.database import migrate
from shared.hand_over import Operator, Purpose, ticket
from shared.identity import Role
from shared.signing import DEMO_SECRET
from tests.notify.builders import NOON
from tests.notify.every_message import TEMPLATES
from tests.notify.world import Clock


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    url = f"sqlite:///{tmp_path_factory.mktemp('preview') / 'notify.db'}"
    migrate(url, MIGRATIONS)
    return Settings(notify_database_url=url, demo=True)


@pytest.fixture(scope="module")
def http(settings: Settings) -> TestClient:
    """A coordinator, who came over from the referral service."""
    opened = TestClient(create_app(settings, clock=Clock()))
    enter(opened, Role.COORDINATOR)
    return opened


def enter(http: TestClient, role: Role) -> Response:
    who = Operator(id="one", role=role, areas=frozenset())
    shown = ticket(who, Purpose.ENTER, secrets=[DEMO_SECRET], now=NOON)
    return http.get("/enter", params={"ticket": shown, "page": "/words"})


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
    links = [link.replace("&amp;", "&") for link in re.findall(r'href="(/words[^"]*)"', page)]
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


def test_only_who_answers_for_messages_looks_at_them(settings: Settings) -> None:
    stranger = TestClient(create_app(settings, clock=Clock()))
    for path in ("/words", "/words/family/made"):
        assert stranger.get(path).status_code == 401
    assert enter(stranger, Role.PROFESSIONAL).status_code == 401
    assert enter(stranger, Role.ADMIN).status_code == 200
    assert stranger.get("/words/family/made").status_code == 200

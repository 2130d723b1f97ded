"""What everybody may read: what is kept and who sees it, and how accessible the pages are."""

import pytest

from services.referral.main import assemble
from services.referral.settings import Settings
from services.referral.use_cases.workplace import Workplace
from tests.referral.web.browsers import Browser, Browsers, links

NOTICES = ("/privacy", "/accessibility")


@pytest.fixture
def anybody(browsers: Browsers) -> Browser:
    return browsers.anybody()


@pytest.mark.parametrize("path", NOTICES)
def test_everybody_reads_it_without_signing_in_and_every_page_leads_there(
    anybody: Browser, path: str
) -> None:
    assert "Anyshire Council and local NHS services" in anybody.read(path)
    assert links(anybody.get("/sign-in").text, path) == [path]


def test_a_family_finds_what_it_would_ask(anybody: Browser) -> None:
    page = anybody.read("/privacy")
    for said in ("What we keep", "Who sees it", "How long we keep it", "What you can ask for"):
        assert said in page


@pytest.mark.parametrize("path", NOTICES)
def test_whom_to_ask_is_what_the_partnership_has_set(at: Workplace, path: str) -> None:
    database, contact = str(at.records.database.url), "privacy@anyshire.example, 01632 960900"
    app = assemble(Settings(demo=True, database_url=database, contact=contact), at)
    assert contact in Browsers(app, at).anybody().read(path)

"""What another system wrote as markup (`text.div`) is kept, and stands on no page."""

from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from services.referral.main import assemble
from services.referral.settings import Settings
from services.referral.use_cases.workplace import Workplace
from tests.referral.anyshire import Anyshire
from tests.referral.fhir_api.systems import System, the_bundle
from tests.referral.web.browsers import Browsers

MARKUP = '<div xmlns="http://www.w3.org/1999/xhtml"><b class="theirs">Written elsewhere</b></div>'


@pytest.fixture
def at(anyshire: Anyshire) -> Workplace:
    return Workplace(records=anyshire.records, rules=anyshire.rules, clock=anyshire.clock)


@pytest.fixture
def app(at: Workplace) -> FastAPI:
    return assemble(Settings(demo=True, database_url=str(at.records.database.url)), at)


def with_narrative() -> Any:
    bundle = the_bundle()
    for entry in bundle["entry"]:
        entry["resource"]["text"] = {"status": "generated", "div": MARKUP}
    return bundle


def test_no_page_shows_the_markup_of_others(app: FastAPI, at: Workplace) -> None:
    nursery, speech = (System(TestClient(app), f"demo-{who}") for who in ("nursery", "speech"))
    assert nursery.raises(with_narrative()).status_code == 200
    task = speech.own_task()
    concern = task["focus"]["reference"].partition("/")[2]
    assert nursery.get(f"/ServiceRequest/{concern}").json()["text"]["div"] == MARKUP
    browsers = Browsers(app, at)
    for who, page in (
        ("speech", f"/referrals/{task['id']}"),
        ("speech", "/queue"),
        ("nursery", f"/concerns/{concern}"),
        ("nursery", "/concerns"),
        ("coordinator", f"/referrals/{task['id']}"),
    ):
        shown = browsers.of(who).http.get(page, follow_redirects=True)
        assert shown.status_code == 200, (who, page)
        assert "Written elsewhere" not in shown.text
        assert "theirs" not in shown.text

"""The pages of the whole service, on a county where people work."""

import pytest
from fastapi import FastAPI

from services.referral.main import assemble
from services.referral.settings import Settings
from services.referral.use_cases.workplace import Workplace
from tests.referral.anyshire import Anyshire
from tests.referral.web.browsers import Browser, Browsers


@pytest.fixture
def at(anyshire: Anyshire) -> Workplace:
    return Workplace(records=anyshire.records, rules=anyshire.rules, clock=anyshire.clock)


@pytest.fixture
def app(at: Workplace) -> FastAPI:
    return assemble(Settings(demo=True, database_url=str(at.records.database.url)), at)


@pytest.fixture
def browsers(app: FastAPI, at: Workplace) -> Browsers:
    """Gives the browser of a demo person who is signed in."""
    return Browsers(app, at)


@pytest.fixture
def nursery(browsers: Browsers) -> Browser:
    return browsers.of("nursery")


@pytest.fixture
def speech(browsers: Browsers) -> Browser:
    return browsers.of("speech")


@pytest.fixture
def coordinator(browsers: Browsers) -> Browser:
    return browsers.of("coordinator")

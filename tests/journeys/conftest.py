"""Both services, started once for each database; and a real browser where there is one."""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.databases import BACKENDS, copied_sqlite, fresh_postgres
from tests.journeys.people import Town
from tests.journeys.processes import Running, both_services
from tests.notify.stand_ins.govuk import KEY, SMS_TEMPLATE, Govuk

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


#: What GOV.UK Notify calls back with.
CALLBACK_TOKEN = "agreed-with-gov-uk-notify-for-the-journeys"


@pytest.fixture(scope="session")
def govuk() -> Iterator[Govuk]:
    """Takes the text messages; e-mail is caught by the demo."""
    with Govuk().open() as account:
        yield account


@pytest.fixture(scope="session")
def demo_on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """What the first start of both services leaves; later starts go on from copies of it."""
    folder = tmp_path_factory.mktemp("first-start")
    files = [folder / f"{name}.db" for name in ("referral", "notify")]
    first, second = (f"sqlite:///{file}" for file in files)
    with both_services(first, second, log=folder / "log"):
        return files


@pytest.fixture(scope="session")
def demo_on_postgresql(
    postgres: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[str]]:
    log = tmp_path_factory.mktemp("first-start") / "log"
    with fresh_postgres(postgres) as first, fresh_postgres(postgres) as second:
        with both_services(first, second, log=log):
            pass
        yield [first, second]


@pytest.fixture(scope="session", params=BACKENDS)
def services(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, govuk: Govuk
) -> Iterator[Running]:
    texts = {
        "SOONER_GOVUK_KEY": KEY,
        "SOONER_GOVUK_URL": govuk.url,
        "SOONER_GOVUK_TEMPLATES": f"sms={SMS_TEMPLATE}",
        "SOONER_GOVUK_TOKENS": CALLBACK_TOKEN,
    }
    folder = tmp_path_factory.mktemp("services")
    demo = request.getfixturevalue(f"demo_on_{request.param}")
    with ExitStack() as opened:
        if request.param == "sqlite":
            urls = [copied_sqlite(file, folder) for file in demo]
        else:
            server = request.getfixturevalue("postgres")
            urls = [opened.enter_context(fresh_postgres(server, like=one)) for one in demo]
        yield opened.enter_context(both_services(urls[0], urls[1], folder / "log", **texts))


@pytest.fixture(scope="session")
def town(services: Running) -> Iterator[Town]:
    with ExitStack() as opened:
        yield Town(services, opened)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Gone after each file: the event loop that it brings stays in the way of others."""
    if CHROMIUM is None:
        if os.environ.get("SOONER_NO_SKIPS"):
            pytest.fail("There is no Chromium, and no test may be skipped.")
        pytest.skip("There is no Chromium on this machine.")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=CHROMIUM, args=list(FLAGS), timeout=150_000
        )
        yield started
        started.close()

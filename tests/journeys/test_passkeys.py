"""A passkey in a real Chromium, with an authenticator that lives in the browser."""

import socket
import threading
from collections.abc import Iterator

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect

from services.referral.demo.area import build_area
from services.referral.demo.people import PASSWORD
from services.referral.main import MIGRATIONS, assemble, open_workplace
from services.referral.settings import Settings
from shared.database import migrate

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Browsers make no passkeys for a bare address, so the service is known by a name here."""
    database = f"sqlite:///{tmp_path_factory.mktemp('passkeys') / 'referral.db'}"
    migrate(database, MIGRATIONS)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://localhost:{listening.getsockname()[1]}"
        settings = Settings(demo=True, database_url=database, public_url=url)
        at = open_workplace(settings)
        build_area(at.records, at.rules.policies.places, now=at.clock())
        server = uvicorn.Server(uvicorn.Config(assemble(settings, at), log_level="error"))
        running = threading.Thread(target=server.run, args=([listening],))
        running.start()
        yield url
        server.should_exit = True
        running.join(20)
        at.records.database.close()


@pytest.fixture
def page(browser: Browser, base: str) -> Iterator[Page]:
    context = browser.new_context(base_url=base)
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    yield page
    context.close()


def enter(page: Page) -> None:
    page.goto("/sign-in")
    page.fill("#email", "speech@example.org")
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_load_state()


def test_a_passkey_is_made_and_used_and_removed(page: Page) -> None:
    enter(page)
    page.goto("/account/passkey")
    page.fill("#name", "My laptop")
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Add passkey").click()
    expect(page.locator(".app-codes li")).to_have_count(10)
    code = page.locator(".app-codes li").first.inner_text()
    page.goto("/account")
    expect(page.get_by_text("My laptop").first).to_be_visible()

    page.get_by_role("button", name="Sign out", exact=True).click()
    enter(page)
    expect(page).to_have_url("/sign-in/code")
    page.get_by_role("button", name="Use your passkey").click()
    expect(page).to_have_url("/queue")

    page.get_by_role("button", name="Sign out", exact=True).click()
    enter(page)
    page.fill("#code", code)
    page.get_by_role("button", name="Continue").click()
    expect(page).to_have_url("/queue")

    page.goto("/account")
    page.get_by_role("link", name="Remove My laptop").click()
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("The second step is removed")).to_be_visible()

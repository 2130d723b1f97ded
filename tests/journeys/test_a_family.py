"""A mother comes in on her telephone by the link in her mail, and is out when she signs out."""

import re
import time

import httpx
import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from tests.journeys.people import CHILD, Town, link_on
from tests.journeys.processes import Running

MOTHER = "laila.rahimi@example.org"
PATIENCE = 30  # seconds for a mail to travel
TELEPHONE: ViewportSize = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def referral(town: Town) -> str:
    """The page of a referral whose family has an address."""
    town.visitor("nursery").raises_zoyas_concern()
    return link_on(town.visitor("speech").looks_for(CHILD), "/referrals/[0-9a-f-]+")


def newest_mail(services: Running, subject: str) -> str:
    """The words of the newest mail with this subject."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        listed = httpx.get(f"{services.notify}/mail").text
        found = re.search(rf'href="(/mail/[^"]+)"[^>]*>\s*{subject}', listed)
        if found:
            return httpx.get(f"{services.notify}{found[1]}").text
        time.sleep(0.3)
    raise AssertionError(f"“{subject}” did not come")


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth") <= TELEPHONE["width"])


def test_a_mother_comes_in_by_the_link_in_her_mail(
    services: Running, town: Town, browser: Browser, referral: str
) -> None:
    nursery = town.visitor("nursery")
    shown = nursery.opens(f"{referral}/carers", "Let a carer see this")
    action = re.search(rf'action="({referral}/carers/[^"]+)"', shown)
    assert action
    nursery.sees(nursery.http.post(action[1]), "A mail is on its way")
    invited = newest_mail(services, "You can see what is happening")
    assert f"{services.referral}/family" in invited
    assert "/family/link/" not in invited

    context = browser.new_context(
        base_url=services.referral, viewport=TELEPHONE, java_script_enabled=False
    )
    page = context.new_page()
    page.goto("/family")
    assert fits(page)
    page.fill("#email", MOTHER)
    page.get_by_role("button", name="Send me a link").click()
    assert "Check your email" in page.inner_text("h1")
    assert fits(page)
    mail = newest_mail(services, "Your link to come in")
    link = link_on(mail, f'{services.referral}/family/link/[^"]+')
    for _ in range(2):
        assert httpx.get(link).status_code == 200
    page.goto(link)
    assert fits(page)
    page.get_by_role("button", name="Come in", exact=True).click()
    page.wait_for_url("**/family")
    assert CHILD in page.inner_text("main")
    page.goto(link)
    assert "does not work any more" in page.inner_text("h1")
    page.goto("/family")
    page.get_by_role("button", name="Sign out").click()
    page.goto("/family")
    assert "See what is happening" in page.inner_text("h1")
    context.close()

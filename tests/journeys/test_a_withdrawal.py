"""A parent sees who looked, stops sharing with one service, and that service is blind at once."""

import re

from playwright.sync_api import Browser, Page

from services.referral.demo.people import PASSWORD
from tests.journeys.people import Town
from tests.journeys.processes import Running

SERVICE = "Speech and language therapy, North Anyshire"


def _signed_in(services: Running, browser: Browser, width: int = 390) -> Page:
    context = browser.new_context(
        base_url=services.referral,
        viewport={"width": width, "height": 844},
        java_script_enabled=False,
    )
    page = context.new_page()
    page.goto("/sign-in")
    page.fill("#email", "family@example.org")
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_load_state()
    return page


def test_a_parent_stops_sharing_with_one_service_and_it_loses_sight_at_once(
    services: Running, town: Town, browser: Browser
) -> None:
    page = _signed_in(services, browser)
    page.get_by_role("link", name=f"Everything about this request to {SERVICE}").click()
    referral = re.sub(r"\?.*", "", page.url).removeprefix(services.referral)
    speech, system = town.visitor("speech"), town.system("speech")
    task = referral.rpartition("/")[2]
    assert "Adeyinka-Clarke" in speech.opens(referral)
    assert system.get(f"/Task/{task}").status_code == 200
    page.get_by_role("link", name="Who looked at this").click()
    assert "Asha Rahman" in page.inner_text("main")
    page.goto(f"{referral}/sharing")
    page.get_by_role("link", name=f"Stop sharing with {SERVICE}").click()
    assert "Their help with this stops." in page.inner_text("main")
    page.get_by_role("button", name="Stop sharing with this service").click()
    page.wait_for_load_state()
    assert "This service no longer sees the record" in page.inner_text("main")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert speech.http.get(referral).status_code == 404
    assert referral not in speech.looks_for("Adeyinka-Clarke")
    assert system.get(f"/Task/{task}").status_code == 404
    assert system.get(f"/Task?_id={task}").json().get("entry", []) == []
    assert system.get(f"/Task/{task}/_history").status_code == 404
    coordinator = town.visitor("coordinator")
    coordinator.opens(f"{referral}/sharing", "Does not see it", "Sees the record")
    page.context.close()

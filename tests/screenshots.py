"""make screenshots: pictures of the pages of a fresh demo, phone and desktop, into screenshots/.

The README's picture is one of them, copied to docs/pictures/.
"""

import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from services.referral.demo.people import PASSWORD
from tests.journeys.conftest import CHROMIUM, FLAGS
from tests.journeys.people import zoyas_pages
from tests.journeys.processes import both_services
from tests.referral.web.typing_in import fill

FOLDER = Path("screenshots")
SIZES = {"phone": (390, 844), "desktop": (1280, 900)}
WHO = ("nursery", "speech", "coordinator", "family", "admin")


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        urls = [f"sqlite:///{folder}/{name}.db" for name in ("referral", "notify")]
        with both_services(urls[0], urls[1], log=FOLDER / "log") as running:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
            for size in SIZES:
                _take_all(browser, running.referral, running.notify, size)
            browser.close()
    shutil.copy(FOLDER / "desktop-speech-2-referral.png", "docs/pictures/referral.png")


def _take_all(browser: Browser, referral: str, notify: str, size: str) -> None:
    width, height = SIZES[size]
    for who in WHO:
        context = browser.new_context(
            base_url=referral, viewport={"width": width, "height": height}
        )
        page = context.new_page()
        page.goto("/sign-in")
        _take(page, f"{size}-sign-in")
        page.fill("#email", f"{who}@example.org")
        page.fill("#password", PASSWORD)
        page.press("#password", "Enter")
        page.wait_for_load_state()
        _take(page, f"{size}-{who}-1-first")
        _referral(page, f"{size}-{who}")
        page.goto("/messages")
        _take(page, f"{size}-{who}-4-messages")
        if who == "nursery":
            _form(page, size)
        context.close()
    page = browser.new_page(viewport={"width": width, "height": height})
    page.goto(f"{notify}/mail")
    _take(page, f"{size}-mail")
    page.close()


def _referral(page: Page, name: str) -> None:
    link = page.locator("main a[href^='/referrals/']").first
    if not link.count():
        return
    link.click()
    page.wait_for_load_state()
    _take(page, f"{name}-2-referral")
    move = page.locator("main a.nhsuk-button").first
    if move.count():
        move.click()
        page.locator("main form button").first.click()
        page.wait_for_load_state()
        _take(page, f"{name}-3-move")


def _form(page: Page, size: str) -> None:
    """Every page of the form: empty with its errors, then filled in."""
    page.goto("/raise")
    _take(page, f"{size}-raise-00-safe")
    page.check('input[name="safe"][value="safe"]')
    page.get_by_role("button", name="Continue").click()
    draft = page.url
    for number, (step, fields) in enumerate(zoyas_pages().items(), 1):
        name = f"{size}-raise-{number:02}-{step.replace('/', '-')}"
        page.goto(f"{draft}/{step}")
        page.get_by_role("button", name="Continue").click()
        page.wait_for_load_state()
        _take(page, f"{name}-errors")
        page.goto(f"{draft}/{step}")
        fill(page, fields)
        _take(page, name)
        page.get_by_role("button", name="Continue").click()
    page.goto(draft)
    _take(page, f"{size}-raise-90-tasks")
    page.goto(f"{draft}/check")
    _take(page, f"{size}-raise-91-check")
    if size == "phone":
        page.get_by_role("button", name="Send").click()
        page.wait_for_load_state()
        _take(page, f"{size}-raise-92-sent")


def _take(page: Page, name: str) -> None:
    page.screenshot(path=FOLDER / f"{name}.png", full_page=True)


if __name__ == "__main__":
    main()

"""One text message to a mother, from what happened to its receipt: on the pages of both services
and in the record; and what an administrator does when texts do not go."""

import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from services.referral.demo.people import PASSWORD
from tests.journeys.conftest import CALLBACK_TOKEN
from tests.journeys.people import Town, link_on
from tests.journeys.processes import Running
from tests.notify.stand_ins.govuk import Govuk
from tests.referral.web.whole_forms import ZOYAS_POSTS

PATIENCE = 30  # seconds for a message to travel
PHONE = "+447700900461"
#: Her mother has a telephone and no e-mail.
NOOR: dict[str, dict[str, str | list[str]]] = {
    **ZOYAS_POSTS,
    "child": {**ZOYAS_POSTS["child"], "given": "Noor"},
    "numbers": {"nhs_number": "999 000 0042"},
}
SIZES = {"phone": (390, 844), "desktop": (1280, 900)}


def eventually(find: Callable[[], Any], what: str) -> Any:
    until = time.monotonic() + PATIENCE
    while not (found := find()):
        assert time.monotonic() < until, f"{what} did not happen"
        time.sleep(0.2)
    return found


class Texts:
    """The texts to Noor's mother, as GOV.UK Notify has them."""

    def __init__(self, govuk: Govuk, services: Running) -> None:
        self.govuk = govuk
        self.callback = f"{services.notify}/receipts/govuk"
        self.seen = set(map(_reference, self._hers()))

    def next(self) -> str:
        """The reference of the next text that comes."""
        reference: str = eventually(self._unseen, "a text to the mother")
        self.seen.add(reference)
        return reference

    def came_to(self, reference: str, status: str) -> None:
        said = self.govuk.settle(reference, status, callback=self.callback, token=CALLBACK_TOKEN)
        assert said == 204

    def _unseen(self) -> str | None:
        return next((one for one in map(_reference, self._hers()) if one not in self.seen), None)

    def _hers(self) -> list[dict[str, Any]]:
        return [one for one in self.govuk.taken if one["phone_number"] == PHONE]


def _reference(text: dict[str, Any]) -> str:
    return str(text["reference"])


@pytest.fixture(scope="module")
def texts(govuk: Govuk, services: Running) -> Texts:
    return Texts(govuk, services)


@pytest.fixture(scope="module")
def referral(town: Town, texts: Texts) -> str:
    town.visitor("nursery").raises(NOOR)
    return link_on(town.visitor("speech").looks_for("Noor"), "/referrals/[0-9a-f-]+")


@pytest.fixture(scope="module")
def message(referral: str, town: Town, texts: Texts) -> str:
    """The id of the text about the referral at speech and language therapy, which arrived."""
    kept = town.system("coordinator")
    part_of = [{"reference": f"Task/{referral.rpartition('/')[2]}"}]
    while (reference := texts.next()) and in_record(kept, reference)["partOf"] != part_of:
        pass  # another service was asked too, and the mother was told of that as well
    texts.came_to(reference, "delivered")
    return reference


def in_record(system: httpx.Client, message: str) -> dict[str, Any]:
    found: dict[str, Any] = eventually(lambda: communication(system, message), "a Communication")
    return found


def communication(system: httpx.Client, message: str) -> dict[str, Any] | None:
    asked = {"identifier": f"https://tools.ietf.org/html/rfc4122|{message}"}
    entries = system.get("/Communication", params=asked).json().get("entry", [])
    return entries[0]["resource"] if entries else None


def test_the_record_says_who_was_told_what_when_and_that_it_arrived(
    town: Town, referral: str, message: str
) -> None:
    kept = town.system("coordinator")
    found = eventually(lambda: _received(communication(kept, message)), "a receipt in the record")
    assert found["status"] == "completed"
    assert found["recipient"][0]["reference"].startswith("RelatedPerson/")
    assert found["medium"][0]["coding"][0]["code"] == "sms"
    words = found["category"][0]["coding"][0]
    assert (words["code"], words["version"]) == ("family/made", "1.1")
    [hashed] = [one for one in found["extension"] if one["url"].endswith("/words-hash")]
    assert len(hashed["valueString"]) == 64
    assert found["sent"] <= found["received"]
    for way in ("part-of", "based-on"):
        about = found["partOf" if way == "part-of" else "basedOn"][0]["reference"]
        same = kept.get("/Communication", params={way: about, "_count": 100}).json()["entry"]
        assert found["id"] in [one["resource"]["id"] for one in same]


def _received(found: dict[str, Any] | None) -> dict[str, Any] | None:
    return found if found and "received" in found else None


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
@pytest.mark.parametrize("size", SIZES)
def test_a_coordinator_follows_it_from_the_referral_and_comes_back(
    services: Running, browser: Browser, referral: str, message: str, size: str, javascript: bool
) -> None:
    page = signed_in(services, browser, "coordinator", size, javascript)
    page.goto(referral)
    page.get_by_role("link", name="Messages about this").click()
    check(page, javascript, "Laila Rahimi, by text message", "Arrived", "family/made, version 1.1")
    page.locator(f'a[href$="message={message}"]').click()
    page.wait_for_url(f"{services.notify}/messages/{message}")
    check(page, javascript, "Made: to the family by text message")
    steps = page.locator("ol.steps li strong").all_inner_texts()
    assert [one for one in steps if not one.startswith("Told")] == [
        "It happened: made",
        "Its event was taken",
        "Made in place of another message",
        "Try 1, with govuk-sms",
        "Receipt",
    ]
    assert "Told to the record" in steps
    page.get_by_role("link", name="All messages about this referral").click()
    check(page, javascript, "Made: to the family by text message", "Arrived")
    page.get_by_role("link", name="Back to the referral").click()
    page.wait_for_url(f"{services.referral}{referral}/messages")
    page.context.close()


def signed_in(
    services: Running, browser: Browser, who: str, size: str, javascript: bool = True
) -> Page:
    width, height = SIZES[size]
    context = browser.new_context(
        base_url=services.referral,
        viewport={"width": width, "height": height},
        java_script_enabled=javascript,
    )
    page = context.new_page()
    page.goto("/sign-in")
    page.fill("#email", f"{who}@example.org")
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url(lambda url: not url.endswith("/sign-in"))
    return page


def check(page: Page, javascript: bool, *words: str) -> None:
    """These words stand on it, nothing runs off its side, and axe finds nothing wrong."""
    shown = page.inner_text("main")
    assert [word for word in words if word not in shown] == []
    size = page.viewport_size
    assert size is not None
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    if javascript:
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()


def test_an_administrator_sends_again_what_is_stuck_one_and_all(
    services: Running, browser: Browser, town: Town, referral: str, message: str, texts: Texts
) -> None:
    speech = town.visitor("speech")
    page = signed_in(services, browser, "admin", "phone")
    page.goto("/sending/messages")
    for number, move in enumerate(("receive", "accept")):
        speech.sends(f"{referral}/{move}")
        texts.came_to(texts.next(), "technical-failure")
        page.reload()
        check(page, True, "Could not be sent, for technical reasons")
        again = "Send it again" if number == 0 else "Send all again: could not be sent"
        page.get_by_role("button", name=again).first.click()
        page.wait_for_load_state()
        check(page, True, "1 goes again now.", "Nothing is stuck.")
        texts.came_to(texts.next(), "delivered")
    page.get_by_role("link", name="What goes out").click()
    page.wait_for_url(f"{services.referral}/sending")
    page.context.close()

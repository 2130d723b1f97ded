"""From the first worry to an outcome: the main job, by people at their pages."""

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser

from services.referral.demo.people import PASSWORD
from tests.journeys.people import CHILD, MOTHER, Town, link_on, timeline, zoyas_pages
from tests.journeys.processes import Running
from tests.referral.web.typing_in import fill
from tests.referral.web.whole_forms import SPEECH

AMIRA: dict[str, dict[str, str | list[str]]] = {
    "child": {**zoyas_pages()["child"], "given": "Amira"},
    "numbers": {"nhs_number": "999 000 0026"},
}
PATIENCE = 20  # seconds for a message to travel


def _eventually(is_so: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < until, f"{what} did not happen"
        time.sleep(0.3)


@pytest.fixture(scope="module")
def referral(town: Town) -> str:
    """The page of Zoya's referral at speech and language therapy, just raised."""
    nursery, speech = town.visitor("nursery"), town.visitor("speech")
    confirmed = nursery.raises_zoyas_concern()
    assert "Speech and language therapy, North Anyshire" in confirmed
    return link_on(speech.looks_for(CHILD), "/referrals/[0-9a-f-]+")


def test_the_concern_goes_all_the_way(town: Town, referral: str) -> None:
    nursery, speech = town.visitor("nursery"), town.visitor("speech")
    speech.opens(referral, CHILD, "Because talking is a worry at 40 months")
    speech.sends(f"{referral}/receive")
    question = "Does she point at things that she wants?"
    speech.sends(f"{referral}/ask", text=question, ask_whom="referrer")
    ask = nursery.link(referral, "/asks/[0-9a-f-]+")
    assert question in nursery.opens(ask)
    nursery.sends(ask, text="Yes, every day since the summer.")
    speech.opens(referral, "Yes, every day since the summer.")
    speech.sends(f"{referral}/accept")
    speech.sends(
        f"{referral}/offer",
        **{"date[day]": "7", "date[month]": "January", "date[year]": "2030"},
        time="9:30am",
        minutes="30",
        how="clinic",
        place="The children's centre in Millbrook.",
    )
    assert "7 January 2030" in nursery.opens(referral)
    (booked,) = town.system("speech").get("/Appointment?date=2030-01-07").json()["entry"]
    assert booked["resource"]["end"] == "2030-01-07T10:00:00.000Z"
    speech.sends(f"{referral}/complete", outcome="plan-agreed", text="A plan for home and nursery.")
    seen = timeline(nursery.opens(referral, "A plan for home and nursery."))
    assert seen == timeline(speech.opens(referral))
    assert any(line.startswith("Closed with an outcome") for line in seen)


def test_the_mother_was_told_and_the_record_says_so(town: Town, referral: str) -> None:
    _eventually(lambda: MOTHER in town.mail(), "mail to the mother")
    page = town.mail()
    assert "Zoya" not in page
    assert "speech" not in page.lower().replace("speech@", "").replace("speech.", "")
    speech = town.system("speech")
    task = referral.rpartition("/")[2]

    def is_told() -> bool:
        found = speech.get("/Communication", params={"part-of": f"Task/{task}"}).json()["entry"]
        people = [
            one["reference"] for entry in found for one in entry["resource"].get("recipient", [])
        ]
        return any(person.startswith("RelatedPerson/") for person in people)

    _eventually(is_told, "a Communication to the mother")


def test_of_two_therapists_one_wins_and_the_other_is_told(town: Town) -> None:
    speech, queue = town.visitor("speech"), town.system("speech")
    waiting = queue.get(
        "/Task", params={"status": "requested", "owner": f"HealthcareService/{SPEECH}"}
    )
    task = waiting.json()["entry"][0]["resource"]
    path = f"/referrals/{task['id']}/accept"
    page = speech.opens(path)
    accepted = {**task, "status": "accepted"}
    seen = {"If-Match": f'W/"{task["meta"]["versionId"]}"'}
    first = queue.put(f"/Task/{task['id']}", json=accepted, headers=seen)
    assert first.status_code == 200
    version = page.partition('name="version" value="')[2].partition('"')[0]
    second = speech.http.post(path, data={"version": version})
    assert second.status_code == 409
    assert "North Anyshire Community NHS Trust" in second.text


def test_another_service_sees_nothing_of_it(town: Town, referral: str) -> None:
    camhs = town.visitor("camhs")
    assert camhs.http.get(referral).status_code == 404
    assert "/referrals/" not in camhs.looks_for(CHILD)


def test_a_concern_is_raised_on_a_phone(services: Running, browser: Browser) -> None:
    context = browser.new_context(
        base_url=services.referral,
        viewport={"width": 390, "height": 844},
        java_script_enabled=False,
    )
    page = context.new_page()
    page.goto("/sign-in")
    page.fill("#email", "nursery2@example.org")
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.goto("/raise")
    page.check('input[name="safe"][value="safe"]')
    page.get_by_role("button", name="Continue").click()
    draft = page.url
    for step, fields in zoyas_pages().items():
        page.goto(f"{draft}/{step}")
        fill(page, AMIRA.get(step, fields))
        page.get_by_role("button", name="Continue").click()
        assert not page.title().startswith("Error"), f"{step}: {page.inner_text('main')}"
    page.goto(f"{draft}/check")
    assert "Amira" in page.inner_text("main")
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/sent")
    page.wait_for_load_state()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()


def test_whoever_starts_it_reads_where_to_look_and_how_to_sign_in(services: Running) -> None:
    told = services.log.read_text
    _eventually(lambda: f"{services.referral}/fhir" in told(), "the greeting")
    assert f"{services.notify}/mail" in told()
    assert "coordinator@example.org" in told()
    assert "Zoya" not in told()

"""A nursery raises a concern page by page, and it is in the record, whole and once."""

import re
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from services.referral.domain.reference import reference_of
from services.referral.records.resource import Resource
from services.referral.records.store import Records
from services.referral.use_cases.workplace import Workplace
from services.referral.web.concern_desk import concern_desks
from services.referral.web.concern_form.desk import Desk
from services.referral.web.forms.questions import Values
from shared.identity import Principal
from tests.referral.anyshire import ONLOOKER, Anyshire
from tests.referral.builders import as_, service_id
from tests.referral.fakes import FRIDAY
from tests.referral.web.desks import MemoryDesk, site
from tests.referral.web.whole_forms import (
    ACORN,
    AUDIOLOGY,
    EARLY_YEARS,
    SPEECH,
    ZOYAS_POSTS,
    answers_of,
    zoyas_typed,
)

EARLY_HELP = service_id("early-help")
Posts = dict[str, dict[str, str | list[str]]]
Browser = Callable[[str], TestClient]


@pytest.fixture
def desks(anyshire: Anyshire) -> Callable[[Principal], Desk]:
    return concern_desks(
        Workplace(records=anyshire.records, rules=anyshire.rules, clock=anyshire.clock)
    )


@pytest.fixture
def browser(desks: Callable[[Principal], Desk]) -> Browser:
    """The form's pages as a person of the demo sees them."""

    def of_person(key: str) -> TestClient:
        app = site(MemoryDesk())
        app.state.desk_for = lambda request: desks(as_(key))
        return TestClient(app, follow_redirects=False)

    return of_person


@pytest.fixture
def nursery(browser: Browser) -> TestClient:
    return browser("nursery")


def start(client: TestClient) -> str:
    return client.post("/raise", data={"safe": "safe"}).headers["location"]


def fill_in(client: TestClient, posts: Posts | None = None) -> str:
    """A complete draft; its address."""
    draft = start(client)
    for page, fields in {**ZOYAS_POSTS, **(posts or {})}.items():
        answer = client.post(f"{draft}/{page}", data=fields)
        assert answer.status_code == 303, (page, re.findall(r'href="#[^>]*>([^<]*)', answer.text))
    return draft


def kept(records: Records, *types: str) -> list[Resource]:
    with records.reading(ONLOOKER, now=FRIDAY) as record:
        return [one for type in types for one in record.of_type(type) if one.place.child]


def test_the_whole_form_in_order_becomes_one_concern_with_its_story(
    nursery: TestClient, records: Records
) -> None:
    draft = fill_in(nursery)
    assert nursery.post(f"{draft}/send").headers["location"] == f"{draft}/sent"
    (request,) = kept(records, "ServiceRequest")
    (child,) = kept(records, "Patient")
    assert request.json["subject"] == {"reference": child.reference}
    assert {task.json["owner"]["reference"] for task in kept(records, "Task")} == {
        f"HealthcareService/{SPEECH}",
        f"HealthcareService/{EARLY_YEARS}",
    }
    body = kept(records, "QuestionnaireResponse")[0].body
    for page, fields in ZOYAS_POSTS.items():
        for key, value in fields.items():
            step = page.split("/")[0]
            if key in ("worry", "says", "strengths", "question", "what", "result", "who"):
                assert str(value).splitlines()[0] in body, (step, key)


def test_the_answer_names_who_answers_by_when_and_why(
    nursery: TestClient, records: Records
) -> None:
    draft = fill_in(nursery)
    nursery.post(f"{draft}/send")
    page = nursery.get(f"{draft}/sent").text
    (request,) = kept(records, "ServiceRequest")
    assert reference_of(request.id) in page
    assert "Speech and language therapy, North Anyshire" in page
    assert "Because talking is a worry at 40 months" in page
    assert "27 November 2026" in page  # five working days after a Friday
    assert "The family gets a message too." in page


def test_sent_twice_it_is_one_concern(nursery: TestClient, records: Records) -> None:
    draft = fill_in(nursery)
    for _ in range(2):
        assert nursery.post(f"{draft}/send").headers["location"] == f"{draft}/sent"
    assert len(kept(records, "ServiceRequest")) == 1
    assert nursery.get(draft).headers["location"] == f"{draft}/sent"
    assert nursery.get(f"{draft}/check").headers["location"] == f"{draft}/sent"


def test_wrong_answers_are_kept_and_an_unfinished_form_is_not_sent(
    nursery: TestClient, anyshire: Anyshire
) -> None:
    draft = start(nursery)
    before = anyshire.counts()
    refused = nursery.post(f"{draft}/child", data={"given": "Zoya", "born[day]": "41"})
    assert refused.status_code == 422
    assert 'value="41"' in nursery.get(f"{draft}/child").text
    assert nursery.post(f"{draft}/send").status_code == 422
    assert {**anyshire.counts(), "audit": before["audit"]} == before


def test_what_is_for_the_telephone_shows_the_areas_numbers_and_keeps_nothing(
    nursery: TestClient, anyshire: Anyshire
) -> None:
    for answer, stop, numbers in (
        ("danger", "danger", ["0808 157 0143", "tel:999"]),
        ("abuse", "safeguarding", ["0808 157 0143", "01632 960143", "tel:999"]),
        ("crisis", "crisis", ["tel:111", "tel:999", "0808 157 0143"]),
    ):
        went = nursery.post("/raise", data={"safe": answer}).headers["location"]
        assert went == f"/raise/stop/{stop}"
        page = nursery.get(went).text
        assert all(number in page for number in numbers)
        assert page.count("tel:999") == 1
    assert anyshire.counts()["draft"] == 0


def test_nobody_else_finds_the_draft(browser: Browser, nursery: TestClient) -> None:
    draft = fill_in(nursery)
    other = browser("nursery2")
    for page in ("", "/child", "/check", "/sent"):
        assert other.get(f"{draft}{page}").status_code == 404
    assert other.post(f"{draft}/send").status_code == 404
    assert other.post(f"{draft}/gp", data={}).status_code == 404
    assert browser("admin").post("/raise", data={"safe": "safe"}).status_code == 403


def test_what_is_known_of_the_sender_is_filled_in(nursery: TestClient) -> None:
    page = nursery.get(f"{start(nursery)}/referrer").text
    for known in ("Sam Lee", "SENCO", "Acorn Lane Nursery", "nursery@example.org"):
        assert f'value="{known}"' in page


def test_the_lists_to_choose_from_are_those_of_the_directory(nursery: TestClient) -> None:
    draft = start(nursery)
    assert "Millbrook Surgery" in nursery.get(f"{draft}/gp").text
    assert "South Anyshire" in nursery.get(f"{draft}/address").text
    places = nursery.get(f"{draft}/setting-details").text
    assert f'value="{ACORN}"' in places
    assert "Millbrook Primary School" in places
    assert "NHS Trust" not in places


def ticked(page: str, service: str) -> bool:
    return bool(re.search(rf'value="{service}"\s+checked', page))


def test_services_are_suggested_with_the_reason_as_soon_as_enough_is_known(
    nursery: TestClient,
) -> None:
    draft = start(nursery)
    assert "We can suggest services once" in nursery.get(f"{draft}/services").text
    for page in ("child", "address", "concern"):
        nursery.post(f"{draft}/{page}", data=ZOYAS_POSTS[page])
    page = nursery.get(f"{draft}/services").text
    assert "Because talking is a worry at 40 months and the child lives in North" in page
    assert "Speak the language you know best at home" in page
    assert ticked(page, SPEECH)
    assert ticked(page, EARLY_YEARS)
    assert "Worth a thought" in page
    assert not ticked(page, AUDIOLOGY)
    assert page.index(f'value="{AUDIOLOGY}"') < page.index("Other services")


def test_looking_at_suggestions_keeps_nothing(
    desks: Callable[[Principal], Desk], anyshire: Anyshire
) -> None:
    before = anyshire.counts()
    found = desks(as_("nursery")).suggestions(answers_of(zoyas_typed()))
    assert [one.service for one in found.services if one.is_first] == [SPEECH, EARLY_YEARS]
    assert "GP" in found.tell
    assert anyshire.counts() == before


def test_a_suggested_service_that_was_not_ticked_is_not_asked(
    nursery: TestClient, records: Records
) -> None:
    only_hearing: Posts = {"services": {"chosen": [AUDIOLOGY], "question": "Can she hear?"}}
    nursery.post(f"{fill_in(nursery, only_hearing)}/send")
    (task,) = kept(records, "Task")
    assert task.json["owner"]["reference"] == f"HealthcareService/{AUDIOLOGY}"


def test_a_service_that_no_rule_suggests_is_asked_when_the_person_ticks_it(
    nursery: TestClient, records: Records
) -> None:
    portage: Posts = {"services": {"chosen": [SPEECH, EARLY_HELP], "question": "What helps?"}}
    nursery.post(f"{fill_in(nursery, portage)}/send")
    because = {
        task.json["owner"]["reference"].partition("/")[2]: task.json["reasonCode"]["text"]
        for task in kept(records, "Task")
    }
    assert because.keys() == {SPEECH, EARLY_HELP}
    assert because[EARLY_HELP] == "because the person who raised the concern chose this service"


def test_the_same_concern_again_is_pointed_out_and_can_be_said_to_be_new(
    nursery: TestClient, records: Records
) -> None:
    nursery.post(f"{fill_in(nursery)}/send")
    tasks = kept(records, "Task")
    again = fill_in(nursery)
    told = nursery.post(f"{again}/send")
    assert told.status_code == 409
    assert "This concern is open already" in told.text
    assert all(f'href="/referrals/{task.id}"' in told.text for task in tasks)
    assert "20 November 2026" in told.text
    assert len(kept(records, "ServiceRequest")) == 1
    assert nursery.post(f"{again}/send", data={"new": "yes"}).headers["location"] == f"{again}/sent"
    assert len(kept(records, "ServiceRequest")) == 2
    assert len(kept(records, "Patient")) == 1


def test_another_setting_learns_that_it_is_open_but_gets_no_way_in(
    nursery: TestClient, browser: Browser
) -> None:
    nursery.post(f"{fill_in(nursery)}/send")
    other = browser("nursery2")
    told = other.post(f"{fill_in(other)}/send")
    assert told.status_code == 409
    assert "Speech and language therapy, North Anyshire" in told.text
    assert "/referrals/" not in told.text


def test_the_same_child_gets_another_concern_and_no_second_record(
    nursery: TestClient, browser: Browser, records: Records
) -> None:
    nursery.post(f"{fill_in(nursery)}/send")
    hearing: Posts = {
        "concern": {"areas": ["sensory-physical"], "concerns": ["hearing"]},
        "services": {"chosen": [AUDIOLOGY], "question": "Can she hear?"},
    }
    other = browser("nursery2")
    draft = fill_in(other, hearing)
    assert other.post(f"{draft}/send").status_code == 303
    (child,) = kept(records, "Patient")
    about = {one.json["subject"]["reference"] for one in kept(records, "ServiceRequest")}
    assert about == {child.reference}
    with records.reading(as_("nursery2"), now=FRIDAY) as record:
        assert record.resource("Patient", child.id).json["birthDate"] == "2023-07-19"


def test_a_family_that_is_not_to_be_told_is_not_said_to_be(
    nursery: TestClient,
) -> None:
    secret: Posts = {
        "agreement": {"agreed": "no"},
        "not-agreed": {"reason": "Not safe", "decided_by": "Ana Cole", "safe_to_tell": "no"},
    }
    posts = {**ZOYAS_POSTS, **secret}
    del posts["agreed"]
    draft = start(nursery)
    for page, fields in posts.items():
        assert nursery.post(f"{draft}/{page}", data=fields).status_code == 303, page
    nursery.post(f"{draft}/send")
    assert "We do not tell the family" in nursery.get(f"{draft}/sent").text


def test_a_concern_that_nobody_agreed_to_writes_to_nobody_at_home(
    desks: Callable[[Principal], Desk], records: Records
) -> None:
    desk = desks(as_("nursery"))
    draft = desk.start_draft(zoyas_typed())
    answers: dict[str, Values] = answers_of(zoyas_typed())
    silent = {**answers["carers"]["items"][0], "safe_to_contact": "no"}
    desk.raise_concern(draft, {**answers, "carers": {"items": [silent]}})
    (carer,) = kept(records, "RelatedPerson")
    assert "telecom" not in carer.json
    assert not desk.sent(draft).family_told

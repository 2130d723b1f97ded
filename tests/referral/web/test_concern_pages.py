"""A concern is raised page by page, as a browser without JavaScript does it."""

import re

import pytest
from fastapi.testclient import TestClient

from services.referral.web.concern_form.form import STEPS
from services.referral.web.forms.questions import Step
from tests.referral.web.answers import POSTS
from tests.referral.web.desks import MemoryDesk, browser


@pytest.fixture
def desk() -> MemoryDesk:
    return MemoryDesk()


@pytest.fixture
def client(desk: MemoryDesk) -> TestClient:
    return browser(desk)


@pytest.fixture
def draft(client: TestClient) -> str:
    return client.post("/raise", data={"safe": "safe"}).headers["location"]


def fill_in(client: TestClient, draft: str) -> None:
    for page, fields in POSTS.items():
        answer = client.post(f"{draft}/{page}", data=fields)
        assert answer.status_code == 303, (page, re.findall(r'href="#[^>]*>([^<]*)', answer.text))


@pytest.mark.parametrize(
    ("answer", "stop"),
    [("danger", "danger"), ("abuse", "safeguarding"), ("crisis", "crisis")],
)
def test_what_cannot_wait_stops_the_form_and_nothing_is_kept(
    client: TestClient, desk: MemoryDesk, answer: str, stop: str
) -> None:
    went = client.post("/raise", data={"safe": answer})
    assert went.headers["location"] == f"/raise/stop/{stop}"
    page = client.get(went.headers["location"]).text
    assert "01632 960 043" in page
    assert ("tel:999" in page) == (stop == "danger")
    assert not desk.drafts


def test_a_risk_today_stops_the_form_and_that_page_is_not_kept(
    client: TestClient, desk: MemoryDesk, draft: str
) -> None:
    went = client.post(f"{draft}/risk", data={"lost_skills": "no", "risk": "now"})
    assert went.headers["location"] == "/raise/stop/crisis"
    assert "risk" not in desk.draft("draft-1").typed


def test_each_page_leads_to_the_next_until_the_concern_is_sent(
    client: TestClient, desk: MemoryDesk, draft: str
) -> None:
    fill_in(client, draft)
    checked = client.get(f"{draft}/check").text
    assert "Some answers are missing" not in checked
    assert "999 000 0018" in checked
    assert "19 July 2023" in checked
    assert client.post(f"{draft}/send").headers["location"] == f"{draft}/sent"
    assert "SN-4K7Q" in client.get(f"{draft}/sent").text
    assert desk.raised[0]["child"]["born"] == "2023-07-19"
    assert desk.raised[0]["address"]["postcode"] == "ZZ99 3CZ"
    assert desk.raised[0]["carers"]["items"][0]["name"] == "Laila Rahimi"


def test_pressing_send_twice_sends_once(client: TestClient, desk: MemoryDesk, draft: str) -> None:
    fill_in(client, draft)
    for _ in range(2):
        assert client.post(f"{draft}/send").headers["location"] == f"{draft}/sent"
    assert len(desk.raised) == 1


def test_an_unfinished_concern_is_not_sent(
    client: TestClient, desk: MemoryDesk, draft: str
) -> None:
    refused = client.post(f"{draft}/send")
    assert refused.status_code == 422
    assert "Some answers are missing" in refused.text
    assert not desk.raised


def test_what_was_sent_cannot_be_changed(client: TestClient, draft: str) -> None:
    fill_in(client, draft)
    client.post(f"{draft}/send")
    assert client.post(f"{draft}/gp", data={}).status_code == 409


def test_a_wrong_page_comes_back_with_what_was_typed_and_links_to_each_field(
    client: TestClient, draft: str
) -> None:
    typed = {"given": "Zoya", "born[day]": "31", "born[month]": "Feb", "born[year]": "2023"}
    page = client.post(f"{draft}/child", data=typed)
    assert page.status_code == 422
    assert "<title>Error: The child" in page.text
    links = re.findall(r'<a href="#([\w-]+)"', page.text.split("error-summary")[-1])
    assert links == ["family", "born-day", "sex"]
    assert all(f'id="{link}"' in page.text for link in links)
    assert 'value="Feb"' in page.text
    assert 'value="Zoya"' in page.text


def test_coming_back_later_keeps_even_what_is_wrong(client: TestClient, draft: str) -> None:
    typed = {"given": "Zoya", "born[day]": "41", "later": "yes"}
    assert client.post(f"{draft}/child", data=typed).headers["location"] == f"{draft}?saved=yes"
    tasks = client.get(f"{draft}?saved=yes").text
    assert "Not sent yet" in tasks
    assert "In progress" in tasks
    assert 'value="41"' in client.get(f"{draft}/child").text


def test_an_answer_decides_which_pages_come(client: TestClient, draft: str) -> None:
    to_details = client.post(f"{draft}/setting", data={"attends": "yes"})
    assert to_details.headers["location"] == f"{draft}/setting-details"
    past_details = client.post(f"{draft}/setting", data={"attends": "no"})
    assert past_details.headers["location"] == f"{draft}/referrer"


def test_carers_are_added_changed_and_removed(
    client: TestClient, desk: MemoryDesk, draft: str
) -> None:
    client.post(f"{draft}/carers/1", data=POSTS["carers/1"])
    again = client.post(f"{draft}/carers", data={"another": "yes"})
    assert again.headers["location"] == f"{draft}/carers/2"
    client.post(f"{draft}/carers/2", data={**POSTS["carers/1"], "name": "Omar Rahimi"})
    page = client.get(f"{draft}/carers").text
    assert page.index("Laila Rahimi") < page.index("Omar Rahimi")
    client.post(f"{draft}/carers/1/remove")
    assert [c["name"] for c in desk.draft("draft-1").typed["carers"]["items"]] == ["Omar Rahimi"]


def test_a_carer_who_may_be_contacted_needs_a_way_to_be(client: TestClient, draft: str) -> None:
    unreachable = {**POSTS["carers/1"], "phone": ""}
    assert client.post(f"{draft}/carers/1", data=unreachable).status_code == 422
    not_safe = {**unreachable, "safe_to_contact": "no"}
    assert client.post(f"{draft}/carers/1", data=not_safe).status_code == 303


def test_suggested_services_are_ticked_until_the_person_decides(
    client: TestClient, draft: str
) -> None:
    ticked = re.compile(r'value="speech-north"\s+checked')
    client.post(f"{draft}/concern", data=POSTS["concern"])
    page = client.get(f"{draft}/services").text
    assert "Because Zoya has few words" in page
    assert ticked.search(page)
    client.post(f"{draft}/services", data={"chosen": ["audiology"], "question": "Can she hear?"})
    assert not ticked.search(client.get(f"{draft}/services").text)


def test_a_page_opened_from_the_check_leads_back_to_it(client: TestClient, draft: str) -> None:
    changed = client.post(f"{draft}/gp?to=check", data={"practice": "Z99902"})
    assert changed.headers["location"] == f"{draft}/check"


@pytest.mark.parametrize("page", ["nonsense", "gp/1", "carers/0", "carers/3", "carers/x"])
def test_a_page_that_the_form_does_not_have_is_not_there(
    client: TestClient, draft: str, page: str
) -> None:
    assert client.get(f"{draft}/{page}").status_code == 404


def test_somebody_elses_draft_is_not_there(client: TestClient) -> None:
    missing = client.get("/raise/draft-99/child")
    assert missing.status_code == 404
    assert "Page not found" in missing.text


HOSTILE = "<script>alert(1)</script>\"'{{7*7}}\u202e \U0001f476"


def test_hostile_text_in_every_field_shows_as_text(client: TestClient, draft: str) -> None:
    free = {"text", "textarea"}
    for page, fields in POSTS.items():
        step = next(s for s in STEPS if s.key == page.split("/")[0])
        texts = {q.key for q in step.questions if q.kind in free and not q.longest}
        posted = {k: HOSTILE if k in texts else v for k, v in fields.items()}
        posted |= {} if page in ("carers", "cycles") else dict.fromkeys(texts, HOSTILE)
        assert client.post(f"{draft}/{page}", data=posted).status_code == 303, page
        assert "<script>alert" not in client.get(f"{draft}/{page}").text
    for page in (f"{draft}/check", draft):
        shown = client.get(page).text
        assert "<script>alert" not in shown
        assert "&lt;script&gt;alert(1)" in shown
        assert "{{7*7}}" in shown


@pytest.mark.parametrize("step", STEPS[1:], ids=lambda step: step.key)
def test_hostile_text_that_is_refused_shows_as_text(
    client: TestClient, draft: str, step: Step
) -> None:
    dates = {f"{q.key}[{part}]" for q in step.questions for part in ("day", "month", "year")}
    fields = dict.fromkeys({q.key for q in step.questions} | dates, HOSTILE)
    page = f"{draft}/{step.key}{'/1' if step.repeat else ''}"
    assert "<script>alert" not in client.post(page, data=fields).text
    assert "<script>alert" not in client.get(page).text


def test_lines_of_a_long_answer_come_back_as_they_were_typed(
    client: TestClient, draft: str
) -> None:
    client.post(f"{draft}/strengths", data={"strengths": "One\r\n  two\r\n\r\nthree"})
    page = client.get(f"{draft}/strengths").text
    area = re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.S)
    assert area
    assert area[1].replace("\r\n", "\n") == "One\n  two\n\nthree"

"""A service's queue: due soonest first, found by name or reference, page by page."""

import html
import re

import pytest

from services.referral.domain.moves import Move
from services.referral.domain.reference import end_of_id, reference_of
from services.referral.records.worklists import Sought, worklist
from services.referral.use_cases.list_queue import SIZE
from tests.referral.anyshire import Anyshire
from tests.referral.builders import a_concern, a_request, as_, service_id
from tests.referral.web.browsers import Browser, Browsers, links, words
from tests.referral.web.children import SPEECH, named, referred

REFERRAL = r"/referrals/[0-9a-f-]+"


def listed(page: str) -> list[str]:
    return [one.removeprefix("/referrals/") for one in links(page, REFERRAL)]


def test_what_is_due_soonest_comes_first(anyshire: Anyshire, browsers: Browsers) -> None:
    first = referred(anyshire, "Tobi")
    anyshire.clock.pass_(days=3)
    urgent = anyshire.raise_(a_concern(a_request(priority="urgent"), child=named("Ada", "Okoro")))
    later = referred(anyshire, "Ben")
    order = listed(browsers.of("speech").get("/queue").text)
    assert set(order) == {first, anyshire.referral_at(SPEECH, urgent), later}
    assert order.index(first) < order.index(later)
    assert order.index(anyshire.referral_at(SPEECH, urgent)) < order.index(later)


def test_a_line_says_who_why_and_by_when(anyshire: Anyshire, speech: Browser) -> None:
    referred(anyshire, "Tobi")
    page = speech.read("/queue")
    assert "Tobi Okoro" in page
    assert "Few words" in page
    assert "27 Nov 2026 due in 7 days New" in page


def test_another_service_s_queue_is_empty(anyshire: Anyshire, browsers: Browsers) -> None:
    referred(anyshire, "Tobi")
    assert "No referral is waiting for you" in browsers.of("camhs").read("/queue")


@pytest.mark.parametrize("typed", ["tobi", "OKO", "okoro tobi", " Tobi  Okoro "])
def test_a_child_is_found_by_words_of_the_name(
    anyshire: Anyshire, speech: Browser, typed: str
) -> None:
    wanted = referred(anyshire, "Tobi")
    referred(anyshire, "Ada", "Marsh")
    assert listed(speech.post("/queue", q=typed).text) == [wanted]


def test_a_child_is_found_by_the_reference_that_people_say(
    anyshire: Anyshire, speech: Browser
) -> None:
    referred(anyshire, "Ada", "Marsh")
    made = anyshire.raise_(a_concern(child=named("Tobi", "Okoro")))
    spoken = reference_of(made.concern)
    for typed in (spoken, spoken.lower(), spoken.replace("-", " "), spoken[3:]):
        assert listed(speech.post("/queue", q=typed).text) == [anyshire.referral_at(SPEECH, made)]


@pytest.mark.parametrize("typed", ["Ada Okoro", "%", "_", "' OR 1=1 --"])
def test_what_fits_nobody_finds_nobody(anyshire: Anyshire, speech: Browser, typed: str) -> None:
    referred(anyshire, "Tobi")
    referred(anyshire, "Ada", "Marsh")
    assert "No referral fits these filters" in words(speech.post("/queue", q=typed).text)


def test_a_search_finds_what_is_closed_as_well_but_nothing_closed_is_late(
    anyshire: Anyshire, speech: Browser, browsers: Browsers
) -> None:
    task = referred(anyshire, "Tobi")
    anyshire.move(task, Move.ENTER_IN_ERROR, text="Twice")
    assert listed(speech.get("/queue").text) == []
    assert listed(speech.post("/queue", q="tobi").text) == [task]
    assert listed(speech.get("/queue?state=in-error").text) == [task]
    anyshire.clock.pass_(days=30)
    late = browsers.of("speech").post("/queue", q="tobi", late="yes")
    assert listed(late.text) == []


def test_a_child_s_name_never_stands_in_an_address(anyshire: Anyshire, speech: Browser) -> None:
    for number in range(SIZE + 1):
        referred(anyshire, "Tobi", number=number)
    page = speech.post("/queue", q="tobi", state="submitted").text
    assert not re.search(r'(href|action)="[^"]*tobi', page, re.IGNORECASE)
    assert "tobi" not in str(speech.post("/queue", state="received").headers["location"])
    assert listed(speech.get("/queue?q=nobody").text)


def test_only_what_is_late_or_in_one_state(anyshire: Anyshire, browsers: Browsers) -> None:
    late = referred(anyshire, "Tobi")
    anyshire.clock.pass_(days=7)
    assert listed(browsers.of("speech").get("/queue?late=yes").text) == []
    anyshire.clock.pass_(days=1)
    speech = browsers.of("speech")
    new = referred(anyshire, "Ada")
    anyshire.move(new, Move.RECEIVE)
    page = speech.get("/queue?late=yes")
    assert listed(page.text) == [late]
    assert "1 day late" in words(page.text)
    assert listed(speech.get("/queue?state=received").text) == [new]


def test_the_filter_form_leads_to_an_address_that_can_be_kept(speech: Browser) -> None:
    went = speech.post("/queue", q="", state="received", late="yes")
    assert went.headers["location"] == "/queue?state=received&late=yes"


@pytest.mark.parametrize("path", ["/queue?state=asleep", "/queue?after=yesterday_1"])
def test_a_filter_that_makes_no_sense_is_not_found(speech: Browser, path: str) -> None:
    assert speech.get(path).status_code == 404


def test_pages_show_every_referral_once(anyshire: Anyshire, speech: Browser) -> None:
    tasks = {referred(anyshire, "Tobi", number=number) for number in range(2 * SIZE + 1)}
    seen: list[str] = []
    path: str | None = "/queue"
    while path:
        page = speech.get(path).text
        assert f"{2 * SIZE + 1} referrals" in words(page)
        seen += listed(page)
        found = re.search(r'href="([^"]+)">\s*Next page', page)
        path = html.unescape(found[1]) if found else None
    assert len(seen) == len(tasks)
    assert set(seen) == tasks


def test_who_works_in_several_services_reads_them_as_one_queue(
    anyshire: Anyshire, browsers: Browsers
) -> None:
    both = frozenset({service_id("early-years"), service_id("early-help")})
    for number in range(SIZE):
        concern = a_request("speech-language", "family-stress")
        anyshire.raise_(a_concern(concern, child=named("Tobi", number=number), services=both))
    joe = browsers.of("early.years")
    first = joe.get("/queue").text
    found = re.search(r'href="([^"]+)">\s*Next page', first)
    assert found
    second = joe.get(html.unescape(found[1])).text
    assert (len(listed(first)), len(listed(second))) == (SIZE, SIZE)
    assert not set(listed(first)) & set(listed(second))
    assert "Early help and family hubs" in words(first)
    with anyshire.records.reading(as_("early.years"), now=anyshire.clock()) as record:
        assert len(worklist(record, sorted(both), Sought(), size=5)) == 5


def test_a_search_goes_on_to_its_next_page(anyshire: Anyshire, speech: Browser) -> None:
    for number in range(SIZE + 1):
        referred(anyshire, "Tobi", number=number)
    first = speech.post("/queue", q="tobi").text
    after = re.search(r'name="after" value="([^"]+)"', first)
    assert after
    second = speech.post("/queue", q="tobi", after=html.unescape(after[1])).text
    assert len(listed(second)) == 1
    assert not set(listed(second)) & set(listed(first))


def test_the_desk_s_queue_names_who_has_it(anyshire: Anyshire, coordinator: Browser) -> None:
    made = anyshire.raise_(a_concern(services=frozenset()))
    assert listed(coordinator.get("/queue").text) == [anyshire.referral_at("desk", made)]
    assert "Maria Santos" in coordinator.read("/queue")


@pytest.mark.parametrize("key", ["nursery", "admin"])
def test_who_works_in_no_service_has_no_queue(browsers: Browsers, key: str) -> None:
    assert browsers.of(key).get("/queue").status_code == 404


@pytest.mark.parametrize(
    ("typed", "end"),
    [
        ("SN-6D78-E7F9", "6d78e7f9"),
        ("sn 6d78 e7f9", "6d78e7f9"),
        ("6d78e7f9", "6d78e7f9"),
        ("SN-6D78", None),
        ("Tobi", None),
        ("", None),
    ],
)
def test_a_reference_is_known_however_it_is_written(typed: str, end: str | None) -> None:
    assert end_of_id(typed) == end

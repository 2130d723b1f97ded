"""The inbox: what a person was told, and what of it they have opened."""

from uuid import uuid4

import pytest

from services.referral.demo.people import person
from services.referral.records.correspondence import told
from services.referral.use_cases.list_messages import SIZE
from services.referral.web.message_words import TITLES, title_of
from shared.contract import Channel, Fate, MessageEvent, Moment
from tests.referral.anyshire import ONLOOKER, Anyshire
from tests.referral.web.browsers import Browser, Browsers, links
from tests.referral.web.children import SPEECH

MESSAGE = r"/messages/[0-9a-f-]+"


@pytest.fixture
def task(anyshire: Anyshire) -> str:
    return anyshire.referral_at(SPEECH, anyshire.raise_())


def tell(
    anyshire: Anyshire,
    task: str,
    to: str = "speech",
    template: str = "service/made",
    channel: Channel = Channel.IN_APP,
) -> str:
    """Notify has told this person of the referral; the id of the Communication."""
    with anyshire.records.writing(ONLOOKER, now=anyshire.clock()) as record:
        kept = record.resource("Task", task)
        ids = [str(uuid4()) for _ in range(3)]
        message = MessageEvent(
            id=ids[0], at=anyshire.clock(), fate=Fate.DELIVERED, message=ids[1], event=ids[2],
            task=task, concern=kept.place.concern or "", child=kept.place.child or "",
            recipient=f"Practitioner/{person(to).id}", channel=channel, template=template,
        )  # fmt: skip
        return record.create(told(message), kept.place).id


def test_a_message_says_what_happened_and_about_whom(
    anyshire: Anyshire, task: str, speech: Browser
) -> None:
    tell(anyshire, task)
    page = speech.read("/messages")
    assert "A new referral is waiting for you New · 20 November 2026 at 10:00am" in page
    assert "Tobi Okoro · SN-" in page
    assert "Speech and language therapy, North Anyshire" in page


def test_opening_a_message_leads_to_the_referral_and_marks_it_read(
    anyshire: Anyshire, task: str, speech: Browser
) -> None:
    id = tell(anyshire, task)
    assert unread(speech) == 1
    assert speech.get(f"/messages/{id}").headers["location"] == f"/referrals/{task}"
    assert unread(speech) == 0
    with anyshire.records.reading(ONLOOKER, now=anyshire.clock()) as record:
        kept = record.resource("Communication", id)
    assert (kept.version, kept.json["received"]) == (2, "2026-11-20T10:00:00.000Z")
    speech.get(f"/messages/{id}")
    with anyshire.records.reading(ONLOOKER, now=anyshire.clock()) as record:
        assert record.resource("Communication", id).version == 2


def unread(browser: Browser) -> int:
    """As the menu counts them."""
    page = browser.get("/messages").text
    menu = page.partition("</nav>")[0]
    count = menu.partition('app-nav__count">')[2].partition("<")[0]
    return int(count or 0)


def test_all_are_marked_at_once(anyshire: Anyshire, task: str, speech: Browser) -> None:
    for _ in range(3):
        tell(anyshire, task)
    assert unread(speech) == 3
    assert speech.post("/messages").headers["location"] == "/messages"
    assert unread(speech) == 0
    assert "Mark all as read" not in speech.read("/messages")


def test_what_was_sent_by_email_or_to_others_is_not_in_the_inbox(
    anyshire: Anyshire, task: str, speech: Browser
) -> None:
    tell(anyshire, task, channel=Channel.EMAIL)
    other = tell(anyshire, task, to="nursery", template="referrer/made")
    assert "No messages yet" in speech.read("/messages")
    assert speech.get(f"/messages/{other}").status_code == 404
    assert speech.get(f"/messages/{task}").status_code == 404


def test_older_messages_are_on_the_next_page(
    anyshire: Anyshire, task: str, speech: Browser
) -> None:
    told_of = [tell(anyshire, task) for _ in range(SIZE + 1)]
    first = speech.get("/messages").text
    assert links(first, MESSAGE) == [f"/messages/{id}" for id in reversed(told_of[1:])]
    (older,) = links(first, r"/messages\?before=[0-9a-f-]+")
    assert links(speech.get(older).text, MESSAGE) == [f"/messages/{told_of[0]}"]


def test_a_message_is_new_for_ninety_days(
    anyshire: Anyshire, task: str, browsers: Browsers
) -> None:
    tell(anyshire, task)
    anyshire.clock.now = browsers.at.clock().replace(year=2027)
    assert unread(browsers.of("speech")) == 0
    assert "A new referral is waiting for you" in browsers.of("speech").read("/messages")


@pytest.mark.parametrize("key", ["admin"])
def test_who_is_told_nothing_has_no_inbox(browsers: Browsers, key: str) -> None:
    assert browsers.of(key).get("/messages").status_code == 404


def test_every_moment_has_words() -> None:
    assert set(TITLES) == set(Moment)
    assert title_of("staff/made") != title_of("service/made")
    assert title_of("unknown") == "Something happened to a referral"


def test_the_directory_lists_every_service(anyshire: Anyshire, browsers: Browsers) -> None:
    page = browsers.of("admin").read("/directory")
    assert "24 services help children here" in page
    assert "Speech and language therapy, North Anyshire North Anyshire Community NHS Trust" in page

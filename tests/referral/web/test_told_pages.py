"""The messages about a referral, as its coordinator follows them."""

from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest

from services.referral.use_cases.take_message_events import take_message_events
from services.referral.use_cases.workplace import Workplace
from shared.contract import Channel, Fate, MessageEvent
from shared.hand_over import Purpose, read_ticket
from shared.signing import DEMO_SECRET
from shared.wire import message_to_cloudevent
from tests.referral.anyshire import ONLOOKER, Anyshire
from tests.referral.builders import the_example
from tests.referral.web.browsers import Browser, Browsers, links
from tests.referral.web.children import SPEECH

JOURNAL = '/referrals/[^"]*/journal[^"]*'


@pytest.fixture
def task(anyshire: Anyshire) -> str:
    return anyshire.referral_at(SPEECH, anyshire.raise_())


def hear(at: Workplace, task: str, *fates: Fate, channel: Channel = Channel.EMAIL) -> str:
    """Notify tells what became of a message to the mother, one after the other; its id."""
    with at.records.reading(ONLOOKER, now=at.clock()) as record:
        place = record.resource("Task", task).place
        [mother, *_] = record.of_concern(place.concern or "", "RelatedPerson")
    message, event = str(uuid4()), str(uuid4())
    for fate in fates:
        told = MessageEvent(
            id=str(uuid4()), at=at.clock(), fate=fate, message=message, event=event, task=task,
            concern=place.concern or "", child=place.child or "", recipient=mother.reference,
            channel=channel, template="family/received", version="1.1", hash="0" * 64,
        )  # fmt: skip
        take_message_events([message_to_cloudevent(told)], at=at)
    return message


@pytest.mark.parametrize(
    ("fates", "words"),
    [
        ([], "Nobody has been told anything yet."),
        ([Fate.ACCEPTED], "Sent A service has received a referral"),
        ([Fate.ACCEPTED, Fate.DELIVERED], "Arrived A service has received a referral"),
        ([Fate.ACCEPTED, Fate.FAILED], "Could not be told"),
        ([Fate.UNCERTAIN], "May not have arrived"),
    ],
)
def test_the_coordinator_sees_whom_it_told_and_how_far_it_came(
    at: Workplace, task: str, coordinator: Browser, fates: list[Fate], words: str
) -> None:
    hear(at, task, *fates)
    page = coordinator.read(f"/referrals/{task}/messages")
    assert words in page
    assert ("by e-mail" in page and "family/received, version 1.1" in page) is bool(fates)


def test_from_the_referral_to_every_step_of_a_message(
    at: Workplace, task: str, coordinator: Browser
) -> None:
    message = hear(at, task, Fate.ACCEPTED)
    assert links(coordinator.get(f"/referrals/{task}").text, r"/referrals/[0-9a-f-]+/messages")
    page = coordinator.get(f"/referrals/{task}/messages").text
    asked = {link: _over(coordinator, link, at) for link in links(page, JOURNAL)}
    assert set(asked.values()) == {f"/messages/of/{task}", f"/messages/{message}"}


def _over(coordinator: Browser, link: str, at: Workplace) -> str:
    """The page of notify where the link leads, with a ticket for this one referral."""
    answer = coordinator.get(link)
    asked = parse_qs(urlsplit(answer.headers["location"]).query)
    [text] = asked["ticket"]
    who = read_ticket(text, Purpose.ENTER, secrets=[DEMO_SECRET], now=at.clock())
    assert who.referral == link.split("/")[2]
    return asked["page"][0]


def test_what_was_told_of_another_referral_of_the_child_is_not_here(
    anyshire: Anyshire, at: Workplace, coordinator: Browser
) -> None:
    concern = anyshire.concern(anyshire.raise_(the_example()).concern)
    first, second = [one.id for one in concern.referrals][:2]
    hear(at, first, Fate.ACCEPTED)
    assert "Nobody has been told" in coordinator.read(f"/referrals/{second}/messages")


@pytest.mark.parametrize("who", ["speech", "nursery", "camhs", "admin", "auditor"])
def test_it_is_for_coordinators(browsers: Browsers, task: str, who: str) -> None:
    for path in ("messages", "messages/journal"):
        assert browsers.of(who).get(f"/referrals/{task}/{path}").status_code == 404

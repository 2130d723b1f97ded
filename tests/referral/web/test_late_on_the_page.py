"""What is late, on the page of its referral: first what to do, and every rule folded away."""

import re
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from services.referral.demo.people import person
from services.referral.domain.concern import AskKind
from services.referral.domain.moves import Move
from services.referral.records.correspondence import told
from services.referral.use_cases.workplace import Workplace
from shared.contract import Channel, Fate, MessageEvent
from tests.referral.anyshire import ONLOOKER, Anyshire
from tests.referral.builders import a_concern, service_id
from tests.referral.turns.waits import A_YEAR, LATER, NUDGED, OVERDUE, TWO_WEEKS, Wait
from tests.referral.web.browsers import Browser, Browsers, words
from tests.referral.web.children import SPEECH

TO_DO = "To do, because it has waited too long at"
RAISED = "Raised, because it has waited too long"
STILL_LATE = "Still not done, so those above were told"
_SECOND = timedelta(seconds=1)


@pytest.fixture
def wait(anyshire: Anyshire, at: Workplace) -> Wait:
    """One service alone has it and has not decided, so that no other limit climbs beside it."""
    chosen = replace(a_concern(), services=frozenset({service_id(SPEECH)}))
    wait = Wait(anyshire, at, anyshire.raise_(chosen))
    anyshire.move(wait.task, Move.RECEIVE)
    return wait


@pytest.fixture
def late(wait: Wait) -> Wait:
    """Overdue, and its manager and the area are asked to act as well."""
    for instant in (NUDGED, OVERDUE, LATER, TWO_WEEKS):
        wait.sweep(instant)
    assert len(wait.actions) == 3
    return wait


@pytest.fixture
def told_twice(wait: Wait) -> Wait:
    """Overdue, and told upwards twice since: nobody has done what was asked."""
    for instant in (NUDGED, OVERDUE):
        wait.sweep(instant)
    for _ in range(2):
        ask = wait.actions[0]
        wait.sweep(ask.next_told_at or ask.due_at + _SECOND)
    return wait


def opened(browser: Browser, wait: Wait) -> str:
    return browser.get(f"/referrals/{wait.task}").text


def unfolded(page: str) -> str:
    """What is read without opening anything."""
    return words(re.sub(r"<details.*?</details>", "", page, flags=re.DOTALL))


def happened(page: str) -> str:
    return page.partition("What has happened")[2]


def test_one_lateness_is_one_card_with_every_thing_to_do(late: Wait, browsers: Browsers) -> None:
    page = opened(browsers.of("coordinator"), late)
    assert words(page).count(TO_DO) == 1
    card = unfolded(page).partition(TO_DO)[2].partition("The story so far")[0]
    assert "By 27 November 2026, due in 7 days: the service accepts" in card
    things = [words_of(action.text) for action in late.actions]
    assert sorted(things, key=card.index) == things
    assert [card.count(thing) for thing in things] == [1, 1, 1]
    assert card.count("To be done by") == 3
    for action in late.actions:
        assert page.count(f'href="/asks/{action.id}"') == 1


def words_of(text: str) -> str:
    return text.partition(" OUR-TRIAGE")[0]


def test_whoever_may_not_answer_reads_for_whom_each_thing_waits(
    late: Wait, browsers: Browsers
) -> None:
    page = opened(browsers.of("nursery"), late)
    assert "/asks/" not in page
    assert unfolded(page).count(TO_DO) == 1
    assert unfolded(page).count("Waiting for") == 3


def test_each_limit_that_is_over_has_a_card_of_its_own(wait: Wait, browsers: Browsers) -> None:
    for minute in range(6):
        wait.sweep(A_YEAR + timedelta(minutes=minute))
    asks = wait.anyshire.concern(wait.raised.concern).open_asks
    actions = [one for one in asks if one.kind is AskKind.ACTION and one.referral == wait.task]
    limits = {one.clock for one in actions}
    assert len(limits) > 1
    page = words(opened(browsers.of("speech"), wait))
    assert page.count("Why, and what happens if nothing is done") >= len(actions) > len(limits)
    assert page.count(TO_DO + " Speech") == len(limits)


def test_no_rule_is_read_before_why_is_opened(told_twice: Wait, browsers: Browsers) -> None:
    page = opened(browsers.of("speech"), told_twice)
    assert "goes to level 1" in happened(words(page))
    read = unfolded(page)
    assert RAISED in happened(read)
    for rule in ("goes to level", "was due on", "ladder", "If nothing is done"):
        assert rule not in read


def test_what_is_told_again_and_again_stands_once_with_the_times_before(
    told_twice: Wait, browsers: Browsers
) -> None:
    page = opened(browsers.of("speech"), told_twice)
    assert happened(words(page)).count(STILL_LATE) == 1
    assert "Once before" in happened(words(page))
    asked = happened(unfolded(page)).partition(STILL_LATE)[2]
    assert "Asked to act: Asha Rahman, by 30 November 2026" in asked


def test_a_family_reads_that_it_waits_and_neither_rule_nor_name(
    told_twice: Wait, browsers: Browsers
) -> None:
    child = told_twice.anyshire.concern(told_twice.raised.concern).child
    page = words(opened(browsers.of_family(child), told_twice))
    assert happened(page).count("Still waiting, so people in charge were told") == 1
    assert "Once before" in page
    for other in (STILL_LATE, "Why", "OUR-TRIAGE", "Asked to act", "was due on"):
        assert other not in happened(page)


def test_who_was_told_that_it_is_late_stands_beside_the_climb(
    late: Wait, browsers: Browsers
) -> None:
    late.anyshire.clock.now = TWO_WEEKS
    late.anyshire.clock.pass_(minutes=1)
    late.anyshire.move(late.task, Move.ACCEPT)
    late.anyshire.clock.pass_(minutes=1)
    with late.at.records.writing(ONLOOKER, now=late.at.clock()) as record:
        kept = record.resource("Task", late.task)
        message = MessageEvent(
            id=str(uuid4()), at=late.at.clock(), fate=Fate.ACCEPTED, message=str(uuid4()),
            event=str(uuid4()), task=late.task, concern=late.raised.concern,
            child=kept.place.child or "", recipient=f"Practitioner/{person('nursery').id}",
            channel=Channel.EMAIL, template="referrer/escalated",
        )  # fmt: skip
        record.create(told(message), kept.place)
    accepted, _, before = happened(words(opened(browsers.of("speech"), late))).partition(RAISED)
    assert "Accepted" in accepted
    assert "Told: Sam Lee" not in accepted
    assert "Told: Sam Lee (by e-mail)" in before.partition(RAISED)[0]


def test_whoever_was_too_slow_is_not_told_that_the_clock_was_quicker(
    told_twice: Wait, browsers: Browsers
) -> None:
    answer = browsers.of("speech").post(f"/referrals/{told_twice.task}/seen", version="1")
    assert answer.status_code == 409
    assert STILL_LATE not in words(answer.text)
    assert RAISED in words(answer.text)

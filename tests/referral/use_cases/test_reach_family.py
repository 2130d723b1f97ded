"""A message that did not reach a family becomes work for whoever knows them, once."""

from datetime import timedelta

import pytest

from services.referral.domain.concern import Ask, AskKind, ConcernStatus
from services.referral.domain.moves import Move
from services.referral.domain.working_days import london_date
from services.referral.use_cases.raise_concern import Raised
from services.referral.use_cases.take_message_events import take_message_events
from services.referral.use_cases.workplace import Workplace
from shared.contract import AnswerStatus, Channel, Fate, MessageEvent
from shared.wire import message_to_cloudevent
from tests.referral.anyshire import ONLOOKER, Anyshire
from tests.referral.builders import as_
from tests.referral.use_cases.reading import audience, child_of, events

NURSERY = as_("nursery").reference


@pytest.fixture
def at(anyshire: Anyshire) -> Workplace:
    return Workplace(records=anyshire.records, rules=anyshire.rules, clock=anyshire.clock)


def tell(
    at: Workplace,
    raised: Raised,
    task: str,
    *messages: str,
    fate: Fate = Fate.FAILED,
    template: str = "family/accepted",
    to: str = "",
) -> set[str]:
    """What became of these messages to the mother, as notify says it; how it was answered."""
    carer = next(one.reference for one in raised.kept if one.type == "RelatedPerson")
    sent = [
        MessageEvent(
            id=f"{message}-{fate}", at=at.clock(), fate=fate, message=message, event="event",
            task=task, concern=raised.concern, child=child_of(raised), recipient=to or carer,
            channel=Channel.EMAIL, template=template,
        )
        for message in messages
    ]  # fmt: skip
    answers = take_message_events([message_to_cloudevent(one) for one in sent], at=at)
    return {str(one.status) for one in answers}


def to_reach(anyshire: Anyshire, raised: Raised) -> list[Ask]:
    return [one for one in anyshire.concern(raised.concern).asks if one.kind is AskKind.REACH]


@pytest.mark.parametrize("fate", [Fate.FAILED, Fate.UNCERTAIN])
def test_the_key_contact_is_to_reach_the_family_in_another_way(
    anyshire: Anyshire, at: Workplace, raised: Raised, task: str, fate: Fate
) -> None:
    assert tell(at, raised, task, "one", fate=fate) == {AnswerStatus.ACCEPTED}
    [ask] = to_reach(anyshire, raised)
    assert (ask.person, ask.referral) == (NURSERY, task)
    assert london_date(ask.due_at) == london_date(anyshire.clock()) + timedelta(days=4)
    told = events(anyshire.records)[-1]
    assert told["type"] == "sooner.referral.undelivered"
    assert audience(told) == {(NURSERY, "key-contact")}


def test_a_letter_that_nobody_posts_is_work_for_a_coordinator_and_no_message_yet(
    anyshire: Anyshire, at: Workplace, raised: Raised, task: str
) -> None:
    for _ in range(2):
        assert tell(at, raised, task, "one", fate=Fate.NOT_POSTED) <= set(AnswerStatus)
    [ask] = to_reach(anyshire, raised)
    assert ask.person == as_("coordinator").reference
    assert "Print it and post" in ask.text
    with anyshire.records.reading(ONLOOKER, now=at.clock()) as record:
        assert record.of_concern(raised.concern, "Communication") == []
    anyshire.answer(ask.id, "Posted today", by="coordinator")
    tell(at, raised, task, "one", fate=Fate.FAILED)
    assert len(to_reach(anyshire, raised)) == 2, "that it came back later is another matter"


def test_the_same_message_makes_work_once_however_often_it_is_told(
    anyshire: Anyshire, at: Workplace, raised: Raised, task: str
) -> None:
    tell(at, raised, task, "one", fate=Fate.UNCERTAIN)
    [ask] = to_reach(anyshire, raised)
    anyshire.answer(ask.id, "Spoke at the door")
    tell(at, raised, task, "one", fate=Fate.FAILED)
    assert len(to_reach(anyshire, raised)) == 1


def test_two_messages_of_one_batch_are_one_talk(
    anyshire: Anyshire, at: Workplace, raised: Raised, task: str
) -> None:
    tell(at, raised, task, "one", "two")
    assert len(to_reach(anyshire, raised)) == 1


def test_once_it_is_done_the_next_lost_message_makes_work_again(
    anyshire: Anyshire, at: Workplace, raised: Raised, task: str
) -> None:
    tell(at, raised, task, "one")
    [ask] = to_reach(anyshire, raised)
    anyshire.answer(ask.id, "Spoke at the door")
    tell(at, raised, task, "two")
    assert len(to_reach(anyshire, raised)) == 2


@pytest.mark.parametrize(
    ("fate", "template", "to"),
    [
        (Fate.ACCEPTED, "family/accepted", ""),
        (Fate.FAILED, "family/way-in-asked", ""),
        (Fate.FAILED, "referrer/made", NURSERY),
    ],
)
def test_what_arrived_or_was_for_others_makes_no_work(
    anyshire: Anyshire, at: Workplace, raised: Raised, task: str, fate: Fate, template: str, to: str
) -> None:
    tell(at, raised, task, "one", fate=fate, template=template, to=to)
    assert not to_reach(anyshire, raised)


def test_also_the_end_of_a_concern_has_to_be_told_and_does_not_open_it_again(
    anyshire: Anyshire, at: Workplace, raised: Raised, task: str
) -> None:
    anyshire.withdraw(raised.concern, "They moved", by="nursery")
    tell(at, raised, task, "one", template="family/withdrawn")
    [ask] = to_reach(anyshire, raised)
    assert anyshire.concern(raised.concern).status is ConcernStatus.REVOKED
    anyshire.answer(ask.id, "Told her on the telephone")
    assert anyshire.concern(raised.concern).status is ConcernStatus.REVOKED


def test_it_outlives_the_referral_that_it_was_about(
    anyshire: Anyshire, at: Workplace, raised: Raised, task: str
) -> None:
    tell(at, raised, task, "one")
    anyshire.move(task, Move.ACCEPT)
    anyshire.move(task, Move.COMPLETE, outcome="need-met")
    assert [one.state for one in to_reach(anyshire, raised)] == ["open"]

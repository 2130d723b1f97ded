"""The record shows of each message who was told what, in which words, and what became of it."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from services.referral.records.correspondence import WORDS_HASH
from services.referral.use_cases.take_message_events import take_message_events
from services.referral.use_cases.workplace import Workplace
from shared.contract import Channel, Fate, MessageEvent
from shared.wire import message_to_cloudevent
from tests.referral.anyshire import ONLOOKER, Anyshire
from tests.referral.fakes import FRIDAY
from tests.referral.web.children import SPEECH


@pytest.fixture
def at(anyshire: Anyshire) -> Workplace:
    return Workplace(records=anyshire.records, rules=anyshire.rules, clock=anyshire.clock)


@pytest.fixture
def message(anyshire: Anyshire) -> MessageEvent:
    task = anyshire.referral_at(SPEECH, anyshire.raise_())
    with anyshire.records.reading(ONLOOKER, now=anyshire.clock()) as record:
        place = record.resource("Task", task).place
    return MessageEvent(
        id=str(uuid4()),
        at=FRIDAY,
        fate=Fate.ACCEPTED,
        message=str(uuid4()),
        event=str(uuid4()),
        task=task,
        concern=place.concern or "",
        child=place.child or "",
        recipient="RelatedPerson/mother",
        channel=Channel.SMS,
        template="family/accepted",
        version="1.1",
        hash="ab12",
    )


def heard(at: Workplace, *messages: MessageEvent) -> list[str]:
    answers = take_message_events([message_to_cloudevent(one) for one in messages], at=at)
    return [answer.status for answer in answers]


def kept(at: Workplace, message: MessageEvent) -> dict[str, Any]:
    with at.records.reading(ONLOOKER, now=at.clock()) as record:
        return record.resource("Communication", message.message).json


def then(message: MessageEvent, fate: Fate) -> MessageEvent:
    return replace(message, id=str(uuid4()), fate=fate)


def test_the_record_names_the_very_words(at: Workplace, message: MessageEvent) -> None:
    heard(at, message)
    told = kept(at, message)
    assert told["category"][0]["coding"] == [{"code": "family/accepted", "version": "1.1"}]
    assert told["extension"] == [{"url": WORDS_HASH, "valueString": "ab12"}]
    assert (told["status"], "received" in told) == ("completed", False)


def test_what_is_heard_later_is_written_into_the_same_entry(
    at: Workplace, message: MessageEvent
) -> None:
    heard(at, message)
    heard(at, then(message, Fate.DELIVERED))
    told = kept(at, message)
    assert (told["meta"]["versionId"], "received" in told) == ("2", True)
    heard(at, then(message, Fate.ACCEPTED))
    assert "received" in kept(at, message), "an older event changes nothing"


def test_a_message_that_was_taken_and_came_back_is_stopped(
    at: Workplace, message: MessageEvent
) -> None:
    heard(at, message)
    heard(at, then(message, Fate.FAILED))
    assert kept(at, message)["status"] == "stopped"


def test_two_events_of_one_batch_about_one_message_are_taken_one_after_the_other(
    at: Workplace, message: MessageEvent
) -> None:
    delivered = then(message, Fate.DELIVERED)
    assert heard(at, message, delivered) == ["accepted"]
    assert heard(at, message, delivered) == ["duplicate"]
    assert heard(at, delivered) == ["accepted"]
    assert "received" in kept(at, message)

"""A message is followed from what happened to its receipt, with every step on the way."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from services.notify.channels.desk import Desk
from services.notify.channels.one_provider import OneProvider
from services.notify.domain.channel import Outcome, Receipt, ReceiptState
from services.notify.domain.letter import Step as LetterStep
from services.notify.domain.message import MessageState
from services.notify.message_steps import Step, steps
from services.notify.message_words import OUTCOMES, STATES, why
from services.notify.messages.journal import follow
from services.notify.messages.letters import Letters
from services.notify.messages.overview import Overview
from services.notify.messages.receipts import Receipts
from services.notify.use_cases.deliver_due import deliver_due
from services.notify.use_cases.delivery import Delivery
from services.notify.use_cases.take_events import take_events
from shared.contract import Channel, RecipientQuery, RecipientResult
from shared.database import Database
from shared.errors import NotFound
from tests.notify.builders import FAMILY, an_envelope
from tests.notify.world import Clock, MailBox

NIGHT = timedelta(hours=10)


def taken(delivery: Delivery, clock: Clock, database: Database) -> str:
    take_events([an_envelope(FAMILY)], store=delivery.store, now=clock())
    [message] = Overview(database).of_task("task-1")
    return message.id


def followed(database: Database, message: str) -> list[Step]:
    return steps(follow(database, message))


def test_from_the_event_to_the_receipt(
    delivery: Delivery, clock: Clock, database: Database, mailbox: MailBox
) -> None:
    clock.now += NIGHT
    message = taken(delivery, clock, database)
    deliver_due(delivery, now=clock())
    assert [step.title for step in followed(database, message)][-2:] == [
        "Held until 3 March 2026, 08:00",
        "Next: it is looked at again",
    ]
    clock.now += NIGHT
    mailbox.rcpt_answer = "451 Come back"
    deliver_due(delivery, now=clock())
    clock.pass_(minutes=1)
    mailbox.rcpt_answer = "250 OK"
    deliver_due(delivery, now=clock())
    clock.pass_(minutes=1)
    arrived = Receipt(reference=message, state=ReceiptState.DELIVERED, at=clock(), code="delivered")
    assert Receipts(database).receive(arrived, provider="smtp", now=clock())
    found = followed(database, message)
    assert [(step.title, step.text) for step in found] == [
        ("It happened: made", ""),
        ("Its event was taken", ""),
        ("Held until 3 March 2026, 08:00", "not at this hour"),
        ("Try 1, with smtp", "not now, perhaps later"),
        ("Try 2, with smtp", "the provider took it"),
        ("To be told to the record", "it was sent"),
        ("Receipt", "it has arrived"),
        ("To be told to the record", "it has arrived"),
    ]
    assert [step.code for step in found if step.title.startswith("Try")] == ["smtp-451", "smtp-250"]


def test_a_message_that_was_stopped_says_why(
    delivery: Delivery, clock: Clock, database: Database
) -> None:
    def withdrawn(queries: Sequence[RecipientQuery]) -> list[RecipientResult]:
        reason = "agreement-withdrawn"
        return [
            RecipientResult(recipient=one.recipient, may_send=False, reason=reason)
            for one in queries
        ]

    message = taken(delivery, clock, database)
    deliver_due(replace(delivery, ask=withdrawn), now=clock())
    last = followed(database, message)[-1]
    assert (last.title, last.text) == ("Stopped", "the family has withdrawn its agreement")


def test_a_letter_is_followed_to_the_post(
    delivery: Delivery, clock: Clock, database: Database
) -> None:
    letters = Letters(database)
    desk = OneProvider(Desk(keep=letters.keep, clock=clock))
    by_post = replace(delivery, ask=_at_home, channels={**delivery.channels, Channel.LETTER: desk})
    first = taken(delivery, clock, database)
    deliver_due(by_post, now=clock())
    again = follow(database, first).again
    deliver_due(by_post, now=clock())
    for step in (LetterStep.PRINTED, LetterStep.POSTED):
        letters.mark(again, step, by="1", areas=frozenset({"north"}), now=clock())
    titles = [step.title for step in followed(database, again)]
    told = "To be told to the record"
    assert titles[-3:] == ["The letter was printed", "The letter was posted", told]
    assert followed(database, first)[-1].text == "it goes by letter"


def _at_home(queries: Sequence[RecipientQuery]) -> list[RecipientResult]:
    post = ("The Parent", "1 Any Street", "Anytown", "ZZ99 3AA")
    return [
        RecipientResult(recipient=one.recipient, may_send=True, post=post, areas=("north",))
        for one in queries
    ]


def test_what_is_not_there_is_not_found(database: Database) -> None:
    with pytest.raises(NotFound):
        follow(database, "nothing")


def test_there_are_words_for_every_state_and_for_whatever_a_provider_says() -> None:
    assert set(STATES) == set(MessageState)
    assert {one.value for one in Outcome} <= set(OUTCOMES)
    assert why("given-up: smtp-451") == "given up after three days: smtp-451"
    assert why("by-sms") == "it goes by text message"
    assert why("by-completed") == "something newer was told: completed"

"""A thousand invented children, every message about each of them, and nothing said of any."""

import json
import logging
import sys
from dataclasses import asdict
from typing import Any
from uuid import uuid4

import pytest
from structlog.testing import capture_logs

from services.notify.domain.message import Message
from services.notify.domain.plan import messages_for
from services.notify.domain.words import channels_of
from services.notify.templates.wording import write
from services.notify.use_cases.compose import Compose
from services.referral.use_cases.resolve_recipients import resolve_recipients
from services.referral.use_cases.workplace import Workplace
from shared.cloudevents import CloudEvent, read_batch
from shared.contract import Channel, Figures, RecipientQuery
from shared.wire import read_referral_event
from tests.notify.every_message import LATELY, TEMPLATES
from tests.referral.anyshire import Anyshire
from tests.referral.fakes import FRIDAY
from tests.referral.use_cases.invented_children import (
    Invented,
    everywhere,
    invented_children,
    leaks,
    leaks_in_lines,
)
from tests.referral.use_cases.reading import audits, child_of, events

CHILDREN = 1_000
RAISED = 50  # of them go through the referral service, with their events, mails and log
ORIGIN = "https://sooner.example"
LANGUAGES = ("en", "en", "en", "pl")

FIGURES = (
    Figures(),
    Figures(due=FRIDAY.date()),
    Figures(half_waited=9, most_waited=20, sample=41, again_in=4),
)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_no_message_address_event_or_log_says_anything_about_a_child(
    anyshire: Anyshire, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    with capture_logs() as logged:
        known = {
            child_of(anyshire.raise_(one.sent)) if turn < RAISED else str(uuid4()): one
            for turn, one in enumerate(invented_children(CHILDREN))
        }
        texts = dict.fromkeys(known, "")
        for event in events(anyshire.records):
            child = event["data"]["child"]
            texts[child] += event_and_mails(event, known[child], anyshire)
    for turn, child in enumerate(known):
        texts[child] += every_template(child, turn)
    lines = [json.dumps(line, default=str) for line in logged] + caplog.messages
    lines += {f"{row.action} {row.detail}" for row in audits(anyshire.records)}
    facts = [fact for one in known.values() for fact in one.facts]
    leaked = [leaks(text, known[child].facts + everywhere()) for child, text in texts.items()]
    count = sum(map(bool, leaked)) + len(leaks_in_lines(lines, facts))
    with capsys.disabled():
        sys.stdout.write(
            f"\nwords: {len(known)} children, {len(TEMPLATES)} templates: {count} leaks\n"
        )
    assert len(known) == CHILDREN
    assert [one for one in leaked if one] == []
    assert leaks_in_lines(lines, facts) == set()
    assert leaks("\n".join(lines), everywhere()) == []


def event_and_mails(event: dict[str, Any], one: Invented, anyshire: Anyshire) -> str:
    """The event as it travels, and its mails as they leave."""
    [envelope] = read_batch(json.dumps([event]).encode())
    assert isinstance(envelope, CloudEvent)
    texts = [json.dumps(event)]
    for message in messages_for(read_referral_event(envelope), now=FRIDAY):
        texts += mailed(message, one, anyshire)
    return "\n".join(texts)


def every_template(child: str, turn: int) -> str:
    """Each template by one of its channels; by all of them in as many turns."""
    texts = []
    for place, template in enumerate(TEMPLATES):
        channels = channels_of(template)
        texts.append(worded(template, channels[(turn + place) % len(channels)], child, turn))
    return "\n".join(texts)


def mailed(message: Message, one: Invented, anyshire: Anyshire) -> list[str]:
    """What leaves by mail to the address in the record, which has a name in it."""
    if message.channel is not Channel.EMAIL:
        return []
    query = RecipientQuery(recipient=message.recipient, child=message.child, task=message.task)
    at = Workplace(records=anyshire.records, rules=anyshire.rules, clock=anyshire.clock)
    [to] = resolve_recipients([query], at=at)
    assert to.may_send
    composed = Compose(pages_url=ORIGIN)(message, to, to.email or "")
    leaves = composed.outgoing
    assert leaves.address == (one.mail if message.recipient.startswith("Related") else to.email)
    parts = (
        leaves.id,
        leaves.subject,
        leaves.text,
        leaves.template,
        *leaves.personalisation.values(),
    )
    kept = json.dumps(asdict(composed.message), default=str)
    return [*map(str, parts), kept]


def worded(template: str, channel: Channel, child: str, turn: int) -> str:
    words = write(
        template,
        link=f"{ORIGIN}/referrals/{child}",
        urgent=turn % 2 == 0,
        level=turn % 5,
        figures=FIGURES[turn % len(FIGURES)],
        channel=channel,
        language=LANGUAGES[turn % len(LANGUAGES)],
        digest=LATELY,
    )
    return f"{words.subject}\n{words.body}\n{words.version}"


def test_the_scanner_finds_what_it_looks_for() -> None:
    [one] = invented_children(1)
    for fact in one.facts + everywhere():
        assert leaks(f"Dear parent of {fact.upper()}, hello", one.facts + everywhere())
        assert leaks(f"https://sooner.example/{fact}/1", one.facts + everywhere())
    assert not leaks("Your request has arrived.", one.facts + everywhere())


def test_the_invented_children_are_different_people() -> None:
    mails = [one.mail for one in invented_children(CHILDREN)]
    assert len(set(mails)) == CHILDREN

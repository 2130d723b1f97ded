"""What is asked because of a referral, as cards: all that one lateness asks of people is one."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from services.referral.domain.clocks import Clock
from services.referral.domain.concern import Ask, AskKind, Taker
from services.referral.use_cases.read_referral import OpenedReferral
from services.referral.web.action_words import what_and_why

_TITLES = {
    AskKind.QUESTION: "Question from {service}",
    AskKind.NEXT_STEP: "Next step, named by {service}",
    AskKind.ACTION: "To do, because it has waited too long at {service}",
    AskKind.CHANGED: "Things have changed",
    AskKind.REACH: "The family has not been reached",
    AskKind.MISSED: "A new time to find",
}
_ASKED = {Taker.REFERRER: "the setting", Taker.FAMILY: "the family"}


def ask_cards(opened: OpenedReferral, clocks: Sequence[Clock]) -> list[dict[str, Any]]:
    """[{title, late, things, is_yours}], oldest first; those of one lateness together.

    `late` is {due, until} of the limit that is over, or nothing; `is_yours` once the reader may
    answer one of the things.
    """
    asks = sorted(opened.asks, key=lambda ask: (_lateness(ask), ask.made_at))
    cards = [list(together) for _, together in groupby(asks, key=_lateness)]
    cards.sort(key=lambda card: card[0].made_at)
    return [_card(card, opened, clocks) for card in cards]


def _lateness(ask: Ask) -> tuple[str, ...]:
    """What is asked because of one limit of one referral is about the same; all else is alone."""
    if ask.kind is AskKind.ACTION and ask.clock:
        return (ask.kind, ask.referral, ask.clock)
    return (ask.kind, ask.id)


def _card(asks: Sequence[Ask], opened: OpenedReferral, clocks: Sequence[Clock]) -> dict[str, Any]:
    referral = opened.concern.referral(asks[0].referral)
    things = [_thing(ask, opened) for ask in asks]
    return {
        "title": _TITLES[asks[0].kind].format(service=opened.service_name(referral.service)),
        "late": next(_late(asks[0], opened, clocks), None),
        "things": things,
        "is_yours": any(thing["href"] for thing in things),
    }


def _late(ask: Ask, opened: OpenedReferral, clocks: Sequence[Clock]) -> Iterator[dict[str, Any]]:
    """The newest limit that its clock has run for."""
    rows = {(one.id, one.valid_from): one for one in clocks}
    for running in reversed(opened.concern.referral(ask.referral).clocks):
        if running.clock == ask.clock:
            row = rows.get((running.clock, running.version))
            yield {"due": running.due_at, "until": row.stops if row else ""}


def _thing(ask: Ask, opened: OpenedReferral) -> dict[str, Any]:
    what, why = what_and_why(ask.text) if ask.kind is AskKind.ACTION else (ask.text, "")
    is_question = ask.kind is AskKind.QUESTION
    return {
        "id": ask.id,
        "text": what,
        "why": why,
        "at": ask.made_at,
        "by": "Please answer by" if is_question else "To be done by",
        "due": ask.due_at,
        "asked": opened.people.name(ask.person or "") or _ASKED.get(ask.owner, ""),
        "button": "Answer" if is_question else "Say what was done",
        "href": f"/asks/{ask.id}" if opened.may_answer(ask) else "",
    }

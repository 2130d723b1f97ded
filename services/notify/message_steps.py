"""The steps of one message in words, from what happened to the receipt, in the order of time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from services.notify.domain.channel import Outcome
from services.notify.domain.letter import LetterState
from services.notify.domain.message import STOPPED, UNSENT, MessageState
from services.notify.message_words import FATES, OUTCOMES, STATES, moment_words, why
from services.notify.messages.journal import Followed, Passed
from services.notify.messages.tables import AttemptRow, LetterRow
from services.notify.showing import local
from shared.contract import Channel

#: What a receipt can say after the provider took the message.
_RECEIPTS = {
    MessageState.DELIVERED: "it has arrived",
    MessageState.PERMANENT_FAILURE: "it was not delivered",
    MessageState.TECHNICAL_FAILURE: "it could not be delivered, for technical reasons",
}


@dataclass(frozen=True, kw_only=True)
class Step:
    """`code` is the provider's or our own, as it was kept."""

    at: datetime
    title: str
    text: str = ""
    code: str = ""


def steps(followed: Followed) -> list[Step]:
    """What comes next stands last, with the time when it is due."""
    past = sorted(_past(followed), key=lambda step: step.at)
    return [*past, *_next(followed)]


def _past(followed: Followed) -> Iterator[Step]:
    one = followed.message
    yield Step(at=one.happened_at, title=f"It happened: {moment_words(one.moment).lower()}")
    yield Step(at=followed.taken_at, title="Its event was taken", code=one.event)
    if one.replays:
        yield Step(at=one.created_at, title="Made in place of another message")
    if followed.held and followed.held.ended_at:
        until = f"Held until {local(followed.held.ended_at)}"
        yield Step(at=followed.held.began_at, title=until, text=why(followed.held.code or ""))
    yield from map(_try, followed.tries)
    yield from _end(followed)
    yield from _by_post(followed.letter)
    yield from map(_told, followed.passed)


def _try(attempt: AttemptRow) -> Step:
    outcome = attempt.outcome or ""
    code = attempt.code or ""
    came = OUTCOMES.get(outcome, outcome) or "not known yet"
    said = why(code)
    return Step(
        at=attempt.began_at,
        title=f"Try {attempt.number}, with {attempt.provider}",
        text=came if said == code else f"{came}: {said}",
        code=code,
    )


def _end(followed: Followed) -> Iterator[Step]:
    """A receipt; or an end without any try, and why."""
    one = followed.message
    if one.settled_at is None:
        return
    last = followed.tries[-1].outcome if followed.tries else ""
    is_receipt = last == Outcome.ACCEPTED and one.channel is not Channel.IN_APP
    if is_receipt and one.state in _RECEIPTS:
        said = "" if why(one.reason) == one.reason else f": {why(one.reason)}"
        text = f"{_RECEIPTS[one.state]}{said}"
        yield Step(at=one.settled_at, title="Receipt", text=text, code=one.reason)
    elif one.state in STOPPED or not followed.tries:
        yield Step(at=one.settled_at, title=STATES[one.state], text=why(one.reason))


def _by_post(letter: LetterRow | None) -> Iterator[Step]:
    if letter and letter.printed_at:
        yield Step(at=letter.printed_at, title="The letter was printed")
    if letter and letter.state == LetterState.POSTED and letter.ended_at:
        yield Step(at=letter.ended_at, title="The letter was posted")


def _told(passed: Passed) -> Step:
    if passed.refused:
        text = f"{FATES[passed.fate]}; the referral service refused it: {passed.refused}"
        return Step(at=passed.made_at, title="Not in the record", text=text)
    if passed.told_at is None:
        return Step(at=passed.made_at, title="To be told to the record", text=FATES[passed.fate])
    return Step(at=passed.told_at, title="Told to the record", text=FATES[passed.fate])


def _next(followed: Followed) -> Iterator[Step]:
    one = followed.message
    if one.ask_at is not None:
        yield Step(at=one.ask_at, title="Next: the provider is asked what became of it")
    elif one.state in UNSENT:
        said = why(one.reason)
        yield Step(at=one.due_at, title="Next: it is looked at again", text=said, code=one.reason)

"""Families that wait hear from us in time; one that has not answered is reached by a person."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from services.referral.domain.changes import Change
from services.referral.domain.concern import Ask, AskKind, Concern, Taker
from services.referral.domain.escalation import in_time
from services.referral.domain.keeping_in_touch import is_daytime, is_due
from services.referral.domain.referral import Referral
from services.referral.domain.working_days import end_of_day, london_date
from services.referral.records.contacts import to_be_contacted
from services.referral.records.ids import new_id
from services.referral.records.reading import Loaded
from services.referral.records.runs import Tally
from services.referral.records.writing import Writing
from services.referral.use_cases.concern_changes import write_change
from services.referral.use_cases.reach_family import NOT_ANSWERED, ask_to_reach
from services.referral.use_cases.take_turns import in_turn
from services.referral.use_cases.workplace import Workplace
from shared.contract import Audience, Moment, Recipient, ReferralEvent
from shared.errors import Failure
from shared.identity import job

KEEPER = job("keep-in-touch")
MOVE = "keep-in-touch"
BATCH = 100

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Kept:
    """How many concerns were looked at, of how many a family was written to or is to be reached by
    a person, and how many could not be worked on."""

    looked_at: int
    written_to: int
    to_reach: int
    errors: int = 0


def keep_in_touch_in_turn(*, at: Workplace) -> Tally | None:
    """Once an hour, by whichever replica is first."""
    return in_turn(
        MOVE, f"{at.clock():%Y-%m-%dT%HZ}", lambda _: _tally(keep_in_touch(at=at)), at=at
    )


def _tally(kept: Kept) -> Tally:
    acted_on = kept.written_to + kept.to_reach
    return Tally(looked_at=kept.looked_at, acted_on=acted_on, errors=kept.errors)


def keep_in_touch(*, at: Workplace) -> Kept:
    """One pass over what is due today; nothing outside of London's daytime.

    Each concern is a transaction of its own, which looks again once it holds it: two passes at once
    write to nobody twice, and one that cannot be read holds up no other.
    """
    now = at.clock()
    done = [_one(concern, at, now) for concern in _due(at, now)] if is_daytime(now) else []
    return Kept(
        looked_at=len(done),
        written_to=sum(written for written, _ in filter(None, done)),
        to_reach=sum(reached for _, reached in filter(None, done)),
        errors=done.count(None),
    )


def _due(at: Workplace, now: datetime) -> Iterator[str]:
    until, after = end_of_day(london_date(now)), ""
    while True:
        with at.records.reading(KEEPER, now=now) as record:
            found = to_be_contacted(record, until=until, after=after, size=BATCH)
        yield from found
        if len(found) < BATCH:
            return
        after = found[-1]


def _one(concern: str, at: Workplace, now: datetime) -> tuple[bool, bool] | None:
    """Whether the family was written to, and whether it is to be reached; None when it failed."""
    try:
        with at.records.writing(KEEPER, now=now) as record:
            loaded = record.concern(concern)
            return _write_to_family(loaded, record, at), _reach(loaded, record, at)
    except Failure as failure:
        log.error("family not kept in touch", concern=concern, why=type(failure).__name__)
        return None


def _write_to_family(loaded: Loaded, record: Writing, at: Workplace) -> bool:
    """One message a concern, however many of its referrals are due."""
    due = [one for one in loaded.concern.referrals if is_due(one, record.now)]
    carers = record.of_concern(loaded.request.id, "RelatedPerson") if due else []
    if not carers:
        return False
    rules = at.rules.clock_rules(record)
    concern = loaded.concern
    for one in due:
        heard = replace(one, last_contact=record.now)
        concern = concern.with_referral(in_time(one, heard, now=record.now, rules=rules))
    change = Change(concern=concern, happened=())
    write_change(record, loaded, change, move=MOVE, text=None, sent={})
    told = tuple(Recipient(id=one.reference, audience=Audience.FAMILY) for one in carers)
    record.tell([_event(Moment.KEEP_IN_TOUCH, due[0], concern, told, record)])
    return True


def _reach(loaded: Loaded, record: Writing, at: Workplace) -> bool:
    """A question to the family that is past its date: they are reminded, and a person asks them."""
    late = [one for one in loaded.concern.open_asks if _is_unanswered(one, record.now)]
    reached = [
        one
        for one in late
        if ask_to_reach(
            loaded, one.id, NOT_ANSWERED, because_of=one.id, record=record, rules=at.rules
        )
    ]
    carers = record.of_concern(loaded.request.id, "RelatedPerson") if reached else []
    told = tuple(Recipient(id=one.reference, audience=Audience.FAMILY) for one in carers)
    if told:
        referral = loaded.concern.referral(reached[0].referral)
        record.tell([_event(Moment.REMINDED, referral, loaded.concern, told, record)])
    return bool(reached)


def _is_unanswered(ask: Ask, now: datetime) -> bool:
    return ask.kind is AskKind.QUESTION and ask.owner is Taker.FAMILY and ask.due_at < now


def _event(
    moment: Moment,
    referral: Referral,
    concern: Concern,
    told: tuple[Recipient, ...],
    record: Writing,
) -> ReferralEvent:
    return ReferralEvent(
        id=new_id(),
        at=record.now,
        moment=moment,
        task=referral.id,
        concern=concern.id,
        child=concern.child,
        service=referral.service,
        move=MOVE,
        state=referral.state,
        level=referral.level,
        recipients=told,
    )

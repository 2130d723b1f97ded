"""How moves change a concern as a whole.

One rule stands above the table of moves: an open concern always has an owner. A referral that is
returned leaves behind someone who takes the next step, and a second return goes to a desk.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from services.referral.domain.concern import Ask, AskId, AskKind, AskState, Concern, Taker, Target
from services.referral.domain.escalation import in_time
from services.referral.domain.minding import excused, seen
from services.referral.domain.moves import MOVES, Kind, Move
from services.referral.domain.referral import Referral, ReferralId, ServiceId
from services.referral.domain.rungs import ClockRules
from services.referral.domain.running import ClockException, HelpPart, Risk
from shared.errors import Conflict


@dataclass(frozen=True, kw_only=True)
class Details:
    """What was said with a move; which parts are needed stands in the table of moves."""

    reason: str | None = None
    text: str | None = None
    next_step: str | None = None
    taker: Taker | Target | None = None
    ask_whom: Taker = Taker.REFERRER
    to: Target | None = None
    outcome: str | None = None
    exception: ClockException | None = None
    recorded: frozenset[HelpPart] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Circumstances:
    """What the rules need from outside: the time, new ids, the clocks and the area's desk."""

    now: datetime
    new_id: Callable[[], str]
    rules: ClockRules
    ask_due: Callable[[AskKind], datetime]
    desk: Callable[[], Target]


@dataclass(frozen=True, kw_only=True)
class Happened:
    """One thing that people are told about."""

    past: str
    referral: ReferralId
    ask: AskId | None = None


@dataclass(frozen=True, kw_only=True)
class Change:
    """The concern after a move, and what happened, in order."""

    concern: Concern
    happened: tuple[Happened, ...]


def make_referrals(
    concern: Concern,
    targets: list[tuple[Target, str]],
    priority: str,
    given: Circumstances,
    *,
    risks: frozenset[Risk] = frozenset(),
) -> Change:
    """Ask each of these services, with the reason in words; the clocks start now."""
    change = Change(concern=concern, happened=())
    for target, because in targets:
        referral = _referral(
            target, because, priority, given, first_received_at=given.now, risks=risks
        )
        told = Happened(past="made", referral=referral.id)
        change = Change(
            concern=change.concern.with_referral(referral), happened=(*change.happened, told)
        )
    return _settled(concern, change, given)


#: The first meaningful contact, which ends the wait.
_MEETS_CHILD = frozenset({Move.START, Move.SUPPORT})


def make_move(
    concern: Concern, id: ReferralId, move: Move, said: Details, given: Circumstances
) -> Change:
    """Make one move of one referral, with all that follows from it for the concern."""
    before = concern.referral(id)
    after = before.after(move, **_what_is_recorded(move, said))
    after = replace(after, recorded=after.recorded | said.recorded)
    if move in _MINDED:
        after = _MINDED[move](after, said, given)
    if move in _MEETS_CHILD and after.seen_at is None:
        after = replace(after, seen_at=given.now)
    if move in _HEARD:
        after = replace(after, last_contact=given.now)
    past = MOVES[move].past
    change = Change(
        concern=concern.with_referral(after),
        happened=(Happened(past=past, referral=id),) if past else (),
    )
    follow = _CONSEQUENCES.get(move)
    if follow:
        change = follow(change, after, said, given)
    change = _close_questions(change, after, move)
    return _settled(concern, change, given)


def finish_next_step(
    concern: Concern, id: AskId, text: str, send_to: Target | None, given: Circumstances
) -> Change:
    """Whoever took the next step has taken it; they may send the concern to a service again."""
    ask = next(ask for ask in concern.asks if ask.id == id)
    if ask.state is not AskState.OPEN or ask.kind is not AskKind.NEXT_STEP:
        raise Conflict(f"This next step is {ask.state} already.")
    done = replace(ask, state=AskState.DONE, answer=text)
    change = Change(
        concern=concern.with_ask(done),
        happened=(Happened(past="next-step-done", referral=ask.referral, ask=id),),
    )
    if send_to:
        returned = concern.referral(ask.referral)
        because = f"because the next step was taken and it was sent again: {text}"
        change = _in_place_of(change, returned, send_to, because, given)
    return _settled(concern, change, given)


def finish_action(concern: Concern, id: AskId, text: str) -> Change:
    """Whoever was named did what was asked of them. That alone stops no clock."""
    ask = next(ask for ask in concern.asks if ask.id == id)
    done = replace(ask, state=AskState.DONE, answer=text)
    return Change(concern=concern.with_ask(done).settled(), happened=())


def withdraw(concern: Concern, said: Details, given: Circumstances) -> Change:
    """The family or the referrer takes the whole concern back: every open referral ends."""
    change = Change(concern=concern, happened=())
    for referral in concern.open_referrals:
        one = make_move(change.concern, referral.id, Move.WITHDRAW, said, given)
        change = Change(concern=one.concern, happened=change.happened + one.happened)
    for ask in change.concern.open_asks:
        cancelled = replace(ask, state=AskState.CANCELLED)
        told = Happened(past="withdrawn", referral=ask.referral, ask=ask.id)
        change = Change(
            concern=change.concern.with_ask(cancelled), happened=(*change.happened, told)
        )
    if not change.happened:
        raise Conflict("Nothing of this concern is open, so there is nothing to withdraw.")
    return replace(change, concern=change.concern.settled())


def stop_sharing(
    concern: Concern, services: frozenset[ServiceId], said: Details, given: Circumstances
) -> Change:
    """The family no longer shares with these services: what is open there ends, and a desk that
    had asked one of them looks for another."""
    change = Change(concern=concern, happened=())
    for referral in concern.open_referrals:
        if referral.service in services and referral.kind is Kind.SERVICE:
            one = make_move(change.concern, referral.id, Move.WITHDRAW, said, given)
            change = Change(concern=one.concern, happened=change.happened + one.happened)
            desk = concern.open_desk
            if desk and desk.id == referral.replaces:
                change = _back_to_the_desk(change)
    return _settled(concern, change, given)


def _settled(before: Concern, change: Change, given: Circumstances) -> Change:
    """With the concern's status and all the clocks as they follow from what has changed.

    First what there was, so that a referral made in its place takes its clocks over.
    """
    old = {referral.id: referral for referral in before.referrals}
    concern = change.concern
    for one in change.concern.referrals:
        if one != old.get(one.id):
            replaced = concern.referral(one.replaces) if one.replaces else None
            timed = in_time(
                old.get(one.id), one, now=given.now, rules=given.rules, replaced=replaced
            )
            concern = concern.with_referral(timed)
    return replace(change, concern=without_ended_actions(concern).settled())


def _what_is_recorded(move: Move, said: Details) -> dict[str, object]:
    if MOVES[move].stays:
        return {}
    if move is Move.COMPLETE:
        return {"outcome": said.outcome, "outcome_text": said.text}
    if move in (Move.RESUME, Move.ANSWER, Move.RECEIVE):
        return {"reason": None, "reason_text": None}
    if said.text is None and said.reason is None:
        return {}
    return {"reason": said.reason, "reason_text": said.text}


def _referral(
    target: Target,
    because: str,
    priority: str,
    given: Circumstances,
    *,
    first_received_at: datetime,
    risks: frozenset[Risk],
    replaces: ReferralId | None = None,
) -> Referral:
    return Referral(
        id=ReferralId(given.new_id()),
        service=target.service,
        kind=target.kind,
        priority=priority,
        because=because,
        first_received_at=first_received_at,
        made_at=given.now,
        due_at=given.now,
        risks=risks,
        assigned_to=target.assigned_to,
        replaces=replaces,
    )


def _in_place_of(
    change: Change, old: Referral, to: Target, because: str, given: Circumstances
) -> Change:
    """A new referral that takes over the first clock and the priority of the old one.

    What comes to a desk that holds the concern already makes no second one there.
    """
    if to.kind is Kind.DESK and change.concern.open_desk:
        return _back_to_the_desk(change)
    new = _referral(
        to,
        because,
        old.priority,
        given,
        first_received_at=old.first_received_at,
        risks=old.risks,
        replaces=old.id,
    )
    new = replace(new, exceptions=old.exceptions)
    return Change(
        concern=change.concern.with_referral(new),
        happened=(*change.happened, Happened(past="made", referral=new.id)),
    )


def _ask(
    change: Change, referral: Referral, kind: AskKind, owner: Taker, text: str, given: Circumstances
) -> Change:
    ask = Ask(
        id=AskId(given.new_id()),
        kind=kind,
        referral=referral.id,
        owner=owner,
        text=text,
        made_at=given.now,
        due_at=given.ask_due(kind),
    )
    first, *rest = change.happened
    return Change(
        concern=change.concern.with_ask(ask), happened=(replace(first, ask=ask.id), *rest)
    )


def _question(change: Change, referral: Referral, said: Details, given: Circumstances) -> Change:
    return _ask(change, referral, AskKind.QUESTION, said.ask_whom, said.text or "", given)


def _answer(change: Change, referral: Referral, said: Details, given: Circumstances) -> Change:
    first, *rest = change.happened
    concern = change.concern
    for ask in concern.open_asks:
        if ask.referral == referral.id and ask.kind is AskKind.QUESTION:
            concern = concern.with_ask(replace(ask, state=AskState.DONE, answer=said.text))
            first = replace(first, ask=ask.id)
    return Change(concern=concern, happened=(first, *rest))


def _redirect(change: Change, referral: Referral, said: Details, given: Circumstances) -> Change:
    if said.to is None or said.to.service == referral.service:
        raise Conflict("A referral is passed on to another service than the one that has it.")
    if referral.kind is Kind.DESK and said.to.kind is Kind.DESK:
        raise Conflict("A desk asks a service to take it, not another desk.")
    because = f"because another service passed it on: {said.text}"
    return _in_place_of(change, referral, said.to, because, given)


def _returned(change: Change, referral: Referral, said: Details, given: Circumstances) -> Change:
    if change.concern.open_desk:
        return _back_to_the_desk(change)
    if change.concern.times_returned > 1:
        because = "because two services could not take it, and nobody may be passed round again"
        return _in_place_of(change, referral, given.desk(), because, given)
    if isinstance(said.taker, Target):
        if said.taker.service == referral.service:
            raise Conflict("Whoever returns a referral names somebody else for the next step.")
        because = f"because the first service asked could not take it: {said.next_step}"
        return _in_place_of(change, referral, said.taker, because, given)
    if said.taker is Taker.COORDINATOR:
        because = f"because a service could not take it and asked for help: {said.next_step}"
        return _in_place_of(change, referral, given.desk(), because, given)
    owner = said.taker or Taker.REFERRER
    return _ask(change, referral, AskKind.NEXT_STEP, owner, said.next_step or "", given)


def _back_to_the_desk(change: Change) -> Change:
    """The desk that asked a service to take it still owns the concern: it looks again, by then."""
    desk = change.concern.open_desk
    if desk is None or not desk.can(Move.LOOK_AGAIN):
        return change
    again = desk.after(Move.LOOK_AGAIN)
    return replace(change, concern=change.concern.with_referral(again))


def _accepted(change: Change, referral: Referral, said: Details, given: Circumstances) -> Change:
    """A service has taken it, so a desk that held it lets go."""
    desk = change.concern.open_desk
    if desk is None or desk.id == referral.id:
        return change
    handed = desk.after(Move.HAND_OVER)
    change = replace(change, concern=change.concern.with_referral(handed))
    return _close_questions(change, handed, Move.HAND_OVER)


def without_ended_actions(concern: Concern) -> Concern:
    """What an escalation asked is asked no longer once its clock has stopped: that is what all of
    it was for."""
    for ask in concern.open_asks:
        clocks = concern.referral(ask.referral).clocks
        runs = any(one.clock == ask.clock and one.is_running for one in clocks)
        if ask.kind is AskKind.ACTION and ask.clock and not runs:
            concern = concern.with_ask(replace(ask, state=AskState.CANCELLED))
    return concern


def _close_questions(change: Change, referral: Referral, move: Move) -> Change:
    """A question that is still open when the referral moves on is no longer asked, nor to find a
    new time; nor an action when it has ended."""
    if MOVES[move].stays or move in (Move.ASK, Move.ANSWER, Move.PAUSE, Move.RESUME):
        return change
    concern = change.concern
    ended = {AskKind.QUESTION, AskKind.MISSED}
    if not referral.is_open:
        ended |= {AskKind.ACTION}
    if move is Move.ENTER_IN_ERROR:
        ended = set(AskKind)
    for ask in concern.open_asks:
        if ask.referral == referral.id and ask.kind in ended:
            concern = concern.with_ask(replace(ask, state=AskState.CANCELLED))
    return replace(change, concern=concern)


#: What these moves leave on the clocks; they go on, and no due date moves.
_MINDED: dict[Move, Callable[[Referral, Details, Circumstances], Referral]] = {
    Move.SEEN: lambda referral, _, given: seen(referral, given.now),
    Move.EXCEPTION: lambda referral, said, given: excused(referral, said.exception, given.rules),
}

#: Moves of which a family that waits hears something; with them its next keep-in-touch is due anew.
_HEARD = frozenset({Move.ACCEPT, Move.OFFER, Move.RESUME})

_CONSEQUENCES: dict[Move, Callable[[Change, Referral, Details, Circumstances], Change]] = {
    Move.ASK: _question,
    Move.ANSWER: _answer,
    Move.REDIRECT: _redirect,
    Move.PLACE: _redirect,
    Move.RETURN: _returned,
    Move.ACCEPT: _accepted,
}

"""What somebody may do with a Task now. The look is noted."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from services.referral.domain import access
from services.referral.domain.concern import Ask, AskState
from services.referral.domain.minding import may_be_excused
from services.referral.domain.moves import Move
from services.referral.domain.referral import Referral
from services.referral.records.reading import Reading
from services.referral.records.resource import Resource
from services.referral.use_cases.workplace import Workplace
from shared.errors import NotFound
from shared.identity import Principal


@dataclass(frozen=True, kw_only=True)
class Movable:
    """A Task with what may be done with it: moves where it is a `referral`, or the answer where it
    asks for something that is `open_ask` and waits for this principal. `excusable` are the clocks
    that run and know exceptions, each with the codes of those."""

    task: Resource
    referral: Referral | None = None
    moves: tuple[Move, ...] = ()
    open_ask: Ask | None = None
    excusable: Mapping[str, frozenset[str]] = field(default_factory=dict)


def list_moves(id: str, *, who: Principal, at: Workplace) -> Movable:
    """NotFound when there is no such Task for this principal."""
    with at.records.reading(who, now=at.clock()) as record:
        task = record.resource("Task", id)
        record.note("moves", task)
        return _movable(task, record, at)


def _movable(task: Resource, record: Reading, at: Workplace) -> Movable:
    try:
        loaded = record.concern_of_task(task.id)
    except NotFound:  # a Task that stands in no queue is nobody's to move
        return Movable(task=task)
    concern, who = loaded.concern, record.who
    referral = next((one for one in concern.referrals if one.id == task.id), None)
    if referral is None:
        ask = next((one for one in concern.asks if one.id == task.id), None)
        waits = ask and ask.state is AskState.OPEN and access.may_finish(who, ask, concern)
        return Movable(task=task, open_ask=ask if waits else None)
    rules = at.rules.clock_rules(record)
    excusable = {
        one.clock: row.exceptions
        for one in may_be_excused(referral, rules)
        if (row := rules.version(one))
    }
    moves = tuple(
        move
        for move in access.moves_for(who, concern, referral)
        if move is not Move.EXCEPTION or excusable
    )
    return Movable(task=task, referral=referral, moves=moves, excusable=excusable)

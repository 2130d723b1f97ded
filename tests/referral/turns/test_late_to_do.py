"""What a named person must do is never late in silence, at the top least of all."""

from datetime import datetime, timedelta

from services.referral.domain.change_told import What
from services.referral.domain.concern import Ask, AskKind, AskState, Taker
from services.referral.domain.moves import Move
from services.referral.use_cases.reach_family import NOT_DELIVERED, ask_to_reach
from services.referral.use_cases.things_changed import tell_changed
from shared.identity import job
from tests.referral.builders import as_
from tests.referral.turns.waits import (
    A_YEAR,
    NUDGED,
    OVERDUE,
    Wait,
    audiences,
    escalations,
)

#: Each of them has two working days before the next are told.
FURTHER = [{"manager", "coordinator"}, {"coordinator", "area"}, {"area", "leaders"}]


def asked(wait: Wait, kind: AskKind) -> Ask:
    asks = wait.anyshire.concern(wait.raised.concern).asks
    return next(one for one in reversed(asks) if one.kind is kind)


def told_of(wait: Wait, ask: Ask, now: datetime) -> set[str]:
    """Whom a sweep at that instant tells because this is late; a second one tells nobody."""
    told: set[str] = set()
    for instant in (now, now + timedelta(minutes=1)):
        found = [one for one in wait.sweep(instant).climbed if one.task == ask.id]
        assert len(found) <= 1
        assert not (told and found), "once each time"
        told |= {str(audience) for one in found for audience in one.told}
    return told


def ways_up(wait: Wait, kind: AskKind, times: int) -> list[set[str]]:
    """Who is told first, then, and then, while nobody does it."""
    found = []
    for _ in range(times):
        ask = asked(wait, kind)
        at = ask.next_told_at or ask.due_at + timedelta(seconds=1)
        found.append(told_of(wait, ask, at))
        after = asked(wait, kind)
        assert (after.due_at, after.person, after.state) == (ask.due_at, ask.person, AskState.OPEN)
        assert after.next_told_at is not None
        assert after.next_told_at > at
    return found


def test_that_things_have_changed_and_nobody_looks(wait: Wait) -> None:
    with wait.at.records.writing(as_("nursery"), now=wait.at.clock()) as record:
        tell_changed(wait.task, What.WORSE, "Worse", record=record, rules=wait.at.rules)
    ask = asked(wait, AskKind.CHANGED)
    assert told_of(wait, ask, ask.due_at - timedelta(hours=1)) == set(), "it is in time"
    assert ways_up(wait, AskKind.CHANGED, 5) == [*FURTHER, FURTHER[-1], FURTHER[-1]]


def test_that_nobody_reaches_the_family(wait: Wait) -> None:
    with wait.at.records.writing(job("told"), now=wait.at.clock()) as record:
        loaded = record.concern(wait.raised.concern)
        assert ask_to_reach(
            loaded, wait.task, NOT_DELIVERED, because_of="message-1", record=record,
            rules=wait.at.rules,
        )  # fmt: skip
    assert ways_up(wait, AskKind.REACH, 4) == [*FURTHER, FURTHER[-1]]


def test_it_goes_on_after_the_referral_has_ended_until_somebody_has_done_it(wait: Wait) -> None:
    with wait.at.records.writing(as_("nursery"), now=wait.at.clock()) as record:
        tell_changed(wait.task, What.WORSE, "Worse", record=record, rules=wait.at.rules)
    wait.anyshire.move(wait.task, Move.WITHDRAW, by="nursery", text="They moved")
    assert ways_up(wait, AskKind.CHANGED, 2) == FURTHER[:2]
    ask = asked(wait, AskKind.CHANGED)
    wait.anyshire.answer(ask.id, "I rang them.", by="nursery")
    assert told_of(wait, ask, A_YEAR) == set()


def test_what_a_rung_asked_is_told_to_those_above_that_rung(wait: Wait) -> None:
    wait.sweep(NUDGED)
    wait.sweep(OVERDUE)
    action = wait.actions[-1]
    assert told_of(wait, action, action.due_at + timedelta(seconds=1)) == FURTHER[0]
    (event,) = escalations(wait.at.records, wait.task)
    assert {"service", "referrer", "family", *FURTHER[0]} == audiences(event), "in one message"


def test_at_the_top_the_leaders_are_told_again_and_again(wait: Wait) -> None:
    for minute in range(6):
        wait.sweep(A_YEAR + timedelta(minutes=minute))
    *lower, top = wait.actions
    assert wait.referral.level == 4
    now, found = top.due_at + timedelta(seconds=1), []
    for _ in range(3):
        found.append(told_of(wait, top, now))
        for one in lower:
            assert told_of(wait, one, now) == set(), "a higher rung asks for the same by now"
        now += timedelta(days=10)
    assert found == [FURTHER[-1]] * 3


def test_while_the_family_wants_a_pause_what_its_wait_asked_is_told_to_nobody(wait: Wait) -> None:
    wait.sweep(NUDGED)
    wait.sweep(OVERDUE)
    wait.anyshire.move(wait.task, Move.PAUSE, by="speech", text="They are away")
    action = wait.actions[-1]
    assert told_of(wait, action, action.due_at + timedelta(days=1)) == set()
    wait.anyshire.move(wait.task, Move.RESUME, by="speech")
    assert told_of(wait, action, action.due_at + timedelta(days=9)) == FURTHER[0]


def test_a_question_to_the_family_is_followed_up_by_keeping_in_touch_alone(wait: Wait) -> None:
    wait.anyshire.move(wait.task, Move.ASK, text="How many words?", ask_whom=Taker.FAMILY)
    question = asked(wait, AskKind.QUESTION)
    assert told_of(wait, question, question.due_at + timedelta(days=3)) == set()
    (row,) = (one for one in wait.anyshire.queue() if one.task_id == question.id)
    assert row.next_escalation_at is None

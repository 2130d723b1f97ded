"""A family that waits hears from us in time, by day, once; one that has not answered is reached."""

from datetime import UTC, datetime, timedelta

import pytest

from services.referral.domain.concern import AskKind, Taker
from services.referral.domain.moves import Move
from services.referral.domain.working_days import london_date
from services.referral.records.resource import Json
from services.referral.records.runs import Tally
from services.referral.use_cases.keep_in_touch import Kept, keep_in_touch, keep_in_touch_in_turn
from services.referral.use_cases.raise_concern import Raised
from services.referral.use_cases.resolve_recipients import resolve_recipients
from services.referral.use_cases.workplace import Workplace
from shared.contract import Figures, Moment, RecipientQuery
from tests.referral.anyshire import Anyshire
from tests.referral.builders import a_concern, a_request
from tests.referral.records.test_waits import families_wait
from tests.referral.use_cases.reading import SPEECH, events

NOTHING = Kept(looked_at=0, written_to=0, to_reach=0)


@pytest.fixture
def at(anyshire: Anyshire) -> Workplace:
    return Workplace(records=anyshire.records, rules=anyshire.rules, clock=anyshire.clock)


@pytest.fixture
def waiting(anyshire: Anyshire, raised: Raised, task: str) -> str:
    """Accepted, and not yet seen."""
    anyshire.move(task, Move.ACCEPT)
    return task


def written(anyshire: Anyshire, moment: Moment = Moment.KEEP_IN_TOUCH) -> list[Json]:
    return [one for one in events(anyshire.records) if one["type"].endswith(f".{moment}")]


def test_a_family_hears_after_eight_weeks_and_again_after_eight_more(
    anyshire: Anyshire, at: Workplace, waiting: str
) -> None:
    anyshire.clock.pass_(weeks=8, days=-1)
    assert keep_in_touch(at=at) == NOTHING
    anyshire.clock.pass_(days=1)
    assert keep_in_touch(at=at).written_to == 1
    assert keep_in_touch(at=at) == NOTHING, "and not twice"
    anyshire.clock.pass_(weeks=8)
    assert keep_in_touch(at=at).written_to == 1
    [first, second] = written(anyshire)
    assert {one["audience"] for one in first["data"]["recipients"]} == {"family"}
    assert first["data"]["task"] == second["data"]["task"] == waiting


def test_with_priority_it_is_four_weeks(anyshire: Anyshire, at: Workplace) -> None:
    urgent = anyshire.raise_(a_concern(a_request(priority="urgent")))
    anyshire.move(anyshire.referral_at(SPEECH, urgent), Move.ACCEPT)
    anyshire.clock.pass_(weeks=4)
    assert keep_in_touch(at=at).written_to == 1


@pytest.mark.parametrize(("hour", "count"), [(8, 0), (9, 1), (17, 1), (18, 0), (23, 0), (3, 0)])
def test_nobody_is_written_to_at_night(
    anyshire: Anyshire, at: Workplace, waiting: str, hour: int, count: int
) -> None:
    anyshire.clock.now = datetime(2027, 2, 1, hour, 0, tzinfo=UTC)  # London is on UTC in winter
    assert keep_in_touch(at=at).written_to == count


def test_the_day_is_london_s(anyshire: Anyshire, at: Workplace, waiting: str) -> None:
    anyshire.clock.now = datetime(2027, 6, 1, 8, 0, tzinfo=UTC)  # nine o'clock in summer
    assert keep_in_touch(at=at).written_to == 1


def test_two_referrals_of_one_concern_are_one_message(
    anyshire: Anyshire, at: Workplace, raised: Raised, waiting: str
) -> None:
    other = anyshire.referral_at("early-years", raised)
    anyshire.move(other, Move.ACCEPT, by="early.years")
    anyshire.clock.pass_(weeks=8)
    assert keep_in_touch(at=at) == Kept(looked_at=1, written_to=1, to_reach=0)
    assert len(written(anyshire)) == 1
    assert keep_in_touch(at=at) == NOTHING


def test_whoever_was_offered_a_time_or_heard_otherwise_has_heard(
    anyshire: Anyshire, at: Workplace, waiting: str
) -> None:
    anyshire.clock.pass_(weeks=5)
    anyshire.move(waiting, Move.OFFER, text="We will ring you")
    anyshire.clock.pass_(weeks=5)
    assert keep_in_touch(at=at) == NOTHING


@pytest.mark.parametrize("move", [Move.START, Move.PAUSE, Move.COMPLETE])
def test_who_no_longer_waits_is_left_in_peace(
    anyshire: Anyshire, at: Workplace, waiting: str, move: Move
) -> None:
    anyshire.move(waiting, move, text="It is so", outcome="need-met")
    anyshire.clock.pass_(weeks=10)
    assert keep_in_touch(at=at) == NOTHING


def test_nothing_of_the_referral_changes_but_when_they_last_heard(
    anyshire: Anyshire, at: Workplace, raised: Raised, waiting: str
) -> None:
    before = anyshire.referral(raised, waiting)
    anyshire.clock.pass_(weeks=8)
    keep_in_touch(at=at)
    after = anyshire.referral(raised, waiting)
    assert after.last_contact == anyshire.clock()
    assert (after.state, after.due_at, after.level) == (before.state, before.due_at, before.level)


def test_the_message_says_the_figures_of_the_day_on_which_it_leaves(
    anyshire: Anyshire, at: Workplace, raised: Raised, waiting: str
) -> None:
    families_wait(anyshire, 25, 6, seen=True)
    carer = next(one for one in raised.kept if one.type == "RelatedPerson")
    query = RecipientQuery(
        recipient=carer.reference, child=carer.place.child or "", task=waiting,
        moment=Moment.KEEP_IN_TOUCH,
    )  # fmt: skip
    [answer] = resolve_recipients([query], at=at)
    assert answer.figures == Figures(half_waited=6, most_waited=6, sample=25, again_in=8)


def test_whoever_waits_too_long_is_told_so_each_time(
    anyshire: Anyshire, at: Workplace, raised: Raised, waiting: str
) -> None:
    carer = next(one for one in raised.kept if one.type == "RelatedPerson")
    query = RecipientQuery(
        recipient=carer.reference, child=carer.place.child or "", task=waiting,
        moment=Moment.KEEP_IN_TOUCH,
    )  # fmt: skip
    due = london_date(anyshire.referral(raised, waiting).due_at)
    [in_time] = resolve_recipients([query], at=at)
    anyshire.clock.pass_(weeks=19)
    [late] = resolve_recipients([query], at=at)
    assert (in_time.figures.due, late.figures.due) == (None, due)


def test_a_late_family_is_told_by_when_it_should_have_heard(
    anyshire: Anyshire, at: Workplace, raised: Raised, task: str
) -> None:
    carer = next(one for one in raised.kept if one.type == "RelatedPerson")
    query = RecipientQuery(
        recipient=carer.reference, child=carer.place.child or "", task=task,
        moment=Moment.ESCALATED,
    )  # fmt: skip
    [answer] = resolve_recipients([query], at=at)
    due = anyshire.referral(raised, task).due_at
    assert answer.figures == Figures(due=london_date(due))


def test_a_question_that_a_family_does_not_answer_goes_to_a_person_and_stays_open(
    anyshire: Anyshire, at: Workplace, raised: Raised, task: str
) -> None:
    anyshire.move(task, Move.ASK, text="Since when?", ask_whom=Taker.FAMILY)
    [question] = anyshire.concern(raised.concern).open_asks
    anyshire.clock.now = question.due_at - timedelta(hours=10)
    assert keep_in_touch(at=at).to_reach == 0, "its date is not over"
    anyshire.clock.pass_(days=1)
    assert keep_in_touch(at=at).to_reach == 1
    assert keep_in_touch(at=at).to_reach == 0, "once"
    kinds = sorted(one.kind for one in anyshire.concern(raised.concern).open_asks)
    assert kinds == [AskKind.QUESTION, AskKind.REACH]
    [reminder] = written(anyshire, Moment.REMINDED)
    assert {one["audience"] for one in reminder["data"]["recipients"]} == {"family"}


def test_of_several_replicas_one_writes_in_each_hour(
    anyshire: Anyshire, at: Workplace, waiting: str
) -> None:
    anyshire.clock.pass_(weeks=8)
    turns = [keep_in_touch_in_turn(at=at) for _ in range(3)]
    assert turns == [Tally(looked_at=1, acted_on=1), None, None]
    anyshire.clock.pass_(hours=1)
    assert keep_in_touch_in_turn(at=at) == Tally()
    assert len(written(anyshire)) == 1

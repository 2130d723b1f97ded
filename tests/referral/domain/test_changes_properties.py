"""Whatever people try with a concern, in whatever order, these things hold."""

from collections import Counter

from hypothesis import event, given, settings

from services.referral.domain.concern import AskKind, AskState, Concern, ConcernStatus
from services.referral.domain.moves import MOVES, OPEN, Kind, Move, State
from services.referral.domain.referral import Referral
from tests.referral.domain.attempts import Step, stories
from tests.referral.domain.expected_moves import EXPECTED

#: Moves by which a person says that this service, or everybody, has no more to do.
ENDING = {Move.COMPLETE, Move.WITHDRAW, Move.ENTER_IN_ERROR}

many = settings(max_examples=150, deadline=None)


def owners(concern: Concern) -> list[str]:
    """Who has the concern in hand now."""
    at_work = [f"{one.service} {one.assigned_to or ''}" for one in concern.open_referrals]
    return at_work + [ask.owner for ask in concern.open_asks]


def ways(before: Referral) -> dict[Move, State | None]:
    return EXPECTED[before.kind][before.state]


@given(stories)
@many
def test_no_referral_reaches_a_state_that_the_table_does_not_allow(steps: list[Step]) -> None:
    for step in steps:
        event(f"{step.move}")
        for before, after in step.kept:
            if after.state is not before.state:
                ends = {end or before.resumes for end in ways(before).values()}
                assert after.state in ends
        if step.moved and step.move:
            end = ways(step.moved)[step.move] or step.moved.resumes
            assert step.after.referral(step.moved.id).state is end


@given(stories)
@many
def test_besides_the_one_that_was_moved_only_a_desk_changes(steps: list[Step]) -> None:
    for step in steps:
        for before, after in step.kept:
            is_own = step.moved is None or before.id == step.moved.id
            if after != before and not is_own:
                assert before.kind is Kind.DESK
                assert after.state in (State.REDIRECTED, State.RECEIVED)


@given(stories)
@many
def test_the_first_clock_is_never_lost_nor_changed(steps: list[Step]) -> None:
    for step in steps:
        for before, after in step.kept:
            assert (after.first_received_at, after.made_at) == (
                before.first_received_at,
                before.made_at,
            )
        for new in step.made:
            assert new.replaces
            replaced = step.after.referral(new.replaces)
            assert new.first_received_at == replaced.first_received_at
            assert new.priority == replaced.priority
            assert new.made_at == step.now


@given(stories)
@many
def test_a_concern_loses_its_last_owner_only_when_someone_says_that_it_is_over(
    steps: list[Step],
) -> None:
    for step in steps:
        says_so = step.move is None or step.move in ENDING
        assert owners(step.after) or says_so


@given(stories)
@many
def test_an_open_concern_has_an_owner_and_a_closed_one_has_none(steps: list[Step]) -> None:
    for step in steps:
        is_open = step.after.status in (ConcernStatus.ACTIVE, ConcernStatus.ON_HOLD)
        assert is_open == bool(owners(step.after))
        for desk in step.after.open_referrals:
            assert desk.kind is Kind.SERVICE or desk.assigned_to


@given(stories)
@many
def test_a_second_return_is_in_the_hands_of_a_named_coordinator(steps: list[Step]) -> None:
    for step in steps:
        if step.move is Move.RETURN and step.after.times_returned > 1:
            event("a second return")
            desk = step.after.open_desk
            assert desk
            assert desk.assigned_to
            assert set(step.after.open_asks) <= set(step.before.open_asks)


@given(stories)
@many
def test_a_desk_lets_go_only_when_a_service_has_accepted_or_all_is_over(steps: list[Step]) -> None:
    for step in steps:
        for before, after in step.kept:
            if before.kind is Kind.DESK and before.is_open and not after.is_open:
                event("a desk let go")
                by_itself = step.moved is None or step.moved.id == before.id
                if by_itself:
                    assert step.move is None or step.move in ENDING
                else:
                    assert step.move is Move.ACCEPT
                    assert step.moved
                    assert step.moved.kind is Kind.SERVICE


@given(stories)
@many
def test_a_concern_lies_on_one_desk_at_a_time(steps: list[Step]) -> None:
    for step in steps:
        desks = [one for one in step.after.open_referrals if one.kind is Kind.DESK]
        assert len(desks) <= 1


@given(stories)
@many
def test_the_status_says_what_is_true_of_the_whole(steps: list[Step]) -> None:
    for step in steps:
        states = Counter(referral.state for referral in step.after.referrals)
        working = sum(states[state] for state in OPEN - {State.PAUSED})
        status = step.after.status
        if working or (step.after.open_asks and not states[State.PAUSED]):
            assert status is ConcernStatus.ACTIVE
        elif states[State.PAUSED]:
            assert status is ConcernStatus.ON_HOLD
        elif set(states) == {State.IN_ERROR}:
            assert status is ConcernStatus.IN_ERROR
        elif set(states) <= {State.IN_ERROR, State.WITHDRAWN}:
            assert status is ConcernStatus.REVOKED
        else:
            assert status is ConcernStatus.COMPLETED


@given(stories)
@many
def test_a_question_is_open_while_its_referral_waits_for_the_answer(steps: list[Step]) -> None:
    for step in steps:
        waiting = [one.id for one in step.after.referrals if one.state is State.QUESTION]
        questions = [ask for ask in step.after.open_asks if ask.kind is AskKind.QUESTION]
        assert sorted(ask.referral for ask in questions) == sorted(waiting)


@given(stories)
@many
def test_what_was_asked_ends_once_and_stays_as_it_ended(steps: list[Step]) -> None:
    for step in steps:
        after = {ask.id: ask for ask in step.after.asks}
        for ask in step.before.asks:
            if ask.state is not AskState.OPEN:
                assert after[ask.id] == ask


@given(stories)
@many
def test_every_change_is_told_and_every_new_referral_is_announced(steps: list[Step]) -> None:
    for step in steps:
        told = [(one.past, one.referral) for one in step.change.happened]
        announced = [referral for past, referral in told if past == "made"]
        assert announced == [one.id for one in step.made]
        if step.move and MOVES[step.move].stays:
            assert told == []
            continue
        if step.moved and step.move:
            assert told[0] == (MOVES[step.move].past, step.moved.id)
        assert told


@given(stories)
@many
def test_only_what_is_paused_knows_where_to_carry_on(steps: list[Step]) -> None:
    for step in steps:
        for referral in step.after.referrals:
            assert (referral.resumes is not None) == (referral.state is State.PAUSED)

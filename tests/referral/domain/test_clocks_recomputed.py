"""Whatever becomes of a concern, and whenever: clocks and levels follow from the record alone."""

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import event, given, settings
from hypothesis import strategies as st

from services.referral.domain.changes import make_referrals
from services.referral.domain.clock_keeping import recomputed
from services.referral.domain.concern import Concern, Target
from services.referral.domain.escalation import climb, next_climb_at, replayed
from services.referral.domain.referral import Referral
from tests.referral.builders import an_open_concern
from tests.referral.domain.attempts import ATTEMPTS, BEGINNINGS, Attempt, tried
from tests.referral.domain.rounds import RULES, given_at
from tests.referral.fakes import FRIDAY

History = list[tuple[Referral, datetime]]

#: Between two attempts: from the same second to a wait that climbs far.
gaps = st.lists(
    st.builds(
        timedelta,
        days=st.sampled_from([0, 1, 3, 8, 30, 150, 400]),
        seconds=st.integers(0, 86_400),
    ),
    min_size=21,
    max_size=21,
)
many = settings(max_examples=40, deadline=None)


def lived(
    begin: list[Target], priority: str, attempts: list[Attempt], waits: list[timedelta]
) -> tuple[Concern, History, datetime]:
    """A concern that was swept whenever it was due, with every version of its referrals."""
    targets = [(target, "because talking is a worry") for target in begin]
    concern = make_referrals(an_open_concern(referrals=()), targets, priority, given_at()).concern
    history: History = [(one, FRIDAY) for one in concern.referrals]
    now = FRIDAY
    for attempt, wait in zip(attempts, waits, strict=False):
        concern = swept(concern, now, now + wait, history)
        now += wait
        step = tried(concern, attempt, now)
        if step:
            old = {one.id: one for one in concern.referrals}
            history += [(one, now) for one in step.after.referrals if one != old.get(one.id)]
            concern = step.after
    until = now + waits[-1]
    return swept(concern, now, until, history), history, until


def swept(concern: Concern, since: datetime, until: datetime, history: History) -> Concern:
    """Each rung as soon as it is reached; what was overdue already, at once."""
    for referral in concern.referrals:
        while (due := next_climb_at(referral, RULES)) and due <= until:
            now = max(due, since)
            referral, _ = climb(referral, now, RULES)
            history.append((referral, now))
        concern = concern.with_referral(referral)
    return concern


def of_referral(history: History, referral: Referral) -> History:
    """All of the concern's history, ended by the last version of this one."""
    own = [entry for entry in history if entry[0].id == referral.id]
    return [*sorted(history, key=lambda entry: entry[1]), own[-1]]


def unseen(referral: Referral) -> Referral:
    """Without who has seen it: that is said by people, and follows from nothing."""
    clocks = tuple(replace(one, acknowledged_at=None) for one in referral.clocks)
    return replace(referral, clocks=clocks)


@given(BEGINNINGS, st.sampled_from(["routine", "urgent"]), ATTEMPTS, gaps)
@many
def test_what_was_kept_live_equals_what_the_record_says(
    begin: list[Target], priority: str, attempts: list[Attempt], waits: list[timedelta]
) -> None:
    concern, history, until = lived(begin, priority, attempts, waits)
    for live in concern.referrals:
        event(f"level {live.level}")
        again, _ = replayed(of_referral(history, live), until, RULES)
        assert again == unseen(live)


@given(BEGINNINGS, ATTEMPTS, gaps)
@many
def test_when_it_is_due_does_not_depend_on_the_sweeps(
    begin: list[Target], attempts: list[Attempt], waits: list[timedelta]
) -> None:
    concern, history, _ = lived(begin, "routine", attempts, waits)
    for live in concern.referrals:
        kept = [(one.clock, one.started_at, one.due_at, one.stopped_at) for one in live.clocks]
        again = recomputed(of_referral(history, live), RULES)
        assert [(one.clock, one.started_at, one.due_at, one.stopped_at) for one in again] == kept


@given(BEGINNINGS, ATTEMPTS, gaps)
@many
def test_no_level_ever_goes_down_and_no_due_date_moves(
    begin: list[Target], attempts: list[Attempt], waits: list[timedelta]
) -> None:
    _, history, _ = lived(begin, "routine", attempts, waits)
    known: dict[str, Referral] = {}
    for version, _ in history:
        before = known.get(version.id)
        if before:
            assert version.level >= before.level
            for old, new in zip(before.clocks, version.clocks, strict=False):
                assert (new.clock, new.started_at, new.due_at) == (
                    old.clock, old.started_at, old.due_at,
                )  # fmt: skip
                assert new.rungs >= old.rungs
                assert old.stopped_at in (None, new.stopped_at)
        known[version.id] = version


@given(BEGINNINGS, ATTEMPTS, gaps)
@many
def test_no_open_referral_waits_without_a_clock_that_climbs(
    begin: list[Target], attempts: list[Attempt], waits: list[timedelta]
) -> None:
    concern, _, _ = lived(begin, "routine", attempts, waits)
    for one in concern.referrals:
        assert one.next_escalation_at == next_climb_at(one, RULES)
        if not one.is_open:
            assert one.next_escalation_at is None
        elif one.next_escalation_at is None:
            has_help = not any(clock.is_running for clock in one.clocks)
            assert has_help or one.level >= 2

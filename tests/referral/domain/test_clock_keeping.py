"""Which clocks run on a referral, from when to when, whatever becomes of it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from services.referral.domain.changes import make_referrals
from services.referral.domain.clock_keeping import clocks_after
from services.referral.domain.clocks import Limit, Unit
from services.referral.domain.concern import Concern, Target
from services.referral.domain.moves import Kind, Move, State
from services.referral.domain.referral import Referral, ReferralId, ServiceId
from services.referral.domain.rungs import ClockRules
from services.referral.domain.running import HelpPart, RunningClock
from tests.referral.builders import a_referral, an_open_concern
from tests.referral.domain.rounds import (
    DESK,
    LATER,
    PAEDIATRICS,
    RULES,
    SPEECH,
    given_at,
    in_weeks,
    in_working_days,
    moved,
    newest,
)
from tests.referral.fakes import FRIDAY

EHC, OTHER_EHC, CAMHS, EARLY_HELP, NEURO = (
    Target(service=ServiceId(name)) for name in ("ehc", "other-ehc", "camhs", "early-help", "neuro")
)


CAMHS_TOO = Target(service=ServiceId("other-camhs"))


def asked(target: Target, priority: str = "routine", now: datetime = FRIDAY) -> Concern:
    concern = an_open_concern(referrals=())
    return make_referrals(concern, [(target, "because")], priority, given_at(now)).concern


def the_referral(concern: Concern) -> Referral:
    return concern.referrals[0]


def running(referral: Referral) -> dict[str, RunningClock]:
    return {one.clock: one for one in referral.clocks if one.is_running}


def go(concern: Concern, *moves: Move, **said: object) -> Concern:
    for move in moves:
        concern = moved(concern, move, the_referral(concern).id, **said).concern
    return concern


#: What runs at once on a child who has just been referred there.
AT_FIRST = {
    "speech": (SPEECH, {"OUR-ACK", "OUR-TRIAGE", "COMM-18", "COMM-52"}),
    "paediatrics": (PAEDIATRICS, {"OUR-ACK", "OUR-TRIAGE", "COMM-18", "COMM-52", "PAEDS-18"}),
    "camhs": (CAMHS, {"OUR-ACK", "OUR-TRIAGE", "OUR-WAIT", "CAMHS-HELP"}),
    "ehc": (EHC, {"OUR-ACK", "EHC-DECIDE", "EHC-NOPLAN", "EHC-FINAL"}),
    "early help": (EARLY_HELP, {"OUR-ACK", "OUR-TRIAGE", "OUR-WAIT"}),
    "autism team": (NEURO, {"OUR-ACK", "OUR-TRIAGE", "AUTISM-START"}),
    "desk": (DESK, {"OUR-ACK", "DESK", "OUR-WAIT"}),
}


@pytest.mark.parametrize(("target", "clocks"), AT_FIRST.values(), ids=AT_FIRST)
def test_several_clocks_run_on_one_child_at_once(target: Target, clocks: set[str]) -> None:
    assert set(running(the_referral(asked(target)))) == clocks


#: From the moves at a service, which clocks still run.
ON_THE_WAY = {
    "received": (SPEECH, [Move.RECEIVE], {"OUR-TRIAGE", "COMM-18", "COMM-52"}),
    "asked": (SPEECH, [Move.ASK], {"OUR-TRIAGE", "OUR-INFO", "COMM-18", "COMM-52"}),
    "answered": (SPEECH, [Move.ASK, Move.ANSWER], {"OUR-TRIAGE", "COMM-18", "COMM-52"}),
    "accepted": (SPEECH, [Move.ACCEPT], {"COMM-18", "COMM-52", "OUR-KEEPINTOUCH"}),
    "paused": (
        SPEECH, [Move.ACCEPT, Move.PAUSE], {"COMM-18", "COMM-52", "OUR-KEEPINTOUCH", "OUR-PAUSE"},
    ),
    "seen": (SPEECH, [Move.ACCEPT, Move.START], set()),
    "returned": (SPEECH, [Move.RETURN], set()),
    "withdrawn": (SPEECH, [Move.WITHDRAW], set()),
    "seen by camhs": (CAMHS, [Move.ACCEPT, Move.START], {"CAMHS-HELP"}),
    "registered": (
        EARLY_HELP, [Move.ACCEPT], {"EH-FFA", "EH-TAF", "OUR-WAIT", "OUR-KEEPINTOUCH"},
    ),
    "to be assessed": (EHC, [Move.ACCEPT], {"EHC-NOPLAN", "EHC-FINAL", "OUR-KEEPINTOUCH"}),
    "a plan is made": (EHC, [Move.ACCEPT, Move.SUPPORT], {"EHC-FINAL"}),
    "the plan is sent": (EHC, [Move.ACCEPT, Move.SUPPORT, Move.COMPLETE], set()),
}  # fmt: skip


@pytest.mark.parametrize(("target", "moves", "clocks"), ON_THE_WAY.values(), ids=ON_THE_WAY)
def test_each_clock_stops_with_what_it_waits_for(
    target: Target, moves: list[Move], clocks: set[str]
) -> None:
    assert set(running(the_referral(go(asked(target), *moves, text="So")))) == clocks


def test_the_clock_that_counts_now_is_the_due_date() -> None:
    waiting = asked(SPEECH)
    assert the_referral(waiting).due_at == in_working_days(5, FRIDAY)
    assert the_referral(go(waiting, Move.ACCEPT)).due_at == in_weeks(18, FRIDAY)
    assert the_referral(asked(EHC)).due_at == in_weeks(6, FRIDAY)
    assert the_referral(go(asked(EHC), Move.ACCEPT)).due_at == in_weeks(20, FRIDAY)


def test_a_pause_stops_no_clock_and_moves_no_due_date() -> None:
    paused = go(asked(SPEECH), Move.ACCEPT, Move.PAUSE, text="A new baby")
    resumed = go(paused, Move.RESUME)
    for concern in (paused, resumed):
        assert running(the_referral(concern))["COMM-18"].due_at == in_weeks(18, FRIDAY)
    assert "OUR-PAUSE" not in running(the_referral(resumed))


def test_a_second_question_starts_a_second_clock_and_the_first_is_kept() -> None:
    twice = go(asked(SPEECH), Move.ASK, Move.ANSWER, Move.ASK, text="Since when?")
    first, second = (one for one in the_referral(twice).clocks if one.clock == "OUR-INFO")
    assert first.stopped_at == LATER
    assert second.is_running
    assert second.due_at == in_working_days(10, LATER)


def test_the_first_clock_survives_two_redirections_and_the_decision_starts_anew() -> None:
    concern = asked(SPEECH)
    change = moved(concern, Move.REDIRECT, the_referral(concern).id, to=PAEDIATRICS, text="x")
    again = moved(change.concern, Move.REDIRECT, newest(change).id, to=SPEECH, text="x")
    third = running(newest(again))
    assert third["COMM-18"] == running(the_referral(concern))["COMM-18"]
    assert third["OUR-TRIAGE"].started_at == LATER


def test_a_return_pauses_nothing() -> None:
    concern = asked(SPEECH)
    change = moved(
        concern, Move.RETURN, the_referral(concern).id,
        text="Too early", next_step="Look again", taker=PAEDIATRICS,
    )  # fmt: skip
    assert running(newest(change))["COMM-18"].started_at == FRIDAY


def test_what_has_climbed_goes_on_climbing_where_it_is_passed_on() -> None:
    concern = asked(SPEECH)
    first = the_referral(concern)
    late = tuple(replace(one, rungs=3) if one.clock == "COMM-18" else one for one in first.clocks)
    concern = an_open_concern(replace(first, clocks=late, level=2))
    new = newest(moved(concern, Move.REDIRECT, first.id, to=PAEDIATRICS, text="x"))
    assert running(new)["COMM-18"].rungs == 3
    assert new.level == 2


def test_the_law_counts_from_the_first_request_to_the_authority() -> None:
    concern = asked(SPEECH)
    change = moved(concern, Move.REDIRECT, the_referral(concern).id, to=EHC, text="x")
    assert running(newest(change))["EHC-FINAL"].started_at == LATER
    later = moved(change.concern, Move.REDIRECT, newest(change).id, to=OTHER_EHC, text="x")
    assert running(newest(later))["EHC-FINAL"].started_at == LATER


def test_two_concerns_of_one_child_have_clocks_of_their_own() -> None:
    first, second = asked(SPEECH), asked(SPEECH, now=LATER)
    assert the_referral(go(first, Move.ACCEPT)).due_at == in_weeks(18, FRIDAY)
    assert running(the_referral(second))["COMM-18"].started_at == LATER


def test_a_desk_that_looks_again_has_its_time_again() -> None:
    concern = asked(DESK)
    placed = moved(concern, Move.PLACE, the_referral(concern).id, to=SPEECH, text="x")
    assert "DESK" not in running(placed.concern.referrals[0])
    back = moved(placed.concern, Move.RETURN, newest(placed).id, text="No", next_step="Look")
    desk = next(one for one in back.concern.referrals if one.kind is Kind.DESK)
    assert running(desk)["DESK"].started_at == LATER


def test_help_has_started_when_all_four_parts_are_recorded_and_each_keeps_its_day() -> None:
    seen = the_referral(go(asked(CAMHS), Move.ACCEPT, Move.START))
    steps = [
        ({HelpPart.BASELINE}, State.ASSESSING),
        ({HelpPart.BASELINE}, State.SUPPORTING),
        ({HelpPart.BASELINE, HelpPart.PLAN}, State.SUPPORTING),
    ]
    for days, (recorded, state) in enumerate(steps, start=1):
        after = replace(seen, recorded=frozenset(recorded), state=state)
        now = LATER + timedelta(days=days)
        clocks = clocks_after(seen, after, now=now, rules=RULES)
        seen = replace(after, clocks=clocks)
    help_ = next(one for one in seen.clocks if one.clock == "CAMHS-HELP")
    assert [one.part for one in help_.partial] == ["assessment", "baseline", "intervention", "plan"]
    assert help_.partial[1].at == LATER + timedelta(days=1)
    assert help_.stopped_at == LATER + timedelta(days=3)


def test_a_family_that_hears_something_is_next_written_to_later() -> None:
    offered = the_referral(go(asked(SPEECH), Move.ACCEPT))
    assert running(offered)["OUR-KEEPINTOUCH"].due_at == in_weeks(8, LATER)
    heard = replace(offered, last_contact=LATER + timedelta(weeks=3))
    clocks = clocks_after(offered, heard, now=LATER + timedelta(weeks=3), rules=RULES)
    first, second = (one for one in clocks if one.clock == "OUR-KEEPINTOUCH")
    assert first.stopped_at == second.started_at == LATER + timedelta(weeks=3)


def test_what_is_older_than_the_clocks_gets_them_with_its_next_move() -> None:
    old = a_referral(id=ReferralId("old"), made_at=FRIDAY - timedelta(days=400))
    received = replace(old, state=State.RECEIVED)
    clocks = {one.clock: one for one in clocks_after(old, received, now=LATER, rules=RULES)}
    assert clocks["OUR-TRIAGE"].started_at == old.made_at
    assert clocks["COMM-18"].started_at == old.first_received_at


#: When it was received, at which service, and on which London date which clock ends.
ENDS = {
    "in the last second of a day": ("2026-03-06T23:59:59", SPEECH, "OUR-TRIAGE", "2026-03-13"),
    "in the last second of a summer day": (
        "2026-07-15T22:59:59", SPEECH, "OUR-TRIAGE", "2026-07-22",
    ),
    "a second after it": ("2026-07-15T23:00:00", SPEECH, "OUR-TRIAGE", "2026-07-23"),
    "before the clocks go forward": ("2026-03-27T10:00:00", SPEECH, "COMM-18", "2026-07-31"),
    "before the clocks go back": ("2026-10-23T10:00:00", SPEECH, "COMM-18", "2027-02-26"),
    "on a leap day": ("2028-02-29T10:00:00", NEURO, "AUTISM-START", "2028-05-29"),
    "before a leap day": ("2027-11-30T10:00:00", NEURO, "AUTISM-START", "2028-02-29"),
    "before Easter": ("2026-04-01T10:00:00", SPEECH, "OUR-TRIAGE", "2026-04-10"),
    "on Good Friday": ("2026-04-03T10:00:00", SPEECH, "OUR-ACK", "2026-04-08"),
    "before Christmas": ("2026-12-23T10:00:00", SPEECH, "OUR-TRIAGE", "2027-01-04"),
    "on New Year's Eve": ("2026-12-31T10:00:00", SPEECH, "OUR-ACK", "2027-01-05"),
    "twenty weeks over Christmas": ("2026-10-01T10:00:00", EHC, "EHC-FINAL", "2027-02-18"),
}  # fmt: skip


@pytest.mark.parametrize(("received", "target", "clock", "day"), ENDS.values(), ids=ENDS)
def test_on_which_day_it_ends(received: str, target: Target, clock: str, day: str) -> None:
    now = datetime.fromisoformat(received).replace(tzinfo=UTC)
    due = running(the_referral(asked(target, now=now)))[clock].due_at
    summer = timedelta(hours=1) if due.hour == 22 else timedelta()
    assert (due + summer).isoformat() == f"{day}T23:59:59+00:00"


def test_an_urgent_decision_is_due_in_one_working_day() -> None:
    assert the_referral(asked(SPEECH, "urgent")).due_at == in_working_days(1, FRIDAY)


def test_a_new_version_of_a_clock_leaves_what_is_open_unless_it_says_otherwise() -> None:
    before = the_referral(asked(SPEECH))
    for applies, count in ((False, 18), (True, 12)):
        rules = with_version("COMM-18", valid_from=LATER.date(), weeks=12, applies=applies)
        after = replace(before, state=State.RECEIVED)
        clocks = {one.clock: one for one in clocks_after(before, after, now=LATER, rules=rules)}
        assert clocks["COMM-18"].due_at == in_weeks(count, FRIDAY)


def with_version(id: str, *, valid_from: date, weeks: int, applies: bool) -> ClockRules:
    """The rules once this clock has a new limit from that day on."""
    old = next(clock for clock in RULES.clocks if clock.id == id)
    ended = replace(old, valid_to=valid_from - timedelta(days=1))
    new = replace(
        old,
        limit=Limit(count=weeks, unit=Unit.WEEKS),
        valid_from=valid_from,
        applies_to_open=applies,
    )
    kept = tuple(clock for clock in RULES.clocks if clock.id != id)
    return replace(RULES, clocks=(*kept, ended, new))


def test_help_that_has_started_is_not_waited_for_again_at_the_next_service() -> None:
    begun = go(asked(CAMHS), Move.ACCEPT, Move.START)
    parts = frozenset({HelpPart.BASELINE, HelpPart.PLAN, HelpPart.INTERVENTION})
    done = moved(begun, Move.RECORD, the_referral(begun).id, recorded=parts)
    assert "CAMHS-HELP" not in running(the_referral(done.concern))
    passed = moved(done.concern, Move.REDIRECT, the_referral(begun).id, to=CAMHS_TOO, text="x")
    assert "CAMHS-HELP" not in running(newest(passed))


def test_a_part_that_is_recorded_later_is_kept_with_its_day_and_the_limit_runs_on() -> None:
    begun = go(asked(CAMHS), Move.ACCEPT)
    plan = frozenset({HelpPart.PLAN})
    first = moved(begun, Move.RECORD, the_referral(begun).id, recorded=plan)
    clock = running(the_referral(first.concern))["CAMHS-HELP"]
    assert [(one.part, one.at) for one in clock.partial] == [(HelpPart.PLAN, LATER)]
    assert the_referral(first.concern).state is State.ACCEPTED
    assert first.happened == ()

"""How a referral that waits too long climbs: when, whom it reaches, and what stops it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from services.referral.domain.changes import make_referrals
from services.referral.domain.clocks import Unit, used_at
from services.referral.domain.concern import Target
from services.referral.domain.escalation import Climb, climb, in_time, next_climb_at
from services.referral.domain.ladders import Ladder
from services.referral.domain.moves import Move, State
from services.referral.domain.referral import Referral, ServiceId
from services.referral.domain.rungs import ClockRules
from services.referral.domain.running import ClockException, Risk
from services.referral.domain.working_days import LONDON
from shared.contract import Audience
from tests.referral.builders import an_open_concern
from tests.referral.domain.rounds import LATER, RULES, SPEECH, given_at, in_working_days, moved
from tests.referral.fakes import FRIDAY

EHC = Target(service=ServiceId("ehc"))
YEARS = timedelta(days=800)


def a_new_referral(
    target: Target = SPEECH,
    priority: str = "routine",
    risks: frozenset[Risk] = frozenset(),
    now: datetime = FRIDAY,
) -> Referral:
    concern = an_open_concern(referrals=())
    made = make_referrals(concern, [(target, "because")], priority, given_at(now), risks=risks)
    return made.concern.referrals[0]


def accepted(referral: Referral, now: datetime = FRIDAY) -> Referral:
    after = replace(referral, state=State.ACCEPTED, last_contact=now)
    return in_time(referral, after, now=now, rules=RULES)


def left_alone(
    referral: Referral, until: datetime, rules: ClockRules = RULES
) -> tuple[Referral, list[Climb]]:
    """Swept whenever it is due, until then."""
    taken: list[Climb] = []
    while (due := next_climb_at(referral, rules)) and due <= until:
        referral, climbs = climb(referral, due, rules)
        taken += climbs
    return referral, taken


def rungs(climbs: list[Climb], clock: str) -> list[tuple[int, str]]:
    """Level and London date of each rung that the clock took."""
    return [
        (one.rung.level, one.at.astimezone(LONDON).date().isoformat())
        for one in climbs
        if one.clock == clock
    ]


# FRIDAY is 20 November 2026; a decision is due on the 27th.
DECISION = [
    (0, "2026-11-26"),
    (1, "2026-11-28"),
    (2, "2026-12-05"),
    (3, "2026-12-12"),
    (4, "2027-11-20"),
]
SWIFT = [(0, "2026-11-23"), (2, "2026-11-24"), (3, "2026-11-26"), (4, "2026-12-08")]
LAW = [(0, "2026-12-22"), (2, "2026-12-28"), (4, "2027-01-02")]


@pytest.mark.parametrize(
    ("referral", "clock", "expected"),
    [
        (a_new_referral(), "OUR-TRIAGE", DECISION),
        (a_new_referral(priority="urgent"), "OUR-TRIAGE", SWIFT),
        (a_new_referral(EHC), "EHC-DECIDE", LAW),
        (a_new_referral(EHC, priority="urgent"), "EHC-DECIDE", LAW),
    ],
    ids=["a decision", "an urgent decision", "the law", "the law, urgent"],
)
def test_a_referral_left_alone_climbs_rung_by_rung(
    referral: Referral, clock: str, expected: list[tuple[int, str]]
) -> None:
    _, climbs = left_alone(referral, FRIDAY + YEARS)
    assert rungs(climbs, clock) == expected


@pytest.mark.parametrize("risk", Risk)
def test_a_child_at_risk_skips_a_level(risk: Risk) -> None:
    _, climbs = left_alone(a_new_referral(risks=frozenset({risk})), FRIDAY + YEARS)
    assert [level for level, _ in rungs(climbs, "OUR-TRIAGE")] == [0, 2, 3, 4]


def test_more_people_are_told_the_higher_it_climbs_and_the_family_when_it_is_overdue() -> None:
    _, climbs = left_alone(a_new_referral(), FRIDAY + YEARS)
    told = {one.rung.level: set(one.rung.tells) for one in climbs if one.clock == "OUR-TRIAGE"}
    assert told[0] == {Audience.SERVICE}
    assert told[1] == {Audience.SERVICE, Audience.REFERRER, Audience.FAMILY}
    assert told[2] == {Audience.MANAGER, Audience.COORDINATOR}
    assert Audience.AREA in told[3]
    assert Audience.LEADERS in told[4]


def test_the_highest_rung_raises_the_priority() -> None:
    referral, _ = left_alone(a_new_referral(), FRIDAY + YEARS)
    assert (referral.level, referral.priority) == (4, "urgent")


def test_a_clock_that_runs_along_with_another_climbs_with_it_only() -> None:
    _, climbs = left_alone(a_new_referral(), FRIDAY + YEARS)
    assert {one.clock for one in climbs} == {"OUR-ACK", "OUR-TRIAGE", "COMM-18"}


def test_after_a_month_of_downtime_each_sweep_takes_one_rung_a_clock() -> None:
    referral, levels = a_new_referral(), []
    now = FRIDAY + timedelta(days=40)
    while True:
        referral, climbs = climb(referral, now, RULES)
        if not climbs:
            break
        assert len({one.clock for one in climbs}) == len(climbs)
        levels.append(referral.level)
    assert levels == [0, 1, 2, 3]


def test_nothing_climbs_before_it_is_due_and_all_at_that_second() -> None:
    referral = a_new_referral()
    due = next_climb_at(referral, RULES)
    assert due
    assert climb(referral, due - timedelta(seconds=1), RULES) == (referral, ())
    assert climb(referral, due, RULES)[1]


def test_a_second_sweep_of_the_same_instant_does_nothing() -> None:
    referral, _ = left_alone(a_new_referral(), LATER)
    assert climb(referral, LATER, RULES) == (referral, ())
    assert referral.next_escalation_at == next_climb_at(referral, RULES)


def test_an_acknowledgement_does_not_stop_the_climb_and_ends_with_it() -> None:
    referral, _ = left_alone(a_new_referral(), in_working_days(5, FRIDAY) + timedelta(hours=1))
    seen = tuple(replace(one, acknowledged_at=LATER) for one in referral.clocks)
    acknowledged = replace(referral, clocks=seen)
    assert next_climb_at(acknowledged, RULES) == next_climb_at(referral, RULES)
    after, climbs = climb(acknowledged, LATER, RULES)
    climbed = {one.clock for one in climbs}
    assert climbed
    for clock in after.clocks:
        assert (clock.acknowledged_at is None) == (clock.clock in climbed)


@pytest.mark.parametrize("move", [Move.RETURN, Move.WITHDRAW, Move.ENTER_IN_ERROR])
def test_what_has_ended_never_climbs(move: Move) -> None:
    concern = an_open_concern(a_new_referral())
    said = {"text": "x", "next_step": "y"}
    ended = moved(concern, move, concern.referrals[0].id, **said).concern.referrals[0]
    assert ended.next_escalation_at is None
    assert climb(ended, FRIDAY + YEARS, RULES) == (ended, ())


def test_while_the_family_pauses_only_the_pause_can_take_too_long() -> None:
    waiting = accepted(a_new_referral())
    paused = in_time(
        waiting,
        replace(waiting, state=State.PAUSED, resumes=State.ACCEPTED),
        now=FRIDAY,
        rules=RULES,
    )
    after, climbs = left_alone(paused, FRIDAY + YEARS)
    assert {one.clock for one in climbs} == {"OUR-PAUSE"}
    resumed = in_time(
        after, replace(after, state=State.ACCEPTED, resumes=None), now=LATER, rules=RULES
    )
    assert resumed.level == after.level
    assert next_climb_at(resumed, RULES) is not None


def an_exception(clock: str, to: date) -> ClockException:
    return ClockException(
        code="E4", clock=clock, from_=FRIDAY.date(), to=to, evidence="A letter",
        decided_by="Practitioner/maria", decided_at=FRIDAY,
    )  # fmt: skip


def test_an_exception_moves_no_due_date_and_is_named_with_each_rung() -> None:
    referral = a_new_referral()
    excused = replace(referral, exceptions=(an_exception("OUR-TRIAGE", date(2026, 11, 25)),))
    assert excused.clocks == referral.clocks
    _, climbs = left_alone(excused, LATER)
    assert rungs(climbs, "OUR-TRIAGE") == DECISION[:4]
    assert all("exception E4 applies" in one.why for one in climbs if one.clock == "OUR-TRIAGE")


def test_when_the_last_exception_of_a_late_clock_runs_out_the_area_is_told() -> None:
    excused = replace(a_new_referral(), exceptions=(an_exception("OUR-TRIAGE", date(2026, 12, 2)),))
    _, climbs = left_alone(excused, LATER)
    assert rungs(climbs, "OUR-TRIAGE")[:3] == [*DECISION[:2], (3, "2026-12-03")]


def test_a_rung_says_by_which_rule_dates_and_calendar() -> None:
    _, climbs = left_alone(a_new_referral(), LATER)
    (overdue,) = (one for one in climbs if one.clock == "OUR-TRIAGE" and one.rung.level == 1)
    assert overdue.why == (
        "OUR-TRIAGE of 1 September 2024, 5 working days (Anyshire partnership standard (invented "
        "demo area)) ran from 20 November 2026 to 27 November 2026 in working days of England and "
        "Wales; on 28 November 2026 it is over, so ladder “standard” of 1 September 2024 goes to "
        "level 1."
    )


def a_later_ladder(*, applies: bool) -> ClockRules:
    """The standard ladder from 1 December 2026 on knows one rung only, as soon as it is late."""
    old = next(one for one in RULES.ladders if one.id == "standard")
    top: Ladder = replace(
        old,
        rungs=(replace(old.rungs[1], level=3),),
        valid_from=date(2026, 12, 1),
        applies_to_open=applies,
    )
    ended = replace(old, valid_to=date(2026, 11, 30))
    others = tuple(one for one in RULES.ladders if one.id != "standard")
    return replace(RULES, ladders=(*others, ended, top))


def test_what_waits_goes_on_by_the_ladder_it_started_under() -> None:
    _, climbs = left_alone(a_new_referral(), LATER, a_later_ladder(applies=False))
    assert rungs(climbs, "OUR-TRIAGE") == DECISION[:4]


def test_a_new_ladder_may_say_that_it_applies_to_what_waits() -> None:
    _, climbs = left_alone(a_new_referral(), LATER, a_later_ladder(applies=True))
    assert rungs(climbs, "OUR-TRIAGE") == [*DECISION[:2], (3, "2026-12-01")]


def test_a_clock_older_than_every_ladder_climbs_all_the_same() -> None:
    _, climbs = left_alone(a_new_referral(now=datetime(2020, 3, 2, tzinfo=UTC)), LATER)
    assert climbs == []  # no clock was in force then, so nothing was late
    old = replace(a_new_referral(), clocks=tuple(
        replace(one, started_at=datetime(2020, 3, 2, tzinfo=UTC)) for one in a_new_referral().clocks
    ))  # fmt: skip
    assert next_climb_at(old, RULES)


#: 75 % of the time from one date to another, by the unit of the limit.
USED = {
    "five working days": ("2026-11-20", "2026-11-27", Unit.WORKING_DAYS, "2026-11-26T18:00:00"),
    "one working day over a weekend": (
        "2026-11-20", "2026-11-23", Unit.WORKING_DAYS, "2026-11-23T18:00:00",
    ),
    "over Christmas": ("2026-12-23", "2027-01-04", Unit.WORKING_DAYS, "2026-12-31T18:00:00"),
    "eighteen weeks": ("2026-11-20", "2027-03-26", Unit.WEEKS, "2027-02-23T12:00:00"),
    "on the day the clocks go back": (
        "2026-10-22", "2026-10-26", Unit.DAYS, "2026-10-26T00:00:00",
    ),
    "in the longest day": ("2026-10-24", "2026-10-25", Unit.DAYS, "2026-10-25T17:45:00"),
    "in the shortest day": ("2026-03-28", "2026-03-29", Unit.DAYS, "2026-03-29T18:15:00"),
}  # fmt: skip


@pytest.mark.parametrize(("start", "end", "unit", "at"), USED.values(), ids=USED)
def test_when_three_quarters_of_a_limit_are_used(start: str, end: str, unit: Unit, at: str) -> None:
    first = datetime.fromisoformat(f"{start}T10:00:00").replace(tzinfo=LONDON).astimezone(UTC)
    last = datetime.fromisoformat(f"{end}T23:59:59").replace(tzinfo=LONDON).astimezone(UTC)
    used = used_at(75, first, last, unit, RULES.holidays)
    assert used.astimezone(LONDON).replace(tzinfo=None).isoformat() == at

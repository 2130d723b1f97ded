"""A referral that is left alone climbs by itself, and the right people are told at each step."""

from datetime import timedelta

from sqlalchemy import update
from sqlmodel import col

from services.referral.demo.people import person
from services.referral.domain.concern import AskState
from services.referral.domain.moves import Move
from services.referral.records.runs import Tally
from services.referral.records.tables import QueueRow, ResourceRow
from services.referral.use_cases.escalation_report import escalation_report
from services.referral.use_cases.reindex import reindex
from tests.referral.anyshire import ONLOOKER
from tests.referral.builders import a_concern
from tests.referral.fakes import FRIDAY
from tests.referral.turns.waits import (
    A_YEAR,
    BEFORE,
    LATER,
    NUDGED,
    OVERDUE,
    TWO_WEEKS,
    Wait,
    audiences,
    escalations,
    queue_row,
)
from tests.referral.use_cases.reading import audits

STEPS = (BEFORE, NUDGED, OVERDUE, LATER, TWO_WEEKS, A_YEAR)


def named(key: str) -> str:
    return f"Practitioner/{person(key).id}"


def test_nothing_climbs_before_its_time(wait: Wait) -> None:
    assert wait.sweep(wait.at.clock() + timedelta(minutes=1)).tally.looked_at == 0
    assert wait.referral.level == 0
    assert wait.versions() == [0]


def test_left_alone_it_climbs_one_rung_after_the_other(wait: Wait) -> None:
    levels = []
    for now in STEPS[1:]:
        wait.sweep(now)
        levels.append(wait.referral.level)
    assert levels == [0, 1, 2, 3, 4]
    assert wait.versions() == [0, *levels]


def test_at_each_step_the_right_people_are_told(wait: Wait) -> None:
    """All the messages in one event, since nothing was passed on: each audience once."""
    told: list[set[str]] = []
    for now in STEPS[1:]:
        before = set().union(*told)
        wait.sweep(now)
        (event,) = escalations(wait.at.records, wait.task)
        told.append(audiences(event) - before)
    assert told == [
        {"service"},
        {"referrer", "family"},
        {"manager", "coordinator"},
        {"area"},
        {"leaders"},
    ]


def test_a_named_person_must_act_at_each_level_by_a_date_of_its_own(wait: Wait) -> None:
    for now in STEPS[1:]:
        wait.sweep(now)
    who = ["speech", "manager.north", "area", "leader"]
    assert [one.person for one in wait.actions] == [named(key) for key in who]
    assert all(one.due_at > one.made_at for one in wait.actions)
    assert {one.state for one in wait.actions} == {AskState.OPEN}
    assert "Agree a plan for this child" in wait.actions[1].text


def test_the_history_says_which_rule_which_dates_and_which_calendar(wait: Wait) -> None:
    wait.sweep(NUDGED)
    wait.sweep(OVERDUE)
    with wait.at.records.reading(ONLOOKER, now=OVERDUE) as record:
        traces = record.of_concern(wait.raised.concern, "Provenance")
    words = [one.json["activity"].get("text", "") for one in traces if one.last_updated == OVERDUE]
    about_it = next(one for one in words if "OUR-TRIAGE" in one)
    assert "20 November 2026" in about_it
    assert "27 November 2026" in about_it
    assert "working days of England and Wales" in about_it


def test_the_audit_says_which_clock_took_which_rung(wait: Wait) -> None:
    wait.sweep(NUDGED)
    lines = [one for one in audits(wait.at.records) if one.action == "escalate"]
    assert {(one.who, one.resource_id, one.detail) for one in lines} >= {
        ("Device/clock", wait.task, "OUR-TRIAGE 0")
    }


def test_a_second_sweep_at_the_same_instant_does_nothing(wait: Wait) -> None:
    wait.sweep(A_YEAR)
    assert wait.sweep(A_YEAR).climbed == ()
    assert wait.referral.level == 0


def test_after_a_month_without_a_sweep_it_climbs_one_rung_a_sweep(wait: Wait) -> None:
    levels, minute = [], timedelta(minutes=1)
    for number in range(8):
        wait.sweep(TWO_WEEKS + timedelta(days=30) + number * minute)
        levels.append(wait.referral.level)
    assert levels[:4] == [0, 1, 2, 3]
    assert set(levels[4:]) == {3}


def test_messages_that_were_not_sent_are_superseded_and_not_piled_up(wait: Wait) -> None:
    minute = timedelta(minutes=1)
    for number in range(6):
        wait.sweep(TWO_WEEKS + timedelta(days=30) + number * minute)
    (event,) = escalations(wait.at.records, wait.task)
    assert event["level"] == 3
    everybody = {"service", "referrer", "family", "manager", "coordinator", "area"}
    assert audiences(event) == everybody
    people = [(one["id"], one["audience"]) for one in event["recipients"]]
    assert len(people) == len(set(people))


def test_acting_on_it_stops_no_clock(wait: Wait) -> None:
    wait.sweep(NUDGED)
    wait.sweep(OVERDUE)
    (action,) = wait.actions
    wait.anyshire.answer(action.id, "Rang the family, first visit on Monday.", by="speech")
    assert wait.actions[0].state is AskState.DONE
    wait.sweep(LATER)
    assert wait.referral.level == 2


def test_what_has_ended_climbs_no_more_and_asks_nobody_any_more(wait: Wait) -> None:
    wait.sweep(NUDGED)
    wait.sweep(OVERDUE)
    wait.anyshire.withdraw(wait.raised.concern, "Moved away", by="nursery")
    assert wait.sweep(A_YEAR).climbed == ()
    assert [one.state for one in wait.actions] == [AskState.CANCELLED]


def test_what_is_accepted_is_late_for_its_triage_no_more(wait: Wait) -> None:
    wait.sweep(NUDGED)
    wait.sweep(OVERDUE)
    wait.anyshire.move(wait.task, Move.ACCEPT)
    assert [one.state for one in wait.actions] == [AskState.CANCELLED]
    wait.sweep(LATER)
    assert wait.referral.level == 1


def test_the_queue_rebuilt_from_the_records_is_the_live_one(wait: Wait) -> None:
    wait.sweep(NUDGED)
    wait.sweep(A_YEAR)
    live = {one.task_id: one.model_dump() for one in wait.anyshire.queue()}
    reindex(at=wait.at)
    assert {one.task_id: one.model_dump() for one in wait.anyshire.queue()} == live
    row = queue_row(wait)
    assert row.next_escalation_at == A_YEAR + timedelta(milliseconds=1)


def test_a_referral_that_cannot_be_read_holds_up_no_other(wait: Wait) -> None:
    broken = wait.anyshire.raise_(a_concern(is_new=True))
    with wait.at.records.database.write() as session:
        of_broken = [one.id for one in broken.referrals]
        is_broken = col(ResourceRow.id).in_(of_broken)
        session.execute(update(ResourceRow).where(is_broken).values(body="{}"))
    swept = wait.sweep(NUDGED)
    assert swept.tally.errors == len(of_broken)
    assert wait.task in {one.task for one in swept.climbed}


def test_each_rung_says_who_is_told_in_words(wait: Wait) -> None:
    lines = escalation_report(NUDGED.isoformat(), at=wait.at)
    about_it = next(one for one in lines if wait.task in one and "  OUR-TRIAGE" in one)
    assert "OUR-TRIAGE  level 0 → 0  tells service (1)." in about_it
    assert lines[-1] == "2 looked at, 2 climbed, 0 not readable"


def test_where_a_new_policy_gives_more_time_it_is_looked_at_again_then(wait: Wait) -> None:
    """The row says that it is due, and the rules say that it is not: it is put right, once."""
    with wait.at.records.database.write() as session:
        of_task = col(QueueRow.task_id) == wait.task
        session.execute(update(QueueRow).where(of_task).values(next_escalation_at=FRIDAY))
    due = queue_row(wait).next_escalation_at
    assert due == FRIDAY
    now = FRIDAY + timedelta(minutes=1)
    assert wait.sweep(now).tally == Tally(looked_at=1)
    assert wait.sweep(now + timedelta(minutes=1)).tally == Tally()
    assert queue_row(wait).next_escalation_at == wait.referral.next_escalation_at

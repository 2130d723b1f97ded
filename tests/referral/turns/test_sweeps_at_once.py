"""Several at once: schedulers, and a person who accepts in the instant of the sweep."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import ClauseElement, insert, text
from sqlmodel import Session, col, select

from services.referral.domain.moves import Move, State
from services.referral.records.resource import Resource
from services.referral.records.store import Records
from services.referral.records.sweeps import Due, due_query, parts_query
from services.referral.records.tables import QueueRow, ResourceRow
from services.referral.use_cases.escalate_overdue import Swept, escalate_overdue, sweep_in_turn
from services.referral.use_cases.workplace import Workplace
from shared.database import Database
from shared.errors import Stale
from tests.referral.anyshire import ONLOOKER
from tests.referral.builders import a_concern
from tests.referral.races import at_once
from tests.referral.turns.waits import (
    BEFORE,
    NUDGED,
    OVERDUE,
    TWO_WEEKS,
    Wait,
    escalations,
    queue_row,
)


def _others(wait: Wait, count: int) -> list[Wait]:
    return [
        Wait(wait.anyshire, wait.at, wait.anyshire.raise_(a_concern(is_new=True)))
        for _ in range(count)
    ]


def _replicas(wait: Wait, count: int) -> list[Workplace]:
    """Each with connections of its own, as a process has."""
    url = wait.at.records.database.url.render_as_string(hide_password=False)
    return [
        Workplace(records=Records(Database(url)), rules=wait.at.rules, clock=wait.at.clock)
        for _ in range(count)
    ]


@pytest.mark.parametrize("replicas", [2, 4])
def test_several_schedulers_over_twenty_minutes_escalate_each_once(
    wait: Wait, replicas: int
) -> None:
    waits = [wait, *_others(wait, 4)]
    places = _replicas(wait, replicas)
    wait.anyshire.clock.now = TWO_WEEKS + timedelta(days=30)
    for _ in range(20):
        ended = at_once(*(_in_turn(at) for at in places))
        assert sum(one is not None for one in ended) == 1, ended
        wait.anyshire.clock.pass_(minutes=1)
    for one in waits:
        assert one.versions() == [0, 0, 1, 2, 3]
    for at in places:
        at.records.database.close()


def _in_turn(at: Workplace) -> Callable[[], object]:
    return lambda: sweep_in_turn(at=at)


@pytest.mark.parametrize("replicas", [2, 4])
def test_without_a_lease_the_rows_alone_let_nobody_act_twice(wait: Wait, replicas: int) -> None:
    """As if every lease were lost: all of them sweep the same instant."""
    waits = [wait, *_others(wait, 7)]
    places = _replicas(wait, replicas)
    now = TWO_WEEKS + timedelta(days=30)
    for minute in range(8):
        instant = now + timedelta(minutes=minute)
        ended = at_once(*(_sweep(at, instant) for at in places))
        assert all(isinstance(one, Swept) and not one.tally.errors for one in ended), ended
    for one in waits:
        assert one.versions() == [0, 0, 1, 2, 3]
        assert len(one.actions) == 3
    for at in places:
        at.records.database.close()


def _sweep(at: Workplace, now: datetime) -> Callable[[], Swept]:
    return lambda: escalate_overdue(at=at, now=now, size=3)


def test_fifty_due_in_one_second_all_climb(wait: Wait) -> None:
    waits = [wait, *_others(wait, 24)]
    swept = escalate_overdue(at=wait.at, now=NUDGED, size=7)
    assert {one.task for one in swept.climbed} >= {one.task for one in waits}
    assert swept.tally.looked_at == swept.tally.acted_on == len(swept.climbed) == 50


@pytest.mark.parametrize("attempt", range(4))
def test_a_person_accepts_in_the_instant_of_the_sweep(wait: Wait, attempt: int) -> None:
    """One wins: nothing is half done, and the person who was slower is told."""
    wait.sweep(NUDGED)
    told = len(escalations(wait.at.records, wait.task))
    version = wait.referral.version
    wait.anyshire.clock.now = OVERDUE
    accepted, swept = at_once(
        lambda: wait.anyshire.move(wait.task, Move.ACCEPT, version=version),
        lambda: wait.sweep(OVERDUE),
    )
    assert isinstance(swept, Swept), swept
    assert not swept.tally.errors
    referral, climbed = wait.referral, any(one.task == wait.task for one in swept.climbed)
    if isinstance(accepted, Resource):
        assert (referral.state, referral.level, climbed) == (State.ACCEPTED, 0, False)
        assert not wait.actions
    else:
        assert isinstance(accepted, Stale)
        assert (referral.state, referral.level, climbed) == (State.SUBMITTED, 1, True)
        assert len(wait.actions) == 1
    assert len(escalations(wait.at.records, wait.task)) == told
    assert queue_row(wait).version == referral.version


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_what_somebody_is_at_work_on_is_left_for_the_next_sweep(wait: Wait) -> None:
    """On SQLite the sweep waits for them instead."""
    (other,) = _others(wait, 1)
    replica = _replicas(wait, 1)[0]
    with replica.records.writing(ONLOOKER, now=NUDGED) as record:
        record.concern(wait.raised.concern)
        swept = wait.sweep(NUDGED)
    tasks = {one.task for one in swept.climbed}
    assert wait.task not in tasks
    assert other.task in tasks
    assert wait.task in {one.task for one in wait.sweep(NUDGED + timedelta(minutes=1)).climbed}
    replica.records.database.close()


@pytest.mark.parametrize("is_first", [True, False], ids=["first batch", "next batch"])
def test_both_databases_find_what_is_due_by_the_partial_index(wait: Wait, is_first: bool) -> None:
    """With 4,000 open that are not due; the plan must not read them."""
    database = wait.at.records.database
    row = queue_row(wait).model_dump()
    later = OVERDUE + timedelta(days=500)
    rows = [
        {
            **row,
            "task_id": f"{number:05}",
            "next_escalation_at": later + timedelta(minutes=number),
        }
        for number in range(4000)
    ]
    with wait.at.records.writing(ONLOOKER, now=NUDGED) as record:
        record.session.execute(insert(QueueRow), rows)
    with database.engine.connect() as owner:  # nobody else's ANALYZE is heard
        owner.execute(text("ANALYZE queue"))
        owner.commit()
    with wait.at.records.writing(ONLOOKER, now=NUDGED) as record:
        session = record.session
        last = Due(at=BEFORE, task=wait.task, concern=wait.raised.concern)
        query = due_query(NUDGED, after=None if is_first else last, size=200)
        plan = _plan(session, query)
    assert "queue_next_escalation" in plan, plan
    assert "SCAN queue" not in plan, plan
    assert "Seq Scan" not in plan, plan
    assert "TEMP B-TREE" not in plan, plan


def test_what_a_due_concern_consists_of_is_found_by_the_concern(wait: Wait) -> None:
    """SQLite would rather read every Task there is when a few concerns are looked for."""
    database = wait.at.records.database
    concerns = [wait.raised.concern, *(f"{number:05}" for number in range(9))]
    with wait.at.records.writing(ONLOOKER, now=NUDGED) as record:
        session = record.session
        known = session.execute(select(ResourceRow).where(col(ResourceRow.id) == wait.task))
        row = known.scalar_one().model_dump()
        others = [{**row, "id": f"{n:05}", "concern_id": f"{n:05}"} for n in range(4000)]
        session.execute(insert(ResourceRow), others)
    if not database.is_sqlite:
        with database.engine.connect() as owner:
            owner.execute(text("ANALYZE resource"))
            owner.commit()
    with wait.at.records.writing(ONLOOKER, now=NUDGED) as record:
        plan = _plan(record.session, parts_query(concerns))
    assert "resource_of_concern" in plan, plan
    assert "Seq Scan" not in plan, plan


def _plan(session: Session, query: ClauseElement) -> str:
    dialect = session.connection().dialect.name
    sql = query.compile(session.connection(), compile_kwargs={"literal_binds": True})
    how = "EXPLAIN QUERY PLAN" if dialect == "sqlite" else "EXPLAIN"
    return "\n".join(str(line) for line in session.execute(text(f"{how} {sql}")))

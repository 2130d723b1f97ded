"""How long families wait is read from the queue, which is read from the records."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, text

from services.referral.domain.expected_wait import LEAST, ExpectedWait, Spread
from services.referral.domain.moves import Move
from services.referral.domain.working_days import london_date
from services.referral.records.tables import QueueRow
from services.referral.use_cases.circumstances import Rulebook
from shared.identity import Principal
from tests.referral.anyshire import ONLOOKER, Anyshire
from tests.referral.builders import a_family, service_id
from tests.referral.use_cases.reading import SPEECH

WEEK = timedelta(weeks=1)


def asked(anyshire: Anyshire, who: Principal = ONLOOKER) -> ExpectedWait:
    fresh = Rulebook(policies=anyshire.rules.policies, holidays=anyshire.rules.holidays)
    with anyshire.records.reading(who, now=anyshire.clock()) as record:
        return fresh.waits.at_service(record, service_id(SPEECH))


def families_wait(anyshire: Anyshire, count: int, weeks: int, *, seen: bool) -> None:
    """Rows as those of `count` referrals that began so many weeks ago and ended yesterday."""
    now = anyshire.clock()
    yesterday = now - timedelta(days=1)
    row = {
        "kind": "service",
        "open": True,
        "service_id": service_id(SPEECH),
        "owner": "x",
        "status": "x",
        "state": "assessing" if seen else "accepted",
        "priority": "routine",
        "priority_rank": 3,
        "due_at": now,
        "made_at": now,
        "first_received_at": yesterday - weeks * WEEK,
        "seen_at": yesterday if seen else None,
        "level": 0,
        "setting_id": "nursery",
        "child_id": "child",
        "version": 1,
        "tags": [],
    }
    rows = [
        {**row, "task_id": f"{weeks}-{seen}-{n}", "concern_id": f"concern-{n}"}
        for n in range(count)
    ]
    with anyshire.records.database.write() as session:
        session.execute(insert(QueueRow), rows)


def test_nobody_knows_how_long_it_is_at_a_new_service(anyshire: Anyshire) -> None:
    found = asked(anyshire)
    assert (found.completed, found.waiting) == (None, None)


def test_the_figures_are_those_of_the_last_year_and_of_this_service(anyshire: Anyshire) -> None:
    families_wait(anyshire, LEAST, 6, seen=True)
    families_wait(anyshire, LEAST + 1, 30, seen=False)
    found = asked(anyshire)
    assert found.on == london_date(anyshire.clock())
    assert found.completed == Spread(count=20, half=6, most=6)
    assert found.waiting == Spread(count=21, half=31, most=31), "weeks that have begun"
    anyshire.clock.pass_(days=365)
    assert asked(anyshire).completed is None, "what is older than a year is no guide"


def test_a_family_learns_the_figures_though_it_sees_none_of_the_rows(anyshire: Anyshire) -> None:
    families_wait(anyshire, LEAST, 6, seen=True)
    assert asked(anyshire, a_family("somebody")).completed == Spread(count=20, half=6, most=6)


@pytest.mark.parametrize("move", [Move.START, Move.SUPPORT])
def test_a_wait_ends_when_the_child_is_first_seen(anyshire: Anyshire, move: Move) -> None:
    raised = anyshire.raise_()
    task = anyshire.referral_at(SPEECH, raised)
    anyshire.move(task, Move.ACCEPT)
    assert anyshire.referral(raised, task).seen_at is None
    anyshire.clock.pass_(days=3)
    anyshire.move(task, move)
    first = anyshire.clock()
    assert anyshire.referral(raised, task).seen_at == first
    anyshire.clock.pass_(days=3)
    if move is Move.START:
        anyshire.move(task, Move.SUPPORT)
    [row] = [row for row in anyshire.queue() if row.task_id == task]
    assert row.seen_at == first, "and not when it is seen again"


def test_the_figures_of_a_day_do_not_change_during_it(anyshire: Anyshire) -> None:
    with anyshire.records.reading(ONLOOKER, now=anyshire.clock()) as record:
        before = anyshire.rules.waits.at_service(record, service_id(SPEECH))
    families_wait(anyshire, LEAST, 6, seen=True)
    with anyshire.records.reading(ONLOOKER, now=anyshire.clock()) as record:
        assert anyshire.rules.waits.at_service(record, service_id(SPEECH)) is before
    tomorrow = anyshire.clock() + timedelta(days=1)
    with anyshire.records.reading(ONLOOKER, now=tomorrow) as record:
        assert anyshire.rules.waits.at_service(record, service_id(SPEECH)).completed


def test_recent_waits_are_found_by_their_index(anyshire: Anyshire) -> None:
    question = (
        "SELECT first_received_at FROM queue WHERE service_id = 'x' AND seen_at >= '2026-01-01'"
    )
    with anyshire.records.database.read() as session:
        if anyshire.records.database.is_sqlite:
            plan = session.execute(text(f"EXPLAIN QUERY PLAN {question}")).all()
        else:
            session.execute(text("SET LOCAL enable_seqscan = off"))
            plan = session.execute(text(f"EXPLAIN {question}")).all()
    assert "queue_seen" in str(plan)

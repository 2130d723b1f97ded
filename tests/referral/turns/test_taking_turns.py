"""However many replicas want a slot, one gets it; whoever is killed is replaced."""

from collections.abc import Callable
from datetime import timedelta
from threading import Lock

import pytest

from services.referral.records.run_tables import RunRow
from services.referral.records.runs import LEASE, Tally, Turn, end, keep, newest_turns, take
from services.referral.records.store import Records
from services.referral.use_cases.circumstances import Rulebook
from services.referral.use_cases.take_turns import day_of, in_turn, minute_of
from services.referral.use_cases.workplace import Workplace
from shared.database import Database
from tests.referral.fakes import FRIDAY, Clock
from tests.referral.races import at_once

JOB = "sweep"


def a_turn(holder: str, slot: str = "1") -> Turn:
    return Turn(job=JOB, slot=slot, holder=holder)


def takes(database: Database, turn: Turn, *, after: timedelta = timedelta()) -> bool:
    with database.write() as session:
        return take(session, turn, now=FRIDAY + after)


def turns(database: Database) -> list[RunRow]:
    with database.read() as session:
        return sorted(newest_turns(session, size=100), key=lambda one: (one.job, one.slot))


def test_a_slot_that_was_taken_is_not_taken_again(database: Database) -> None:
    assert takes(database, a_turn("one"))
    with database.write() as session:
        end(session, a_turn("one"), Tally(looked_at=3, acted_on=2), error="", now=FRIDAY)
    assert not takes(database, a_turn("two"))
    assert not takes(database, a_turn("one"))
    (run,) = turns(database)
    assert (run.holder, run.looked_at, run.acted_on, run.ended_at) == ("one", 3, 2, FRIDAY)


def test_an_older_slot_is_never_made_up_for(database: Database) -> None:
    assert takes(database, a_turn("one", "2"))
    assert not takes(database, a_turn("two", "1"), after=LEASE)


def test_nobody_begins_while_somebody_is_at_work(database: Database) -> None:
    assert takes(database, a_turn("one", "1"))
    assert not takes(database, a_turn("two", "2"), after=LEASE - timedelta(seconds=1))


def test_whoever_was_killed_is_replaced_when_the_lease_ends(database: Database) -> None:
    assert takes(database, a_turn("killed", "1"))
    assert takes(database, a_turn("two", "2"), after=LEASE)
    with database.write() as session:
        assert not keep(session, a_turn("killed", "1"), now=FRIDAY + LEASE)
        assert keep(session, a_turn("two", "2"), now=FRIDAY + LEASE)
    assert [run.ended_at for run in turns(database)] == [None, None]


def test_whoever_keeps_the_lease_is_not_replaced(database: Database) -> None:
    assert takes(database, a_turn("slow", "1"))
    with database.write() as session:
        assert keep(session, a_turn("slow", "1"), now=FRIDAY + LEASE)
    assert not takes(database, a_turn("two", "2"), after=LEASE + timedelta(seconds=1))


def test_one_job_does_not_wait_for_another(database: Database) -> None:
    assert takes(database, a_turn("one"))
    assert takes(database, Turn(job="nightly", slot="1", holder="two"))


@pytest.mark.parametrize("replicas", [2, 4])
def test_of_several_schedulers_over_twenty_slots_each_slot_is_done_once(
    database: Database, rules: Rulebook, replicas: int
) -> None:
    """Each has connections of its own, as a process has."""
    done: list[str] = []
    lock = Lock()
    opened = [Database(_address(database)) for _ in range(replicas)]
    clock = Clock()
    places = [Workplace(records=Records(one), rules=rules, clock=clock) for one in opened]

    def act(turn: Turn) -> Tally:
        with lock:
            done.append(turn.slot)
        return Tally(looked_at=1)

    def wants(at: Workplace) -> Callable[[], Tally | None]:
        return lambda: in_turn(JOB, minute_of(at.clock()), act, at=at)

    slots = []
    for _ in range(20):
        slots.append(minute_of(clock()))
        ended = at_once(*(wants(at) for at in places))
        assert sum(isinstance(one, Tally) for one in ended) == 1, ended
        assert sum(one is None for one in ended) == replicas - 1, ended
        clock.pass_(minutes=1)
    assert done == slots
    assert [(run.slot, run.looked_at) for run in turns(database)] == [(slot, 1) for slot in slots]
    for one in opened:
        one.close()


def _address(database: Database) -> str:
    return database.url.render_as_string(hide_password=False)


def test_what_goes_wrong_is_in_the_run_log_by_its_kind_alone(
    records: Records, rules: Rulebook, clock: Clock
) -> None:
    at = Workplace(records=records, rules=rules, clock=clock)

    def fails(_: Turn) -> Tally:
        raise ValueError("Vesper Rahimi-Okafor")

    with pytest.raises(ValueError, match="Vesper"):
        in_turn(JOB, "1", fails, at=at)
    (run,) = turns(records.database)
    assert (run.error, run.ended_at) == ("ValueError", clock())
    assert in_turn(JOB, "2", lambda _: Tally(), at=at) == Tally()


def test_a_minute_that_london_has_twice_is_two_slots_and_a_day_of_25_hours_one() -> None:
    first = FRIDAY.replace(month=10, day=25, hour=0, minute=30)
    second = first + timedelta(hours=1)
    assert minute_of(first) != minute_of(second)
    assert day_of(first) == day_of(second) == "2026-10-25"
    assert day_of(FRIDAY.replace(month=6, day=30, hour=23, minute=30)) == "2026-07-01"

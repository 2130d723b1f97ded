"""A look waits for the chain in the database, and not in the memory of a process."""

import subprocess
import sys

import pytest
from sqlalchemy import text

from services.referral.records.chain import verify
from services.referral.records.store import Records
from services.referral.records.waiting import BATCH, chain_waiting, keep_waiting
from shared.errors import NotAllowed, NotFound
from tests.referral.fakes import FRIDAY
from tests.referral.records.shelves import KEEPER, NURSERY, OTHER_NURSERY, keep_child_and_task
from tests.referral.use_cases.reading import audits

LOOK_AND_DIE = """
import os, signal, sys
from services.referral.records.store import Records
from shared.database import Database
from tests.referral.fakes import FRIDAY
from tests.referral.records.shelves import NURSERY
with Records(Database(sys.argv[1])).reading(NURSERY, now=FRIDAY) as record:
    record.note("read", record.resource("Task", "task-1"))
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def kept(records: Records) -> Records:
    keep_child_and_task(records)
    return records


def test_a_look_survives_the_process_that_is_killed_right_after(kept: Records) -> None:
    url = kept.database.url.render_as_string(hide_password=False)
    killed = subprocess.run([sys.executable, "-c", LOOK_AND_DIE, url], check=False)
    assert killed.returncode == -9
    (line,) = audits(kept)
    assert (line.who, line.action, line.resource_id) == ("Practitioner/nora", "read", "task-1")


def test_every_look_is_chained_once(kept: Records) -> None:
    for _ in range(3):
        with kept.reading(NURSERY, now=FRIDAY) as record:
            record.note("read", record.resource("Task", "task-1"))
    assert [chain_waiting(kept.database) for _ in range(2)] == [3, 0]
    assert verify(kept.database).lines == 3
    assert chain_waiting(kept.database) == 0


def test_more_than_a_batch_is_chained_in_one_go(kept: Records) -> None:
    with kept.reading(NURSERY, now=FRIDAY) as record:
        for _ in range(BATCH + 1):
            record.note("list")
    assert chain_waiting(kept.database) == BATCH + 1
    assert verify(kept.database).wrong == ""


def test_a_look_beside_a_write_is_kept_when_the_write_has_ended(kept: Records) -> None:
    with kept.writing(KEEPER, now=FRIDAY) as record:
        record.note("create")
        with kept.reading(NURSERY, now=FRIDAY) as looking:
            looking.note("read", looking.resource("Task", "task-1"))
        with pytest.raises(NotFound), kept.reading(OTHER_NURSERY, now=FRIDAY) as refused:
            refused.resource("Task", "task-1")
    assert [line.action for line in audits(kept)] == ["create", "read", "refuse"]


def test_it_is_kept_also_when_the_write_fails(kept: Records) -> None:
    with pytest.raises(ValueError, match="no"), kept.writing(KEEPER, now=FRIDAY) as record:
        record.note("create")
        with kept.reading(NURSERY, now=FRIDAY) as looking:
            looking.note("read", looking.resource("Task", "task-1"))
        raise ValueError("no")
    assert [line.action for line in audits(kept)] == ["read"]


def test_a_write_within_a_write_is_refused_and_does_not_wait_for_ever(kept: Records) -> None:
    with (
        pytest.raises(RuntimeError, match="open here already"),
        kept.writing(KEEPER, now=FRIDAY),
        kept.writing(KEEPER, now=FRIDAY),
    ):
        pass
    with kept.writing(KEEPER, now=FRIDAY) as record:
        record.note("create")
    assert [line.action for line in audits(kept)] == ["create"]


def test_a_look_that_comes_twice_is_chained_once_and_stops_nothing(kept: Records) -> None:
    with kept.reading(NURSERY, now=FRIDAY) as record:
        record.note("read")
    (first,) = record.noted
    chain_waiting(kept.database)
    keep_waiting(kept.database, [first, {**first, "id": "another"}])
    keep_waiting(kept.database, [first])
    assert sorted(line.id for line in audits(kept)) == [first["id"], "another"]
    assert verify(kept.database).wrong == ""


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_look_is_kept_when_the_database_was_restarted_in_between(kept: Records) -> None:
    with kept.reading(NURSERY, now=FRIDAY) as record:
        record.note("read")
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
    mine = f"{others} AND datname = current_database()"
    with kept.database.engine.connect() as connection:
        connection.execute(text(mine))
    with kept.reading(NURSERY, now=FRIDAY) as record:
        record.note("list")
    assert [line.action for line in audits(kept)] == ["read", "list"]


def test_who_asked_for_a_record_that_is_not_theirs_is_noted_with_the_child(kept: Records) -> None:
    with pytest.raises(NotFound), kept.reading(OTHER_NURSERY, now=FRIDAY) as record:
        record.resource("Task", "task-1")
    (line,) = audits(kept)
    assert (line.who, line.action, line.detail) == ("Practitioner/olu", "refuse", "not-found")
    assert (line.type, line.resource_id, line.child_id) == ("Task", "task-1", "child-1")
    assert {"audit", "area:Anyshire", "fam:child-1"} <= set(line.tags)


def test_a_write_that_is_refused_is_noted_though_nothing_was_written(kept: Records) -> None:
    with pytest.raises(NotAllowed), kept.writing(NURSERY, now=FRIDAY) as record:
        record.update(record.resource("Task", "task-1"), record.resource("Task", "task-1").json)
        record.note("update")
        raise NotAllowed("no")
    (line,) = audits(kept)
    assert (line.action, line.detail, line.resource_id) == ("refuse", "not-allowed", "task-1")


def test_what_nobody_keeps_is_noted_without_the_words_that_were_sent(kept: Records) -> None:
    with pytest.raises(NotFound), kept.reading(NURSERY, now=FRIDAY) as record:
        record.resource("Patient", "Zoya-Rahimi")
    (line,) = audits(kept)
    assert (line.type, line.resource_id, line.child_id) == ("Patient", None, None)


def test_the_services_own_jobs_are_refused_nothing(kept: Records) -> None:
    with pytest.raises(NotFound), kept.reading(KEEPER, now=FRIDAY) as record:
        record.resource("Task", "gone")
    assert audits(kept) == []

"""A look waits for the chain in the database, and not in the memory of a process."""

import subprocess
import sys

import pytest

from services.referral.records.chain import verify
from services.referral.records.store import Records
from services.referral.records.waiting import BATCH, chain_waiting
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

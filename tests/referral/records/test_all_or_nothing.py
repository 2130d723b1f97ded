"""A transaction is written whole or not at all."""

from datetime import timedelta

import pytest

from services.referral.records.store import Records
from shared.errors import Stale
from tests.referral.anyshire import row_counts
from tests.referral.fakes import FRIDAY
from tests.referral.records.shelves import (
    HERE,
    KEEPER,
    NOTHING_KNOWN,
    NURSERY,
    SPEECH,
    an_observation,
    keep,
    keep_child_and_task,
    keep_task,
)

LATER = FRIDAY + timedelta(hours=1)


def test_an_update_from_an_old_version_is_refused_and_writes_nothing(records: Records) -> None:
    keep_child_and_task(records)
    with records.writing(SPEECH, now=LATER) as record:
        first_seen = record.resource("Task", "task-1")
        record.update(first_seen, {**first_seen.json, "priority": "urgent"})
    before = row_counts(records)
    with pytest.raises(Stale), records.writing(NURSERY, now=LATER) as record:
        record.create(an_observation(), HERE)
        stale = record.update(first_seen, {**first_seen.json, "priority": "stat"})
        record.queue(stale, NOTHING_KNOWN)
        record.note("update", stale)
    assert row_counts(records) == before
    with records.reading(SPEECH, now=LATER) as record:
        kept = record.resource("Task", "task-1")
    assert (kept.version, kept.json["priority"]) == (2, "urgent")


def test_an_exception_in_the_middle_leaves_nothing_anywhere(records: Records) -> None:
    before = row_counts(records)
    with pytest.raises(ZeroDivisionError), records.writing(KEEPER, now=FRIDAY) as record:
        keep_task(record, "task-1")
        record.note("try")
        record.flush()
        raise ZeroDivisionError
    assert row_counts(records) == before
    assert set(before.values()) == {0}


def test_an_id_that_is_taken_is_not_written_over(records: Records) -> None:
    keep(records, (an_observation(), "observation-1"))
    before = row_counts(records)
    with pytest.raises(Exception, match=r"UNIQUE|duplicate key"):
        keep(records, (an_observation(status="amended"), "observation-1"))
    assert row_counts(records) == before

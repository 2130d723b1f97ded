"""A service's queue, page by page, while the world goes on."""

from datetime import timedelta

from services.referral.domain.moves import State
from services.referral.records.store import Records
from services.referral.records.worklists import After, Sought, count, worklist
from tests.referral.fakes import FRIDAY
from tests.referral.records.shelves import (
    KEEPER,
    NOTHING_KNOWN,
    SPEECH,
    keep_child_and_task,
    keep_task,
)


def pages(records: Records, *, size: int, between: int = 0) -> list[list[str]]:
    """The Tasks of each page; `between` pages as many new ones come in, due early and late."""
    found: list[list[str]] = []
    after: After | None = None
    for _ in range(50):
        with records.reading(SPEECH, now=FRIDAY) as record:
            lines = worklist(record, ["speech"], Sought(), size=size, after=after)
        if not lines:
            break
        found.append([line.row.task_id for line in lines])
        after = After(due_at=lines[-1].row.due_at, task=lines[-1].row.task_id)
        for number in range(between):
            days = len(found) if number % 2 else 99
            keep_child_and_task(
                records, f"new-{len(found)}-{number}", due_at=FRIDAY + timedelta(days=days)
            )
            between -= 1
    return found


def fill(records: Records) -> list[str]:
    """Twelve referrals, three due on each day, in the order in which they are due."""
    for number in range(12):
        due_at = FRIDAY + timedelta(days=number // 3)
        keep_child_and_task(records, f"task-{number:02}", due_at=due_at)
    return [f"task-{number:02}" for number in range(12)]


def test_the_pages_hold_everything_once_soonest_due_first(records: Records) -> None:
    expected = fill(records)
    for size in (1, 2, 4, 5, 12, 50):
        found = pages(records, size=size)
        assert [task for page in found for task in page] == expected
        assert all(len(page) == size for page in found[:-1])


def test_nothing_is_left_out_or_shown_twice_while_new_ones_come_in(records: Records) -> None:
    expected = fill(records)
    found = [task for page in pages(records, size=2, between=3) for task in page]
    assert len(found) == len(set(found))
    assert [task for task in found if task.startswith("task-")] == expected


def test_a_line_shows_the_child_and_the_concern(records: Records) -> None:
    keep_child_and_task(records)
    with records.reading(SPEECH, now=FRIDAY) as record:
        (line,) = worklist(record, ["speech"], Sought(), size=5)
    assert line.patient.json["name"] == [{"family": "Okoro"}]
    assert line.request.id == "concern-1"


def test_what_has_ended_is_in_no_queue(records: Records) -> None:
    keep_child_and_task(records, state=State.CLOSED)
    keep_child_and_task(records, "task-2", state=State.PAUSED)
    with records.reading(SPEECH, now=FRIDAY) as record:
        assert [line.row.task_id for line in worklist(record, ["speech"], Sought(), size=5)] == [
            "task-2"
        ]


def test_only_the_services_that_were_asked_for_are_listed(records: Records) -> None:
    keep_child_and_task(records)
    with records.writing(KEEPER, now=FRIDAY) as record:
        keep_task(record, "task-2", service="camhs")
    with records.reading(KEEPER, now=FRIDAY) as record:
        assert count(record, ["camhs"], Sought(), at_most=9) == 1
        assert count(record, ["speech", "camhs"], Sought(), at_most=9) == 2
        assert count(record, [], Sought(), at_most=9) == 0


def test_a_count_goes_no_further_than_it_must(records: Records) -> None:
    fill(records)
    with records.reading(SPEECH, now=FRIDAY) as record:
        assert count(record, ["speech"], Sought(), at_most=5) == 5
        assert count(record, ["speech"], Sought(), at_most=50) == 12


def test_a_task_stands_in_the_queue_once_however_often_it_is_written(records: Records) -> None:
    keep_child_and_task(records)
    for _ in range(3):
        with records.writing(KEEPER, now=FRIDAY) as record:
            task = record.resource("Task", "task-1")
            record.queue(record.update(task, {**task.json, "priority": "asap"}), NOTHING_KNOWN)
    with records.reading(SPEECH, now=FRIDAY) as record:
        (line,) = worklist(record, ["speech"], Sought(), size=5)
    assert (line.row.priority, line.row.version) == ("asap", 4)

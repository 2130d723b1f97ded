"""The audit is a chain: whatever is done to it behind our back is found, and most is refused."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from services.referral.records.chain import verify
from services.referral.records.store import Records
from services.referral.records.waiting import chain_waiting
from shared.database import Database
from tests.referral.fakes import FRIDAY
from tests.referral.records.shelves import KEEPER, NURSERY, keep_child_and_task
from tests.referral.tampering import without_triggers

LINES = 6


@pytest.fixture
def kept(records: Records) -> Database:
    """An audit of six lines."""
    keep_child_and_task(records)
    for number in range(LINES):
        with records.writing(KEEPER, now=FRIDAY) as record:
            record.note("look", record.resource("Task", "task-1"), f"code-{number}")
    return records.database


def _statement(*written: str) -> Callable[[Connection], None]:
    def run(connection: Connection) -> None:
        for one in written:
            connection.execute(text(one))

    return run


def _sets(column: str, value: str) -> Callable[[Connection], None]:
    return _statement(f"UPDATE audit SET {column} = {value} WHERE seq = 3")


_COPIED = "id, at, who, client, action, type, resource_id, version, child_id, detail, tags"


def _copied(seq: int, source: int, id: str = "'new'") -> str:
    rest = _COPIED.replace("id, at", "at", 1)
    return (
        f"INSERT INTO audit (seq, hash, id, {rest}) "
        f"SELECT {seq}, hash, {id}, {rest} FROM audit WHERE seq = {source}"
    )


#: What is done to the tables, and the line that is found to be wrong.
TAMPERINGS: dict[str, tuple[Callable[[Connection], None], str]] = {
    "another time": (_sets("at", "'2020-01-01 00:00:00+00:00'"), "Line 3 was changed"),
    "another person": (_sets("who", "'Practitioner/other'"), "Line 3 was changed"),
    "another client": (_sets("client", "'other'"), "Line 3 was changed"),
    "another action": (_sets("action", "'other'"), "Line 3 was changed"),
    "another type": (_sets("type", "NULL"), "Line 3 was changed"),
    "another resource": (_sets("resource_id", "'other'"), "Line 3 was changed"),
    "another version": (_sets("version", "7"), "Line 3 was changed"),
    "another child": (_sets("child_id", "NULL"), "Line 3 was changed"),
    "another detail": (_sets("detail", "''"), "Line 3 was changed"),
    "another id": (_sets("id", "'other'"), "Line 3 was changed"),
    "another hash": (_sets("hash", "'0'"), "Line 3 was changed"),
    "the first line removed": (_statement("DELETE FROM audit WHERE seq = 1"), "Line 1 was removed"),
    "a line removed": (_statement("DELETE FROM audit WHERE seq = 4"), "Line 4 was removed"),
    "the last removed": (_statement("DELETE FROM audit WHERE seq > 4"), "Line 5 was removed"),
    "everything removed": (_statement("DELETE FROM audit"), "Line 1 was removed"),
    "a gap closed": (
        _statement("DELETE FROM audit WHERE seq = 6", "UPDATE audit SET seq = 6 WHERE seq = 5"),
        "Line 5 was removed",
    ),
    "two swapped": (
        _statement(
            "UPDATE audit SET seq = 99 WHERE seq = 2",
            "UPDATE audit SET seq = 2 WHERE seq = 3",
            "UPDATE audit SET seq = 3 WHERE seq = 99",
        ),
        "Line 2 was changed",
    ),
    "one put in at the end": (_statement(_copied(7, 6)), "Line 7 was put in"),
    "one put in at the start": (_statement(_copied(0, 1)), "Line 0 was put in"),
    "one in another's place": (
        _statement("DELETE FROM audit WHERE seq = 5", _copied(5, 4)),
        "Line 5 was changed",
    ),
    "the head set back": (
        _statement("UPDATE audit_head SET seq = 4"),
        "Line 5 was put in behind the newest, 4",
    ),
    "the head's hash changed": (
        _statement("UPDATE audit_head SET hash = '0'"),
        "The head does not fit line 6",
    ),
    "the head removed": (_statement("DELETE FROM audit_head"), "Line 1 was put in"),
}


def test_an_audit_that_nobody_touched_is_whole(kept: Database) -> None:
    verdict = verify(kept)
    assert (verdict.lines, verdict.wrong) == (LINES, "")


def test_an_audit_with_nothing_in_it_is_whole(records: Records) -> None:
    assert verify(records.database).wrong == ""


@pytest.mark.parametrize("way", TAMPERINGS)
def test_whatever_is_done_to_it_the_first_wrong_line_is_named(kept: Database, way: str) -> None:
    tamper, found = TAMPERINGS[way]
    with kept.write() as session, without_triggers(session.connection()):
        tamper(session.connection())
    assert verify(kept).wrong.startswith(found)


def test_nobody_is_let_in_by_other_tags(kept: Database) -> None:
    tags = "'[]'" if kept.is_sqlite else "'{}'"
    with kept.write() as session, without_triggers(session.connection()):
        _sets("tags", tags)(session.connection())
    assert verify(kept).wrong.startswith("Line 3 was changed")


REFUSED = ("UPDATE audit SET who = 'other'", "DELETE FROM audit", "DELETE FROM audit_head")
#: SQLite knows no TRUNCATE.
REFUSED_BY = [("sqlite", one) for one in REFUSED] + [
    ("postgresql", one) for one in (*REFUSED, "TRUNCATE audit", "TRUNCATE audit_head")
]


@pytest.mark.parametrize(("database", "statement"), REFUSED_BY, indirect=["database"])
def test_the_database_itself_refuses_to_edit_it(kept: Database, statement: str) -> None:
    with pytest.raises(DBAPIError, match="cannot be edited"), kept.write() as session:
        session.execute(text(statement))
    assert verify(kept).lines == LINES


def test_when_the_head_is_gone_nothing_more_is_written(kept: Database) -> None:
    with kept.write() as session, without_triggers(session.connection()):
        session.execute(text("DELETE FROM audit_head"))
    records = Records(kept)
    with pytest.raises(DBAPIError), records.writing(KEEPER, now=FRIDAY) as record:
        record.note("look")


def test_a_use_case_that_fails_leaves_no_line(kept: Database) -> None:
    records = Records(kept)
    with pytest.raises(ValueError, match="no"), records.writing(KEEPER, now=FRIDAY) as record:
        record.note("look")
        raise ValueError("no")
    assert (verify(kept).lines, verify(kept).wrong) == (LINES, "")


def test_many_who_write_at_once_make_one_chain(records: Records) -> None:
    keep_child_and_task(records)

    def write(_: int) -> None:
        with records.writing(KEEPER, now=FRIDAY) as record:
            record.note("one")
            record.note("two", record.resource("Task", "task-1"))
        with records.reading(NURSERY, now=FRIDAY) as looking:
            looking.note("read", looking.resource("Task", "task-1"))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(write, range(20)))
        moved = sum(threads.map(lambda _: chain_waiting(records.database), range(4)))
    verdict = verify(records.database)
    assert (moved, verdict.lines, verdict.wrong) == (20, 60, "")


def test_the_chain_is_checked_as_it_is_at_one_moment(kept: Database) -> None:
    """Whoever writes meanwhile is no tamperer."""
    records = Records(kept)

    def write() -> None:
        for _ in range(40):
            with records.writing(KEEPER, now=FRIDAY) as record:
                record.note("look")

    with ThreadPoolExecutor(1) as thread:
        writing = thread.submit(write)
        while not writing.done():
            assert verify(kept).wrong == ""
        writing.result()
    assert verify(kept).lines == LINES + 40

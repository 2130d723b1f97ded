"""Short transactions on SQLite and PostgreSQL: whole or not at all, one after the other."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from shared.database import Database
from tests.databases import BACKENDS, fresh_postgres


@pytest.fixture(params=BACKENDS)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """With one table of numbered children, in which number 1 is taken."""
    if request.param == "sqlite":
        with _with_table(f"sqlite:///{tmp_path / 'folder' / 'test.db'}") as opened:
            yield opened
        return
    with (
        fresh_postgres(request.getfixturevalue("postgres")) as url,
        _with_table(url) as opened,
    ):
        yield opened


def _with_table(url: str) -> closing[Database]:
    database = Database(url)
    with database.write() as session:
        session.execute(text("CREATE TABLE child (number INTEGER PRIMARY KEY, steps INTEGER)"))
        session.execute(text("CREATE TABLE toy (child INTEGER REFERENCES child (number) NOT NULL)"))
        add(session, 1)
    return closing(database)


def add(session: Session, number: int) -> None:
    session.execute(text("INSERT INTO child VALUES (:number, 0)"), {"number": number})


def numbers(database: Database) -> list[int]:
    with database.read() as session:
        return list(session.scalars(text("SELECT number FROM child ORDER BY number")))


def test_what_was_written_is_there_for_the_next_reader(database: Database) -> None:
    with database.write() as session:
        add(session, 2)
    assert numbers(database) == [1, 2]


def test_after_an_exception_nothing_of_the_transaction_is_there(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.write() as session:
        add(session, 2)
        raise ZeroDivisionError
    assert numbers(database) == [1]


def test_after_a_refused_row_nothing_of_the_transaction_is_there(database: Database) -> None:
    with pytest.raises(IntegrityError), database.write() as session:
        add(session, 2)
        add(session, 1)
    assert numbers(database) == [1]


def test_what_is_only_read_is_never_kept(database: Database) -> None:
    with database.read() as session:
        add(session, 2)
    assert numbers(database) == [1]


def test_after_a_failure_the_next_may_write(database: Database) -> None:
    for number in (2, 3, 4):
        with pytest.raises(ZeroDivisionError), database.write() as session:
            add(session, number)
            raise ZeroDivisionError
    with database.write() as session:
        add(session, 5)
    assert numbers(database) == [1, 5]


def test_a_toy_belongs_to_a_child_that_exists(database: Database) -> None:
    with pytest.raises(IntegrityError), database.write() as session:
        session.execute(text("INSERT INTO toy VALUES (99)"))


def test_many_who_read_first_and_write_then_lose_no_step(database: Database) -> None:
    def step(_: int) -> None:
        with database.write() as session:
            lock = "" if database.is_sqlite else " FOR UPDATE"
            steps = session.scalar(text(f"SELECT steps FROM child WHERE number = 1{lock}"))
            session.execute(text("UPDATE child SET steps = :steps"), {"steps": steps + 1})

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(step, range(40)))
    with database.read() as session:
        assert session.scalar(text("SELECT steps FROM child")) == 40


def test_a_reader_is_not_held_up_by_a_writer(database: Database) -> None:
    with database.write() as session:
        add(session, 2)
        assert numbers(database) == [1]


def test_a_row_stays_readable_after_its_transaction(database: Database) -> None:
    with database.write() as session:
        row = session.execute(text("SELECT number FROM child")).one()
    assert row.number == 1


def test_sqlite_keeps_what_it_said_it_has_written(tmp_path: Path) -> None:
    with closing(Database(f"sqlite:///{tmp_path / 'test.db'}")) as database:
        with database.read() as session:
            settings = [
                session.scalar(text(f"PRAGMA {name}"))
                for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            ]
        assert settings == ["wal", 2, 1, 30_000]


@pytest.mark.parametrize("scheme", ["postgresql", "postgresql+psycopg"])
def test_an_address_of_postgresql_is_spoken_to_by_psycopg(scheme: str) -> None:
    with closing(Database(f"{scheme}://someone@nowhere.example/db")) as database:
        assert database.engine.dialect.driver == "psycopg"
        assert not database.is_sqlite

"""One way to open, read, write and migrate a database, the same on SQLite and PostgreSQL."""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any, TypeVar

import psycopg
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlmodel import Session

WRITES = "sooner_writes"

AnySession = TypeVar("AnySession", bound=Session)


class Database:
    """An engine, with short transactions that either read or write.

    On SQLite a process-wide lock is taken before `BEGIN IMMEDIATE`: a transaction that reads first
    and writes later would fail at once, whatever the busy time-out says.
    """

    def __init__(self, url: str) -> None:
        self.url = _with_driver(url)
        self.engine = _engine(self.url)
        self._light = _light_engine(self.url) if self.is_sqlite else self.engine
        self._write_lock = threading.Lock() if self.is_sqlite else nullcontext()

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    def read(self) -> AbstractContextManager[Session]:
        return self.read_as(Session)

    def write(self) -> AbstractContextManager[Session]:
        """Commit at the end, or undo everything when an exception leaves the block."""
        return self.write_as(Session)

    @contextmanager
    def read_as(self, kind: type[AnySession]) -> Iterator[AnySession]:
        with kind(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write_as(self, kind: type[AnySession]) -> Iterator[AnySession]:
        writing = self.engine.execution_options(**{WRITES: True})
        opened = kind(writing, expire_on_commit=False)
        with self._write_lock, opened as session, session.begin():
            yield session

    @contextmanager
    def write_lightly(self) -> Iterator[Connection]:
        """Commit without waiting for the disk: killing this process loses nothing, a failure of
        the machine's power perhaps the last second."""
        with self._write_lock, self._light.begin() as connection:
            if not self.is_sqlite:
                connection.exec_driver_sql("SET LOCAL synchronous_commit = off")
            yield connection

    def close(self) -> None:
        self.engine.dispose()
        self._light.dispose()


def pipelined(session: Session) -> AbstractContextManager[object]:
    """Send the statements of the block without waiting for each one's answer, where that is known.

    An error comes out at the end of the block.
    """
    driver = session.connection().connection.driver_connection
    return driver.pipeline() if isinstance(driver, psycopg.Connection) else nullcontext()


def migrate(url: str, migrations: Path) -> None:
    """Bring the schema up to the newest version in `migrations`."""
    upgrade(url, migrations, "head")


def upgrade(url: str, migrations: Path, version: str) -> None:
    """Bring the schema up to that version, and no further."""
    command.upgrade(_alembic(url, migrations), version)


def is_up_to_date(database: Database, migrations: Path) -> bool:
    heads = ScriptDirectory.from_config(_alembic(str(database.url), migrations)).get_heads()
    with database.engine.connect() as connection:
        return set(MigrationContext.configure(connection).get_current_heads()) == set(heads)


def _alembic(url: str, migrations: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(migrations))
    config.set_main_option("path_separator", "os")
    config.attributes["url"] = url
    return config


def _with_driver(url: str) -> URL:
    parsed = make_url(url)
    if parsed.drivername in ("postgresql", "postgres"):
        return parsed.set(drivername="postgresql+psycopg")
    return parsed


def _engine(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True, pool_size=10, hide_parameters=True)
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url, connect_args={"check_same_thread": False, "timeout": 30}, hide_parameters=True
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _light_engine(url: URL) -> Engine:
    engine = _engine(url).execution_options(**{WRITES: True})
    event.listen(engine, "connect", _do_not_wait_for_disk)
    return engine


def _do_not_wait_for_disk(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA synchronous=NORMAL")


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the begin event below is then the only BEGIN
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=30000", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

"""One way to open, read, write and migrate a database, the same on SQLite and PostgreSQL."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from pathlib import Path
from typing import Any, TypeVar

import psycopg
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, Row, Select, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

WRITES = "sooner_writes"

AnySession = TypeVar("AnySession", bound=Session)


class OneWriter:
    """A lock that its own holder is refused, who would otherwise wait for ever."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._holder: int | None = None

    def __enter__(self) -> None:
        if self._holder == threading.get_ident():
            raise RuntimeError("A transaction that writes is open here already.")
        self._lock.acquire()
        self._holder = threading.get_ident()

    def __exit__(self, *_: object) -> None:
        self._holder = None
        self._lock.release()


class Database:
    """An engine, with short transactions that either read or write.

    On SQLite a process-wide lock is taken before `BEGIN IMMEDIATE`: a transaction that reads first
    and writes later would fail at once, whatever the busy time-out says.
    """

    def __init__(self, url: str) -> None:
        self.url = _with_driver(url)
        self.engine = _engine(self.url)
        self._light = _light_engine(self.url)
        self._write_lock = OneWriter() if self.is_sqlite else nullcontext()

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

    def write_lightly(self, statement: str, values: Sequence[str]) -> None:
        """Commit one statement, `?` for each value, without waiting for the disk: killing this
        process loses nothing, a failure of the machine's power perhaps the last second.

        It may happen twice when the connection breaks just then: write it so that this is harmless.
        """
        if not self.is_sqlite:
            statement = statement.replace("?", "%s")
        try:
            self._on_light_connection(statement, values)
        except psycopg.OperationalError:  # the server was restarted since the last time
            self._light.dispose()
            self._on_light_connection(statement, values)

    def look_up(self, statement: Select[Any], values: Mapping[str, object]) -> Sequence[Row[Any]]:
        """The rows of one statement by itself: what every request asks needs no transaction."""
        try:
            return self._looked_up(statement, values)
        except OperationalError:  # the server was restarted since the last time
            self._light.dispose()
            return self._looked_up(statement, values)

    def _looked_up(
        self, statement: Select[Any], values: Mapping[str, object]
    ) -> Sequence[Row[Any]]:
        with self._light.connect() as connection:
            return connection.execute(statement, values).all()

    def _on_light_connection(self, statement: str, values: Sequence[str]) -> None:
        """By the driver alone: SQLAlchemy's way to it costs more than the statement does."""
        with self._write_lock, closing(self._light.raw_connection()) as kept:
            connection: Any = kept.driver_connection
            connection.execute(statement, values)

    def close(self) -> None:
        self.engine.dispose()
        self._light.dispose()


def pipelined(connection: Connection) -> AbstractContextManager[object]:
    """Send the statements of the block without waiting for each one's answer, where that is known.

    An error comes out at the end of the block.
    """
    driver = connection.connection.driver_connection
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


def _engine(url: URL, **pool: Any) -> Engine:
    if url.get_backend_name() != "sqlite":
        options = {"pool_pre_ping": True, "pool_size": 10, **pool}
        return create_engine(url, hide_parameters=True, **options)
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    connect = {"check_same_thread": False, "timeout": 30}
    engine = create_engine(url, connect_args=connect, hide_parameters=True, **pool)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _light_engine(url: URL) -> Engine:
    """Connections that commit each statement, and are neither tried before nor reset after."""
    engine = _engine(url, pool_pre_ping=False, pool_reset_on_return=None)
    event.listen(engine, "connect", _do_not_wait_for_disk)
    return engine


def _do_not_wait_for_disk(connection: Any, _record: object) -> None:
    if isinstance(connection, psycopg.Connection):
        connection.autocommit = True
        connection.execute("SET synchronous_commit = off")
    else:
        connection.execute("PRAGMA synchronous=NORMAL")


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the begin event below is then the only BEGIN
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=30000", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

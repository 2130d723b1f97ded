"""PostgreSQL's own lock on the rows: who asks is told to the database in each transaction."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import psycopg
from sqlalchemy import Connection
from sqlalchemy.exc import ProgrammingError

from services.referral.domain.access import EVERYTHING, NOT_SEEN, Tags
from services.referral.records.tags import spelt
from shared.errors import NotAllowed

#: A login that row security does not bind becomes the role that it does bind; any other, the owner
#: of the tables included, is bound as it is.
_ROLE = """
SELECT CASE WHEN rolsuper OR rolbypassrls THEN 'sooner_app' ELSE 'none' END
FROM pg_roles WHERE rolname = session_user
"""
#: Both hold until the end of the transaction.
_TELL = "SELECT set_config('sooner.tags', %s, true), set_config('role', %s, true)"
_KNOWN_ROLE = "sooner_role"


@contextmanager
def seeing_only(connection: Connection, tags: Tags) -> Iterator[None]:
    """Only these tags are seen by the statement of the block, and from there to the end of the
    transaction; does nothing on SQLite. Both travel together: the server is told first, and an
    error of either comes out at the end of the block."""
    driver = connection.connection.driver_connection
    if not isinstance(driver, psycopg.Connection):
        yield
        return
    told = spelt(tags, "postgresql"), _role(connection, driver)
    is_open = driver.pgconn.pipeline_status != psycopg.pq.PipelineStatus.OFF
    with nullcontext() if is_open else driver.pipeline():
        driver.execute(_TELL, told)
        yield


def _role(connection: Connection, driver: psycopg.Connection[Any]) -> str:
    """Asked once a connection: it depends on the login alone."""
    if _KNOWN_ROLE not in connection.info:
        found = driver.execute(_ROLE).fetchone()
        connection.info[_KNOWN_ROLE] = found[0] if found else "none"
    role: str = connection.info[_KNOWN_ROLE]
    return role


def see_only(connection: Connection, tags: Tags) -> None:
    """The same from here on, told by itself."""
    with seeing_only(connection, tags):
        """Nothing travels with it."""


def goes_alone(cursor: object) -> bool:
    """A cursor that the server holds cannot be opened together with anything else."""
    return isinstance(cursor, psycopg.ServerCursor)


def see_everything(connection: Connection) -> None:
    """For the service's own walk over all lines, which no principal asked for."""
    see_only(connection, frozenset({EVERYTHING}))


@contextmanager
def locks_in_words() -> Iterator[None]:
    """A row that PostgreSQL did not let through is a refusal like any other."""
    try:
        yield
    except ProgrammingError as failure:
        if isinstance(failure.orig, psycopg.errors.InsufficientPrivilege):
            raise NotAllowed(NOT_SEEN) from failure
        raise
    except psycopg.errors.InsufficientPrivilege as failure:  # the end of a pipeline
        raise NotAllowed(NOT_SEEN) from failure

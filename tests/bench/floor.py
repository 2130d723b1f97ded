"""The floor: the same rows written, or one read, with the bare driver behind the same web server.

Run as a process: python -m tests.bench.floor URL ROWS.json PORT
"""

import json
import sqlite3
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

#: More than the lines of one concern: their numbers in the audit stay apart by it.
MOST = 1000

Statement = tuple[str, list[list[Any]], list[int]]


def statements(rows: dict[str, list[dict[str, Any]]], mark: str) -> list[Statement]:
    """One insert a table, its rows, and which columns hold ids that must be new each time."""
    made = []
    for table, lines in rows.items():
        names = list(lines[0])
        marks = ", ".join([mark] * len(names))
        sql = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})"
        keys = [index for index, name in enumerate(names) if name in ("id", "task_id", "seq")]
        made.append((sql, [list(line.values()) for line in lines], keys))
    return made


def renewed(lines: list[list[Any]], keys: list[int], number: int) -> list[list[Any]]:
    fresh = []
    for line in lines:
        line = list(line)
        for key in keys:
            kept = line[key]
            line[key] = kept + number * MOST if isinstance(kept, int) else f"{kept}-{number}"
        fresh.append(line)
    return fresh


def sqlite_writer(path: str, made: list[Statement]) -> Callable[[int], None]:
    connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")

    def write(number: int) -> None:
        connection.execute("BEGIN IMMEDIATE")
        for sql, lines, keys in made:
            connection.executemany(sql, renewed(lines, keys, number))
        connection.execute("COMMIT")

    return write


def postgres_writer(url: str, made: list[Statement]) -> Callable[[int], None]:
    connection = psycopg.connect(url)

    def write(number: int) -> None:
        with connection.transaction(), connection.cursor() as cursor:
            for sql, lines, keys in made:
                cursor.executemany(sql, renewed(lines, keys, number))

    return write


def sqlite_reader(path: str) -> Callable[[str], bytes]:
    connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)

    def read(id: str) -> bytes:
        (body,) = connection.execute("SELECT body FROM resource WHERE id = ?", [id]).fetchone()
        return _as_bytes(body)

    return read


def postgres_reader(url: str) -> Callable[[str], bytes]:
    connection = psycopg.connect(url, autocommit=True)

    def read(id: str) -> bytes:
        found = connection.execute("SELECT body FROM resource WHERE id = %s", [id]).fetchone()
        assert found
        return _as_bytes(found[0])

    return read


def _as_bytes(body: str | bytes) -> bytes:
    return body.encode() if isinstance(body, str) else body


def create_app(write: Callable[[int], None], read: Callable[[str], bytes]) -> FastAPI:
    app = FastAPI()
    numbers = count(1)

    @app.get("/healthz")
    def alive() -> dict[str, str]:
        return {"status": "alive"}

    @app.post("/fhir")
    async def take(request: Request) -> Response:
        json.loads(await request.body())
        await run_in_threadpool(write, next(numbers))
        return Response(b"{}", media_type="application/fhir+json")

    @app.get("/fhir/{id}")
    def give(id: str) -> Response:
        return Response(read(id), media_type="application/fhir+json")

    return app


def main(url: str, rows: str, port: str) -> None:
    captured = json.loads(Path(rows).read_text())
    if url.startswith("sqlite"):
        path = url.removeprefix("sqlite:///")
        write, read = sqlite_writer(path, statements(captured, "?")), sqlite_reader(path)
    else:
        write, read = postgres_writer(url, statements(captured, "%s")), postgres_reader(url)
    uvicorn.run(create_app(write, read), port=int(port), log_level="error")


if __name__ == "__main__":
    main(*sys.argv[1:])

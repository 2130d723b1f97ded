"""Many new rows of one table at once, for what every request writes.

SQLAlchemy looks at each value of each row anew, which costs more than the database does with them.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import Connection, Dialect, Table

Row = dict[str, Any]

_TIMES_BY_US = orjson.OPT_PASSTHROUGH_DATETIME


def insert_rows(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """All rows have the same columns. ValueError for a time without its zone."""
    names = tuple(rows[0])
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(_from_json(table, names), (_as_json(rows),))
        return
    written = _processors(table, names, connection.dialect)
    lines = [
        tuple(write(row[name]) if write else row[name] for name, write in written) for row in rows
    ]
    connection.exec_driver_sql(_from_values(table, names), lines)


def _as_json(rows: Sequence[Row]) -> str:
    try:
        return orjson.dumps(rows, default=_instant, option=_TIMES_BY_US).decode()
    except orjson.JSONEncodeError as wrong:
        raise ValueError(str(wrong.__cause__ or wrong)) from wrong


def _instant(value: object) -> str:
    if isinstance(value, datetime) and value.utcoffset() is None:
        raise ValueError("A time needs its zone.")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is nothing that a row holds.")


@lru_cache(maxsize=200)
def _from_json(table: Table, names: tuple[str, ...]) -> str:
    """One value for all rows, which PostgreSQL takes apart by the types of the table."""
    columns = _columns(table, names)
    rows = f"json_populate_recordset(NULL::{table.name}, %s::json)"
    return f"INSERT INTO {table.name} ({columns}) SELECT {columns} FROM {rows}"  # noqa: S608 - names of our own


@lru_cache(maxsize=200)
def _from_values(table: Table, names: tuple[str, ...]) -> str:
    marks = ", ".join("?" * len(names))
    return f"INSERT INTO {table.name} ({_columns(table, names)}) VALUES ({marks})"  # noqa: S608 - names of our own


def _columns(table: Table, names: tuple[str, ...]) -> str:
    return ", ".join(f'"{table.c[name].name}"' for name in names)


@lru_cache(maxsize=200)
def _processors(
    table: Table, names: tuple[str, ...], dialect: Dialect
) -> tuple[tuple[str, Callable[[Any], Any] | None], ...]:
    """What each column's type does with a value before the driver gets it: as this database has it,
    or times would be written in two ways, which do not sort together."""
    types = {name: table.c[name].type.dialect_impl(dialect) for name in names}
    return tuple((name, type.bind_processor(dialect)) for name, type in types.items())

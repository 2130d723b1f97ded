"""Looks that are noted and not yet in the chain.

A look must cost little and must not be lost when the process is killed: its line is committed to a
table of its own before the answer leaves, without waiting for the disk, and is chained in batches.
"""

from collections.abc import Sequence
from datetime import datetime

import orjson
from sqlalchemy import Connection, delete, select

from services.referral.records.chain import Line, append
from services.referral.records.row_security import see_everything
from services.referral.records.tables import AuditRow, AuditWaitingRow
from shared.database import Database

BATCH = 500

_AUDIT = AuditRow.metadata.tables["audit"]
_WAITING = AuditWaitingRow.metadata.tables["audit_waiting"]
_KEEP = "INSERT INTO audit_waiting (id, line) VALUES {} ON CONFLICT DO NOTHING"
_OLDEST = select(_WAITING).order_by(_WAITING.c.id).limit(BATCH).with_for_update(skip_locked=True)


def keep_waiting(database: Database, lines: Sequence[Line]) -> None:
    places = ", ".join(["(?, ?)"] * len(lines))
    values = [value for line in lines for value in (line["id"], orjson.dumps(line).decode())]
    database.write_lightly(_KEEP.format(places), values)


def chain_waiting(database: Database) -> int:
    """Put all that waits into the chain; how many lines. Moved or left, never both, whoever else
    does the same at once."""
    moved = 0
    while batch := _chain_batch(database):
        moved += batch
    return moved


def _chain_batch(database: Database) -> int:
    with database.write() as session:
        connection = session.connection()
        see_everything(connection)
        rows = connection.execute(_OLDEST).all()
        if rows:
            gone = _WAITING.c.id.in_([row.id for row in rows])
            connection.execute(delete(_WAITING).where(gone))
            known = _chained(connection, [row.id for row in rows])
            append(connection, [_read(row.line) for row in rows if row.id not in known])
        return len(rows)


def _chained(connection: Connection, ids: Sequence[str]) -> set[str]:
    """Those that came twice, because a connection broke: one such would stop all behind it."""
    known = select(_AUDIT.c.id).where(_AUDIT.c.id.in_(ids))
    return set(connection.execute(known).scalars())


def _read(text: str) -> Line:
    line: Line = orjson.loads(text)
    return {**line, "at": datetime.fromisoformat(line["at"])}

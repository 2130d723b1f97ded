"""Looks that are noted and not yet in the chain.

A look must cost little and must not be lost when the process is killed: its line is committed to a
table of its own before the answer leaves, without waiting for the disk, and is chained in batches.
"""

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select

from services.referral.records.chain import Line, append
from services.referral.records.row_security import see_everything
from services.referral.records.tables import AuditWaitingRow
from shared.database import Database

BATCH = 500

_WAITING = AuditWaitingRow.metadata.tables["audit_waiting"]
_KEEP = insert(_WAITING)
_OLDEST = select(_WAITING).order_by(_WAITING.c.id).limit(BATCH).with_for_update(skip_locked=True)


def keep_waiting(database: Database, lines: Sequence[Line]) -> None:
    with database.write_lightly() as connection:
        connection.execute(
            _KEEP, [{"id": line["id"], "line": json.dumps(line, default=_iso)} for line in lines]
        )


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
            append(connection, [_read(row.line) for row in rows])
        return len(rows)


def _read(text: str) -> Line:
    line: Line = json.loads(text)
    return {**line, "at": datetime.fromisoformat(line["at"])}


def _iso(at: datetime) -> str:
    return at.isoformat()

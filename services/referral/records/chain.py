"""The audit as a chain: each line's hash covers the line before it, so that none can be changed,
taken away, moved or slipped in unseen.

The head has a table of its own, so that lines missing from the end are missed too. The hash is of
nothing secret: whoever rewrites all lines and the head is found only by a hash that was kept
somewhere else.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from services.referral.records.row_security import see_everything
from services.referral.records.tables import AuditHeadRow, AuditRow
from shared.database import Database
from shared.errors import Invalid
from shared.many_rows import insert_rows

CHAIN = 1
_KEPT = re.compile(r"([0-9]{1,18}):([0-9a-f]{64})")
START = "0" * 64
#: What the hash covers, in this order.
COVERED = (
    "seq", "id", "at", "who", "client", "action",
    "type", "resource_id", "version", "child_id", "detail", "tags",
)  # fmt: skip

Line = dict[str, Any]

_AUDIT = AuditRow.metadata.tables["audit"]
_HEAD = AuditHeadRow.metadata.tables["audit_head"]
_NEWEST = select(_HEAD.c.seq, _HEAD.c.hash).where(_HEAD.c.chain == CHAIN)
_NEWEST_HELD = _NEWEST.with_for_update()
_MOVED = (
    update(_HEAD)
    .where(_HEAD.c.chain == CHAIN)
    .values(seq=bindparam("newest"), hash=bindparam("newest_hash"))
)
_IN_ORDER = select(_AUDIT).order_by(_AUDIT.c.seq).execution_options(yield_per=1000)


@dataclass(frozen=True)
class Kept:
    """The number and the hash of a line, as they were when somebody kept them elsewhere."""

    seq: int
    hash: str

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash}"


def read_kept(text: str) -> Kept:
    """Of `SEQ:HASH`. Invalid for anything else."""
    found = _KEPT.fullmatch(text.strip())
    if not found:
        raise Invalid("What was kept is a number, a colon and 64 hexadecimal digits.")
    return Kept(int(found[1]), found[2])


@dataclass(frozen=True)
class Verdict:
    """How many lines there are, the newest hash, and what is wrong with the first bad one."""

    lines: int
    hash: str
    wrong: str = ""


def hash_of(before: str, line: Line | RowMapping) -> str:
    """SHA-256 over the hash before and the line as JSON, its time in UTC to the microsecond."""
    covered = [line[name] for name in COVERED]
    covered[2] = _instant(covered[2])
    text = json.dumps(covered, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{before}{text}".encode()).hexdigest()


def append(connection: Connection, lines: Sequence[Line]) -> None:
    """Put the lines behind the newest. Call it last: until the end of the transaction nobody else
    appends."""
    if not lines:
        return
    seq, hash = _hold_head(connection)
    chained = []
    for number, line in zip(count(seq + 1), lines, strict=False):
        numbered = {**line, "seq": number}
        hash = hash_of(hash, numbered)
        chained.append({**numbered, "hash": hash})
    connection.execute(_MOVED, {"newest": seq + len(lines), "newest_hash": hash})
    insert_rows(connection, _AUDIT, chained)


def _hold_head(connection: Connection) -> tuple[int, str]:
    """The first of all makes the head; with lines and no head, their numbers collide, and nothing
    is written any more."""
    found = connection.execute(_NEWEST_HELD).one_or_none()
    if found is None:
        make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
        first = make(_HEAD).values(chain=CHAIN, seq=0, hash=START)
        connection.execute(first.on_conflict_do_nothing())
        found = connection.execute(_NEWEST_HELD).one()
    return found.seq, found.hash


def newest(database: Database) -> Kept:
    """What to keep elsewhere: whoever rewrites the whole audit cannot rewrite that."""
    with database.engine.connect() as connection:
        head = connection.execute(_NEWEST).one_or_none()
    return Kept(head.seq, head.hash) if head else Kept(0, START)


def verify(database: Database, kept: Kept | None = None) -> Verdict:
    """Walk the whole chain, as it is at one moment, and stop at the first line that is wrong, or
    that is not the one that was kept."""
    with database.engine.connect() as connection:
        if not database.is_sqlite:
            connection.execution_options(isolation_level="REPEATABLE READ")
        see_everything(connection)
        head = connection.execute(_NEWEST).one_or_none()
        seq, hash = (head.seq, head.hash) if head else (0, START)
        with connection.execute(_IN_ORDER) as lines:
            return _walk(lines.mappings(), Kept(seq, hash), kept)


def _walk(lines: Iterable[RowMapping], head: Kept, kept: Kept | None) -> Verdict:
    seq, hash = 0, START
    for line in lines:
        wrong = _wrong_with(line, seq + 1, hash, head.seq) or _not_kept(line, kept)
        if wrong:
            return Verdict(seq, hash, wrong)
        seq, hash = line["seq"], line["hash"]
    return Verdict(seq, hash, _wrong_at_end(Kept(seq, hash), head, kept))


def _not_kept(line: RowMapping, kept: Kept | None) -> str:
    if kept and line["seq"] == kept.seq and line["hash"] != kept.hash:
        return f"Line {kept.seq} is not the one that was kept: the audit was written anew."
    return ""


def _wrong_at_end(last: Kept, head: Kept, kept: Kept | None) -> str:
    if last.seq < head.seq:
        return f"Line {last.seq + 1} was removed, and all after it to {head.seq}."
    if last.hash != head.hash:
        return f"The head does not fit line {last.seq}: one of them was changed."
    if kept and last.seq < kept.seq:
        return f"Line {last.seq + 1} was removed, and all after it to {kept.seq}, which was kept."
    return ""


def _wrong_with(line: RowMapping, expected: int, before: str, last: int) -> str:
    if line["seq"] < expected:
        return f"Line {line['seq']} was put in."
    if line["seq"] > expected:
        return f"Line {expected} was removed."
    if expected > last:
        return f"Line {expected} was put in behind the newest, {last}."
    if hash_of(before, line) != line["hash"]:
        return f"Line {expected} was changed, or put in another's place."
    return ""


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")

"""The way to the records: every transaction is somebody's, and leaves its trace.

A resource, its history, its queue and search rows, the audit and the events are written together
or not at all.
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from sqlmodel import select

from services.referral.domain.emergency import EMERGENCY
from services.referral.records.chain import Line
from services.referral.records.guard import GuardedSession
from services.referral.records.reading import Reading
from services.referral.records.resource import to_resource
from services.referral.records.row_security import locks_in_words
from services.referral.records.tables import ResourceRow
from services.referral.records.waiting import keep_waiting
from services.referral.records.writing import STORE, Writing
from shared.database import Database
from shared.errors import Failure
from shared.identity import Principal, Role


class Records:
    """The way to the records; every transaction is somebody's."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._here = _Here()

    @contextmanager
    def reading(self, who: Principal, *, now: datetime) -> Iterator["Reading"]:
        opened: list[Reading] = []
        with self._refusals_noted(opened), self.database.read_as(GuardedSession) as session:
            session.see_as(who)
            record = Reading(session, who, now)
            opened.append(record)
            yield record
        self._keep([emergency_marked(line, who) for line in record.noted])

    @contextmanager
    def writing(self, who: Principal, *, now: datetime) -> Iterator["Writing"]:
        """Emergency access is to read: what it has opened is closed to whoever writes."""
        who = replace(who, opened=frozenset())
        opened: list[Reading] = []
        with (
            self._looks_kept_after(),
            self._refusals_noted(opened),
            locks_in_words(),
            self.database.write_as(GuardedSession) as session,
        ):
            session.see_as(who)
            record = Writing(session, who, now)
            opened.append(record)
            yield record
            record.flush()

    @contextmanager
    def _refusals_noted(self, opened: "list[Reading]") -> Iterator[None]:
        """That somebody asked for a record that is not theirs stands in the audit too; it is noted
        once the transaction that refused it is over."""
        try:
            yield
        except Failure as refusal:
            for record in opened:
                record.refuse(refusal)
                if record.who.role is not Role.JOB:
                    self._keep(
                        [
                            self._refused(record, type, id) | {"detail": why}
                            for type, id, why in record.refused
                        ]
                    )
            raise

    @contextmanager
    def _looks_kept_after(self) -> Iterator[None]:
        """What is looked at beside a transaction that writes is kept when it has ended, however it
        did: on SQLite the look would wait for it, and it for the look."""
        if self._here.looks is not None:
            raise RuntimeError("A transaction that writes is open here already.")
        looks: list[Line] = []
        self._here.looks = looks
        try:
            yield
        finally:
            self._here.looks = None
            self._keep(looks)

    def _keep(self, looks: Sequence[Line]) -> None:
        if self._here.looks is not None:
            self._here.looks += looks
        elif looks:
            keep_waiting(self.database, looks)

    def _refused(self, record: "Reading", type: str, id: str) -> Line:
        """The id only of what is kept: anything else could be written in its place."""
        with self.database.read_as(GuardedSession) as session:
            session.see_as(STORE)
            wanted = select(ResourceRow).where(ResourceRow.type == type, ResourceRow.id == id)
            row = session.exec(wanted).one_or_none()
        return record.line("refuse", to_resource(row) if row else None, type=type)


class _Here(threading.local):
    """In each thread the looks that wait for the end of its transaction; None without one."""

    looks: list[Line] | None = None


def emergency_marked(line: Line, who: Principal) -> Line:
    """A look that only emergency access allowed says so in its detail."""
    if line["child_id"] not in who.opened:
        return line
    return line | {"detail": f"{EMERGENCY} {line['detail']}".strip()}

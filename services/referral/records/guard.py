"""The session that every read and write goes through: it sees what its principal may see.

It refuses to run without a principal, and puts the principal's tags into every statement that the
ORM makes. A statement that still names a tagged table without its filter is refused, whatever made
it; the store alone opens that door, around its own writing. PostgreSQL locks the rows as well.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Connection, Engine, event, exists, select
from sqlalchemy.engine.interfaces import CoreExecuteOptionsParameter
from sqlalchemy.orm import ORMExecuteState, SessionTransaction, with_loader_criteria
from sqlalchemy.orm.session import _BindArguments
from sqlalchemy.orm.util import LoaderCriteriaOption
from sqlmodel import Session

from services.referral.domain.access import EVERYTHING, Tags, tags_of_principal
from services.referral.records.row_security import see_only
from services.referral.records.sql_check import unfiltered
from services.referral.records.tables import (
    AuditRow,
    EmergencyRow,
    HistoryRow,
    QueueRow,
    ResourceRow,
    SearchRow,
)
from services.referral.records.tags import Overlap, spelt
from shared.identity import Principal

TAGGED = (ResourceRow, QueueRow, AuditRow, EmergencyRow)
BESIDE_A_RESOURCE = (HistoryRow, SearchRow)

_SESSION = "sooner_guarded_session"
_NOBODY: Tags = frozenset()
_RESOURCE = ResourceRow.metadata.tables["resource"].alias("visible")


class Unfiltered(RuntimeError):
    """A statement that would show, or change, rows whoever asks."""


class GuardedSession(Session):
    """Give it a principal by `see_as` before the first statement."""

    tags: Tags | None = None
    is_reviewed = False
    _told: Tags | None = None
    _begun: Connection | None = None

    def see_as(self, who: Principal) -> None:
        self.tags = tags_of_principal(who)
        if self._told and EVERYTHING in self._told:
            self.tell_database()  # what sees everything is put down at once, not when next needed

    @contextmanager
    def reviewed(self) -> Iterator[None]:
        """Let statements through without a filter; each use says why it shows nobody anything."""
        before, self.is_reviewed = self.is_reviewed, True
        try:
            yield
        finally:
            self.is_reviewed = before

    def connection(
        self,
        bind_arguments: _BindArguments | None = None,
        execution_options: CoreExecuteOptionsParameter | None = None,
    ) -> Connection:
        self.tell_database()
        return super().connection(bind_arguments, execution_options)

    def tell_database(self) -> None:
        """The rows are locked to the principal's eyes; RuntimeError when there is nobody."""
        if self.tags is None:
            raise RuntimeError("A session over children's records needs a principal.")
        if self._begun and not self._begun.closed and self._told != self.tags:
            see_only(self._begun, self.tags)
            self._told = self.tags

    def begun(self, connection: Connection) -> None:
        connection.execution_options(**{_SESSION: self})
        self._begun, self._told = connection, self.tags or _NOBODY
        see_only(connection, self._told)

    def forget_what_was_told(self) -> None:
        self._told = None


@event.listens_for(GuardedSession, "after_begin")
def _begin(session: GuardedSession, _: SessionTransaction, connection: Connection) -> None:
    session.begun(connection)


@event.listens_for(GuardedSession, "after_soft_rollback")
def _undo(session: GuardedSession, _: SessionTransaction) -> None:
    """A savepoint takes back what was told since."""
    session.forget_what_was_told()


@event.listens_for(GuardedSession, "before_flush")
def _flush(session: GuardedSession, *_: object) -> None:
    session.tell_database()


@event.listens_for(GuardedSession, "do_orm_execute")
def _only_what_may_be_seen(state: ORMExecuteState) -> None:
    session = cast("GuardedSession", state.session)
    session.tell_database()
    tags = session.tags or _NOBODY
    if EVERYTHING in tags or not state.is_select:
        return
    wanted = spelt(tags, session.get_bind().dialect.name)
    state.statement = state.statement.options(*_criteria(wanted))


@lru_cache(maxsize=1000)  # made anew for each statement they cost more than the statement
def _criteria(wanted: str) -> tuple[LoaderCriteriaOption, ...]:
    return (
        *(_tagged(row, wanted) for row in TAGGED),
        *(_beside(row, wanted) for row in BESIDE_A_RESOURCE),
    )


@event.listens_for(Engine, "before_cursor_execute")
def _nothing_unfiltered(connection: Connection, _: object, sql: str, *__: object) -> None:
    session = connection.get_execution_options().get(_SESSION)
    if session is None or session.is_reviewed or EVERYTHING in (session.tags or _NOBODY):
        return
    if tables := unfiltered(sql):
        raise Unfiltered(f"This statement shows rows to anybody: {', '.join(sorted(tables))}.")


def _tagged(row: type[Any], wanted: str) -> LoaderCriteriaOption:
    return with_loader_criteria(row, lambda one: Overlap(one.tags, wanted), include_aliases=True)


def _beside(row: type[Any], wanted: str) -> LoaderCriteriaOption:
    """A version, or a value, may be seen by those who may see the resource as it is now."""
    return with_loader_criteria(
        row,
        lambda one: exists(
            select(_RESOURCE.c.id).where(
                _RESOURCE.c.type == one.type,
                _RESOURCE.c.id == one.id,
                Overlap(_RESOURCE.c.tags, wanted),
            )
        ),
        include_aliases=True,
    )

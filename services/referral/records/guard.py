"""The session that every read and write goes through: it sees what its principal may see.

It refuses to run without a principal, and puts the principal's tags into every statement that the
ORM makes. A statement that still names a tagged table without its filter is refused, whatever made
it; the store alone opens that door, around its own writing. PostgreSQL locks the rows as well.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Connection, Engine, event, exists, select
from sqlalchemy.engine.interfaces import (
    CoreExecuteOptionsParameter,
    DBAPICursor,
    ExecutionContext,
)
from sqlalchemy.orm import ORMExecuteState, SessionTransaction, with_loader_criteria
from sqlalchemy.orm.session import _BindArguments
from sqlalchemy.orm.util import LoaderCriteriaOption
from sqlmodel import Session

from services.referral.domain.access import EVERYTHING, Tags, tags_of_principal
from services.referral.records.row_security import goes_alone, see_only, seeing_only
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

    def see_as(self, who: Principal) -> None:
        self.tags = tags_of_principal(who)

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
        self.check_somebody_asks()
        return super().connection(bind_arguments, execution_options)

    def check_somebody_asks(self) -> None:
        """RuntimeError when there is nobody."""
        if self.tags is None:
            raise RuntimeError("A session over children's records needs a principal.")

    def told_first(
        self, connection: Connection, cursor: DBAPICursor, run: Callable[[], object]
    ) -> bool:
        """Whether it was run here, because the database had yet to be told whose eyes look."""
        if self._told is not None and self._told == self.tags:
            return False
        tags, self._told = self.tags or _NOBODY, None
        if goes_alone(cursor):
            see_only(connection, tags)
            run()
        else:
            with seeing_only(connection, tags):
                run()
        self._told = tags
        return True

    def forget_what_was_told(self) -> None:
        self._told = None


@event.listens_for(GuardedSession, "after_begin")
def _begin(session: GuardedSession, _: SessionTransaction, connection: Connection) -> None:
    connection.execution_options(**{_SESSION: session})
    session.forget_what_was_told()


@event.listens_for(GuardedSession, "after_soft_rollback")
def _undo(session: GuardedSession, _: SessionTransaction) -> None:
    """A savepoint takes back what was told since."""
    session.forget_what_was_told()


@event.listens_for(GuardedSession, "before_flush")
def _flush(session: GuardedSession, *_: object) -> None:
    session.check_somebody_asks()


@event.listens_for(Engine, "do_execute")
def _one(cursor: DBAPICursor, sql: str, values: Any, context: ExecutionContext) -> bool:
    return _told_first(cursor, context, lambda: cursor.execute(sql, values))


@event.listens_for(Engine, "do_executemany")
def _many(cursor: DBAPICursor, sql: str, values: Any, context: ExecutionContext) -> bool:
    return _told_first(cursor, context, lambda: cursor.executemany(sql, values))


@event.listens_for(Engine, "do_execute_no_params")
def _plain(cursor: DBAPICursor, sql: str, context: ExecutionContext) -> bool:
    return _told_first(cursor, context, lambda: cursor.execute(sql))


def _told_first(cursor: DBAPICursor, context: ExecutionContext, run: Callable[[], object]) -> bool:
    """The rows are locked to the principal's eyes before any statement that looks with others."""
    connection = context.root_connection
    session = connection.get_execution_options().get(_SESSION)
    return session is not None and session.told_first(connection, cursor, run)


@event.listens_for(GuardedSession, "do_orm_execute")
def _only_what_may_be_seen(state: ORMExecuteState) -> None:
    session = cast("GuardedSession", state.session)
    session.check_somebody_asks()
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

"""The session that every read and write goes through: it sees what its principal may see.

It refuses to run without a principal, so that no query is ever written without the access tags.
"""

from typing import Any

from sqlalchemy import event, exists, select
from sqlalchemy.orm import ORMExecuteState, with_loader_criteria
from sqlalchemy.orm.util import LoaderCriteriaOption
from sqlmodel import Session

from services.referral.domain.access import EVERYTHING, tags_of_principal
from services.referral.records.tables import (
    AuditRow,
    EmergencyRow,
    HistoryRow,
    QueueRow,
    ResourceRow,
)
from services.referral.records.tags import Overlap, spelt
from shared.identity import Principal

PRINCIPAL = "principal"
TAGGED = (ResourceRow, QueueRow, AuditRow, EmergencyRow)

_RESOURCE = ResourceRow.metadata.tables["resource"].alias("visible")


class GuardedSession(Session):
    """Give it a principal by `see_as` before the first statement."""

    def see_as(self, who: Principal) -> None:
        self.info[PRINCIPAL] = who


@event.listens_for(GuardedSession, "do_orm_execute")
def _only_what_may_be_seen(state: ORMExecuteState) -> None:
    who = state.session.info.get(PRINCIPAL)
    if who is None:
        raise RuntimeError("A session over children's records needs a principal.")
    tags = tags_of_principal(who)
    if EVERYTHING in tags or not state.is_select:
        return
    wanted = spelt(tags, state.session.get_bind().dialect.name)
    state.statement = state.statement.options(
        *(_tagged(row, wanted) for row in TAGGED), _history(wanted)
    )


def _tagged(row: type[Any], wanted: str) -> LoaderCriteriaOption:
    return with_loader_criteria(row, lambda one: Overlap(one.tags, wanted), include_aliases=True)


def _history(wanted: str) -> LoaderCriteriaOption:
    """A version may be seen by those who may see the resource as it is now."""
    return with_loader_criteria(
        HistoryRow,
        lambda version: exists(
            select(_RESOURCE.c.id).where(
                _RESOURCE.c.type == version.type,
                _RESOURCE.c.id == version.id,
                Overlap(_RESOURCE.c.tags, wanted),
            )
        ),
        include_aliases=True,
    )

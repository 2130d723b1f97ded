"""Make a change as far as it goes, and take it back: what would refuse it is found out."""

from collections.abc import Callable

from services.referral.records.resource import Resource
from services.referral.records.writing import Writing
from services.referral.use_cases.workplace import Workplace
from shared.errors import Failure
from shared.identity import Principal


class _TakenBack(Exception):
    """It went as far as it goes."""


def try_write(
    write: Callable[[Writing], Resource], *, who: Principal, at: Workplace
) -> Failure | None:
    """The failure that the write would end with; None where it would be taken. Nothing is kept and
    nobody is told: what is gathered is never sent."""
    try:
        with at.records.writing(who, now=at.clock()) as record:
            write(record)
            raise _TakenBack
    except _TakenBack:
        return None
    except Failure as refused:
        return refused


def note_try(type: str, id: str | None, mode: str, *, who: Principal, at: Workplace) -> None:
    """In the audit, because the answer tells something of the record. NotFound when there is none
    that the principal may see."""
    with at.records.reading(who, now=at.clock()) as record:
        if id is None:
            record.note_several("validate", [], mode, type)
        else:
            record.note("validate", record.resource(type, id), mode)

"""Emergency access as it is kept, and the child that somebody names for it."""

from datetime import date, datetime

from sqlalchemy import func, insert, update
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from services.referral.records.index import folded
from services.referral.records.instants import span
from services.referral.records.reading import Reading
from services.referral.records.resource import Resource
from services.referral.records.tables import EmergencyRow, QueueRow, SearchRow
from services.referral.records.writing import Writing
from shared.fhir.reading import nhs_number

Wanted = SelectOfScalar[str]


def opened_children(session: Session, account: str, now: datetime) -> frozenset[str]:
    """The children whose records emergency access opens to this account now."""
    open_now = select(EmergencyRow.child_id).where(
        EmergencyRow.account_id == account, EmergencyRow.ends_at > now
    )
    return frozenset(session.exec(open_now))


def own_since(session: Session, account: str, since: datetime) -> list[EmergencyRow]:
    """An account's own, newest first."""
    mine = select(EmergencyRow).where(
        EmergencyRow.account_id == account, EmergencyRow.started_at > since
    )
    return list(session.exec(mine.order_by(col(EmergencyRow.started_at).desc())))


def count_since(record: Writing, since: datetime) -> int:
    """How often whoever writes has opened a record since then."""
    table = EmergencyRow.metadata.tables["emergency"]
    mine = select(func.count()).where(
        table.c.account_id == record.who.id, table.c.started_at > since
    )
    return int(record.session.execute(mine).scalar_one())


def emergencies(record: Reading, *, at_most: int) -> list[EmergencyRow]:
    """Of the areas the principal answers for: what nobody has reviewed first, the newest first."""
    wanted = select(EmergencyRow).order_by(
        col(EmergencyRow.reviewed_at).is_not(None), col(EmergencyRow.started_at).desc()
    )
    return list(record.session.exec(wanted.limit(at_most)))


def emergency(record: Reading, id: str) -> EmergencyRow | None:
    wanted = select(EmergencyRow).where(EmergencyRow.id == id)
    return record.session.exec(wanted).one_or_none()


def add_emergency(record: Writing, row: EmergencyRow) -> None:
    record.session.execute(insert(EmergencyRow), [row.model_dump()])


def change_emergency(record: Writing, id: str, **parts: object) -> None:
    of_id = update(EmergencyRow).where(col(EmergencyRow.id) == id)
    record.session.execute(of_id.values(**parts))


def child_with_number(record: Reading, number: str) -> Resource | None:
    return _only(record, [_has("identifier", number)], number)


def child_named(record: Reading, given: str, family: str, born: date) -> Resource | None:
    """Whole names and the day of birth; None when several children fit, so that nobody browses."""
    fits = [
        _has("given", folded(given)),
        _has("family", folded(family)),
        select(SearchRow.id).where(
            SearchRow.type == "Patient",
            SearchRow.param == "birthdate",
            SearchRow.low == span(born.isoformat())[0],
        ),
    ]
    return _only(record, fits, None)


def _has(param: str, value: str) -> Wanted:
    return select(SearchRow.id).where(
        SearchRow.type == "Patient", SearchRow.param == param, SearchRow.value == value
    )


def _only(record: Reading, fits: list[Wanted], number: str | None) -> Resource | None:
    ids = select(SearchRow.id).where(
        SearchRow.type == "Patient", *(col(SearchRow.id).in_(one) for one in fits)
    )
    found = [record.resource("Patient", id) for id in record.session.exec(ids.distinct())]
    right = [one for one in found if number is None or nhs_number(one.json) == number]
    return right[0] if len(right) == 1 else None


def newest_referral(record: Reading, child: str) -> QueueRow | None:
    """One that is open before one that has ended."""
    referrals = select(QueueRow).where(QueueRow.child_id == child, col(QueueRow.part_of).is_(None))
    newest = referrals.order_by(col(QueueRow.open).desc(), col(QueueRow.made_at).desc())
    return record.session.exec(newest.limit(1)).one_or_none()

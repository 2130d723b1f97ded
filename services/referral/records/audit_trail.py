"""The audit read back: searched, one line by its id, or all that concerns a child."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import col, select

from services.referral.records.instants import span
from services.referral.records.reading import Reading
from services.referral.records.search_query import Criterion, Query
from services.referral.records.tables import AuditRow
from shared.errors import Invalid, Issue


@dataclass(frozen=True)
class Lines:
    rows: tuple[AuditRow, ...]
    has_more: bool


def find_line(record: Reading, id: str) -> AuditRow | None:
    return record.session.exec(select(AuditRow).where(AuditRow.id == id)).one_or_none()


def search_lines(record: Reading, query: Query) -> Lines:
    """Newest first, behind the line with the id `query.after`. Invalid for what cannot be read."""
    wanted = select(AuditRow).where(*(_condition(one) for one in query.criteria))
    if query.after:
        last = find_line(record, query.after[0])
        wanted = wanted.where(AuditRow.seq < (last.seq if last else 0))
    newest = wanted.order_by(col(AuditRow.seq).desc()).limit(query.size + 1)
    found = record.session.exec(newest).all()
    return Lines(tuple(found[: query.size]), len(found) > query.size)


def lines_about(record: Reading, child: str, *, at_most: int) -> list[AuditRow]:
    """Newest first."""
    about = select(AuditRow).where(AuditRow.child_id == child)
    newest = about.order_by(col(AuditRow.at).desc(), col(AuditRow.seq).desc())
    return list(record.session.exec(newest.limit(at_most)))


def lines_between(record: Reading, since: datetime, until: datetime) -> Iterable[AuditRow]:
    """Oldest first."""
    at = col(AuditRow.at)
    wanted = select(AuditRow).where(at >= since, at < until).order_by(col(AuditRow.seq))
    return record.session.exec(wanted)


def _condition(asked: Criterion) -> ColumnElement[bool]:
    if asked.modifier or asked.then:
        text = f"“{asked.spelled}” is not known for AuditEvent."
        raise Invalid(Issue(text, asked.name, "value"))
    match asked.name:
        case "patient":
            return col(AuditRow.child_id).in_(
                [one.removeprefix("Patient/") for one in asked.values]
            )
        case "agent":
            return or_(col(AuditRow.who).in_(asked.values), col(AuditRow.client).in_(asked.values))
        case "_id":
            return col(AuditRow.id).in_(asked.values)
        case _:
            return or_(*(_at(value) for value in asked.values))


def _at(written: str) -> ColumnElement[bool]:
    """`ge2026-11`, `lt2026-11-20T09:00:00Z`, or a day by itself."""
    has_prefix = written[:2].isalpha()
    prefix, moment = (written[:2], written[2:]) if has_prefix else ("eq", written)
    try:
        low, high = (datetime.fromisoformat(one) for one in span(moment))
    except ValueError:
        raise Invalid(Issue("That is no date.", "date", "value")) from None
    at = col(AuditRow.at)
    conditions: dict[str, Any] = {
        "eq": and_(at >= low, at <= high),
        "gt": at > high,
        "lt": at < low,
        "ge": at >= low,
        "le": at <= high,
    }
    if prefix not in conditions:
        raise Invalid(Issue(f"“{prefix}” is no prefix of a date here.", "date", "value"))
    found: ColumnElement[bool] = conditions[prefix]
    return found

"""Read the audit: coordinators that of their area, auditors all of it. The look is noted itself."""

from services.referral.domain import access
from services.referral.records.audit_trail import Lines, find_line, search_lines
from services.referral.records.reading import MISSING
from services.referral.records.search import Query
from services.referral.records.tables import AuditRow
from services.referral.records.waiting import chain_waiting
from services.referral.use_cases.workplace import Workplace
from shared.errors import NotFound
from shared.identity import Principal


def search_audit(query: Query, *, who: Principal, at: Workplace) -> Lines:
    """Newest first. NotAllowed for whoever may not audit."""
    access.check_audit(who)
    chain_waiting(at.records.database)
    with at.records.reading(who, now=at.clock()) as record:
        found = search_lines(record, query)
        asked = " ".join(one.name for one in query.criteria)
        detail = f"{asked}: {len(found.rows)} found".removeprefix(": ")
        record.note_several("search", [], detail, "AuditEvent")
    return found


def read_audit(id: str, *, who: Principal, at: Workplace) -> AuditRow:
    access.check_audit(who)
    chain_waiting(at.records.database)
    with at.records.reading(who, now=at.clock()) as record:
        found = find_line(record, id)
        if found is None:
            raise NotFound(MISSING)
        record.note_several("read", [], id, "AuditEvent")
    return found

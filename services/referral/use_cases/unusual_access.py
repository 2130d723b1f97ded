"""The report of unusual accesses, in words, for the privacy officer."""

from collections.abc import Iterable
from datetime import date, timedelta

from services.referral.domain import access
from services.referral.domain.unusual import Access, Sign, Unusual, unusual
from services.referral.records.audit_trail import lines_between
from services.referral.records.index import folded
from services.referral.records.look_up import look_up
from services.referral.records.resource import Resource
from services.referral.records.tables import AuditRow
from services.referral.records.waiting import chain_waiting
from services.referral.use_cases.read_referral import People
from services.referral.use_cases.who_looked import name_of, people_named
from services.referral.use_cases.workplace import Workplace
from shared.identity import Principal, job

PERIOD = timedelta(days=30)
#: Reads the children's family names, to compare them: an auditor sees the audit and no record.
PRIVACY = job("privacy")
_LOOKS = frozenset({"read", "copy", "vread", "history", "form", "search", "everything", "match"})
_NO_CHANGES = _LOOKS | {
    "queue", "list", "messages", "looked", "refuse", "moves", "route", "validate",
}  # fmt: skip


def unusual_access(*, who: Principal, at: Workplace) -> list[str]:
    """One sentence for each sign in the last 30 days. NotAllowed for whoever may not audit."""
    access.check_audit(who)
    now = at.clock()
    chain_waiting(at.records.database)
    with at.records.reading(who, now=now) as record:
        accesses = list(_accesses(lines_between(record, now - PERIOD, now + timedelta(seconds=1))))
        people = people_named(record, {one.who for one in accesses})
        with record.seeing_as(PRIVACY):
            children = look_up(record, {f"Patient/{one.child}" for one in accesses})
        record.note_several("unusual", [], f"{len(accesses)} looked through", "AuditEvent")
    found = unusual(
        accesses,
        own_names=_own_names(people),
        child_names={one.id: _family_names(one) for one in children.values()},
    )
    return [_sentence(one, people) for one in found]


def _accesses(lines: Iterable[AuditRow]) -> Iterable[Access]:
    for line in lines:
        is_look = line.action in _LOOKS
        is_refused = line.action == "refuse"
        is_change = line.action not in _NO_CHANGES
        is_person = line.who.startswith("Practitioner/")
        if line.child_id and is_person and (is_look or is_change or is_refused):
            yield Access(line.who, line.child_id, line.at, changes=is_change, refused=is_refused)


def _own_names(people: People) -> dict[str, str]:
    """The last word of the name on the account."""
    named = {id: account.name.split() for id, account in people.accounts.items()}
    return {f"Practitioner/{id}": folded(words[-1]) for id, words in named.items() if words}


def _family_names(patient: Resource) -> frozenset[str]:
    written = (name.get("family", "") for name in patient.json.get("name", []))
    return frozenset(folded(one) for one in written if one)


def _sentence(one: Unusual, people: People) -> str:
    who = name_of(one.who, people)
    employer = people.organisation(people.employer(one.who))
    who = f"{who}, {employer}," if employer else who
    match one.sign:
        case Sign.OWN_NAME:
            child = f"Patient/{one.child}"
            return f"{who} asked for the record of a child with their own family name: {child}."
        case Sign.VOLUME:
            return (
                f"{who} opened the records of {one.count} children on {_day(one.day)}; "
                f"on a usual day it is {one.usual:g}."
            )
        case Sign.REFUSED:
            return f"{who} asked for records of {one.count} children and was refused."
        case Sign.NIGHT:
            return f"{who} opened the records of {one.count} children at night, {_day(one.day)}."
        case Sign.IDLE:
            return f"{who} looked at {one.count} children and did nothing for them afterwards."


def _day(day: date | None) -> str:
    return f"{day:%-d %B %Y}" if day else ""

"""Who looked at a child's referrals and what they did, in words, for the family and those who
answer for the child."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from services.referral.domain.moves import MOVES, Move
from services.referral.domain.working_days import london_date
from services.referral.records.accounts import accounts
from services.referral.records.audit_trail import lines_about
from services.referral.records.look_up import look_up
from services.referral.records.store import MISSING, Reading
from services.referral.records.tables import AccountRow, AuditRow
from services.referral.records.waiting import chain_waiting
from services.referral.use_cases.read_referral import People
from services.referral.use_cases.workplace import Workplace
from shared.errors import NotFound
from shared.identity import Principal, Role

MOST = 500
#: Who answers for the child, and the family itself.
MAY_SEE = frozenset({Role.FAMILY, Role.SETTING, Role.COORDINATOR})

#: A decision under the law may be one that it is not safe to tell a family of.
NOT_FOR_FAMILY = frozenset({"share-by-law"})

WORDS: dict[str, str] = {
    "read": "read it",
    "vread": "read an earlier version",
    "history": "read all versions",
    "form": "opened a form to act on it",
    "looked": "looked at this list",
    "sharing": "looked at who sees the record",
    "search": "found it in a search",
    "queue": "saw it in a list",
    "list": "saw it in a list",
    "messages": "read messages about it",
    "refuse": "asked for it, and was refused",
    "raise": "raised the concern",
    "draft": "kept it as a draft",
    "create": "added to it",
    "update": "changed it",
    "annotate": "added a note",
    "message": "sent a message about it",
    "address": "looked up an address to send a message to",
    "no-address": "looked up an address, and there was none to use",
    "next-step-done": "said what was done",
    "stop-sharing": "stopped the sharing with a service",
    "agree-to-share": "wrote down that the family agreed to share",
    "share-by-law": "decided that the law lets a service see it",
}
_JOBS = "Sooner itself"


@dataclass(frozen=True, kw_only=True)
class Look:
    who: str
    organisation: str
    at: datetime
    words: str


@dataclass(frozen=True)
class Day:
    """One day in London and its looks, the newest first."""

    day: date
    looks: tuple[Look, ...]


@dataclass(frozen=True, kw_only=True)
class Looked:
    days: tuple[Day, ...]
    is_all: bool


def who_looked(task: str, *, who: Principal, at: Workplace) -> Looked:
    """Newest day first. NotFound for whoever may not see the referral, or is none of those whom it
    is shown to."""
    chain_waiting(at.records.database)
    with at.records.reading(who, now=at.clock()) as record:
        referral = record.resource("Task", task)
        child = referral.place.child
        if who.role not in MAY_SEE or child is None:
            raise NotFound(MISSING)
        lines = lines_about(record, child, at_most=MOST)
        people = people_named(record, {line.who for line in lines})
        record.note("looked", referral)
    hidden = NOT_FOR_FAMILY if who.role is Role.FAMILY else frozenset()
    looks = [_look(line, people) for line in lines if line.action not in hidden]
    days = groupby(dict.fromkeys(looks), key=lambda look: london_date(look.at))
    return Looked(
        days=tuple(Day(day, tuple(of_day)) for day, of_day in days), is_all=len(lines) < MOST
    )


def in_words(action: str) -> str:
    """“moved it: accepted”, “read it”."""
    if action in set(Move):
        return f"moved it: {MOVES[Move(action)].past}"
    return WORDS.get(action, action)


def name_of(reference: str, people: People) -> str:
    if reference.startswith("Device/"):
        return _JOBS
    return people.name(reference, otherwise="somebody whose account is gone")


def _look(line: AuditRow, people: People) -> Look:
    is_system = line.who.startswith("Organization/")
    employer = people.organisation(people.employer(line.who))
    return Look(
        who="A computer system" if is_system else name_of(line.who, people),
        organisation=employer,
        at=line.at,
        words=in_words(line.action),
    )


def people_named(record: Reading, named: set[str]) -> People:
    """The names behind these references; family accounts have theirs too."""
    ids = [one.partition("/")[2] for one in named if not one.startswith("Organization/")]
    found: dict[str, AccountRow] = accounts(record, ids)
    employers = {f"Organization/{one.organisation_id}" for one in found.values()}
    organisations = {one for one in named if one.startswith("Organization/")}
    return People(
        accounts=found, organisations=look_up(record, employers | organisations), carers={}
    )

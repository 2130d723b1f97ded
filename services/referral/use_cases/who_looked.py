"""Who looked at a child's referrals and what they did, in words, for the family and those who
answer for the child."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from services.referral.domain.access import Tags
from services.referral.domain.carers import Sight
from services.referral.domain.emergency import EMERGENCY
from services.referral.domain.moves import Move
from services.referral.domain.working_days import london_date
from services.referral.records.accounts import accounts
from services.referral.records.audit_trail import lines_about
from services.referral.records.look_up import look_up
from services.referral.records.reading import MISSING, Reading
from services.referral.records.tables import AccountRow, AuditRow
from services.referral.records.waiting import chain_waiting
from services.referral.use_cases import why_may
from services.referral.use_cases.carer_rule import sight
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
    "copy": "opened all of it, to print or keep",
    "vread": "read an earlier version",
    "history": "read all versions",
    "everything": "read all that is kept of the child",
    "match": "looked for a child like this one",
    "moves": "looked at what could be done next",
    "route": "asked where it would go",
    "validate": "tried whether a change would be taken",
    "form": "opened a form to act on it",
    "looked": "looked at this list",
    "sharing": "looked at who sees the record",
    "carers": "looked at who of the family could come in",
    "emergency-read": "looked at an emergency, to check it",
    "search": "saw it in a search",
    "queue": "saw it in a list",
    "list": "saw it in a list",
    "messages": "read messages about it",
    "refuse": "tried to open it",
    "raise": "raised the concern",
    "draft": "started it, and did not send it yet",
    "create": "added to it",
    "update": "changed it",
    "annotate": "added a note",
    "system-told": "was told by its own computer system that something happened",
    "message": "sent a message about it",
    "address": "looked up where to send a message",
    "no-address": "wanted to send a message, and had no address to use",
    "reassigned": "gave it to somebody else",
    "opened-in-emergency": "opened it in an emergency, and said why",
    "emergency-extended": "kept it open for longer, and said why",
    "emergency-ended": "closed it after an emergency",
    "emergency-reviewed": "checked whether an emergency was one",
    "next-step-done": "said what was done",
    "stop-sharing": "stopped the sharing with a service",
    "agree-to-share": "wrote down that the family agreed to share",
    "share-by-law": "decided that the law lets a service see it",
    "way-in-asked": "asked for a link to come in by",
    "way-in-refused": "tried to come in, and was refused",
    "way-in-unasked": "was sent a link, and said they had not asked for it",
    "invited": "sent a carer the way to this page",
}
#: What somebody did to a referral, as a family would say it.
MOVED: dict[Move, str] = {
    Move.RECEIVE: "opened it for the first time",
    Move.ACCEPT: "agreed to help",
    Move.ASK: "asked for more information",
    Move.ANSWER: "answered a question",
    Move.OFFER: "offered an appointment",
    Move.START: "began the assessment",
    Move.SUPPORT: "began the support",
    Move.PAUSE: "paused it",
    Move.RESUME: "went on after the pause",
    Move.COMPLETE: "closed it, and said what came of it",
    Move.REDIRECT: "passed it to another service",
    Move.PLACE: "asked another service to take it",
    Move.HAND_OVER: "handed it over to the service that took it",
    Move.LOOK_AGAIN: "took it back to look again",
    Move.RETURN: "could not take it, and sent it back",
    Move.WITHDRAW: "took it back",
    Move.ENTER_IN_ERROR: "marked it as made by mistake",
    Move.SEEN: "said that they have seen how long it waits",
    Move.EXCEPTION: "recorded an exception from a limit",
    Move.RECORD: "recorded a part of the help",
}
JOBS = "Sooner itself"


@dataclass(frozen=True, kw_only=True)
class Look:
    who: str
    organisation: str
    why: str
    at: datetime
    words: str


@dataclass(frozen=True)
class Person:
    """Somebody, why they may look, and what they did on one day, the newest first."""

    who: str
    organisation: str
    why: str
    looks: tuple[Look, ...]


@dataclass(frozen=True)
class Day:
    """One day in London; whoever looked last comes first, and Sooner's own jobs at the end."""

    day: date
    people: tuple[Person, ...]


@dataclass(frozen=True, kw_only=True)
class Looked:
    days: tuple[Day, ...]
    is_all: bool
    raised_by: str
    phone: str


def who_looked(task: str, *, who: Principal, at: Workplace) -> Looked:
    """Newest day first. NotFound for whoever may not see the referral, or is none of those whom it
    is shown to."""
    chain_waiting(at.records.database)
    with at.records.reading(who, now=at.clock()) as record:
        referral = record.resource("Task", task)
        child = referral.place.child
        may_look = who.role in MAY_SEE and Sight.LOOKED in sight(who, record)
        if not may_look or child is None or child in who.opened:
            raise NotFound(MISSING)
        lines = lines_about(record, child, at_most=MOST)
        people = people_named(
            record, {line.who for line in lines} | {f"Organization/{referral.place.origin}"}
        )
        services = _services(record, people)
        record.note("looked", referral)
    told = Telling(reader=who, people=people, services=services, tags=referral.place.tags)
    hidden = NOT_FOR_FAMILY if who.role is Role.FAMILY else frozenset()
    looks = [_look(line, told) for line in lines if line.action not in hidden]
    days = groupby(dict.fromkeys(looks), key=lambda look: london_date(look.at))
    return Looked(
        days=tuple(Day(day, _by_person(of_day)) for day, of_day in days),
        is_all=len(lines) < MOST,
        raised_by=people.organisation(referral.place.origin),
        phone=people.phone(referral.place.origin),
    )


def in_words(action: str) -> str:
    """“agreed to help”, “read it”."""
    if action in set(Move):
        return MOVED[Move(action)]
    return WORDS.get(action, action)


def name_of(reference: str, people: People) -> str:
    if reference.startswith("Device/"):
        return JOBS
    return people.name(reference, otherwise="somebody whose account is gone")


def _by_person(looks: Iterable[Look]) -> tuple[Person, ...]:
    found: dict[tuple[str, str, str], list[Look]] = {}
    for look in looks:
        found.setdefault((look.who, look.organisation, look.why), []).append(look)
    people = [Person(*named, looks=tuple(theirs)) for named, theirs in found.items()]
    return tuple(sorted(people, key=lambda one: one.why == why_may.JOB))


def _services(record: Reading, people: People) -> dict[str, str]:
    """The names, by id, of the services in which these people work."""
    ids = {service for account in people.accounts.values() for service in account.services}
    found = look_up(record, {f"HealthcareService/{id}" for id in ids})
    return {one.id: one.json["name"] for one in found.values()}


@dataclass(frozen=True, kw_only=True)
class Telling:
    """Who reads the list, and what is known about those who stand in it."""

    reader: Principal
    people: People
    services: Mapping[str, str]
    tags: Tags


def _look(line: AuditRow, told: Telling) -> Look:
    is_system = line.who.startswith("Organization/")
    employer = told.people.organisation(told.people.employer(line.who))
    return Look(
        who="A computer system" if is_system else _shown(line.who, told),
        organisation=employer,
        why=_why(line, told),
        at=line.at.replace(second=0, microsecond=0),  # once a minute is enough to read
        words=in_words(line.action) + _how(line),
    )


def _shown(reference: str, told: Telling) -> str:
    """Carers learn that another of them looked, and not which."""
    is_other = reference.startswith("RelatedPerson/") and reference != told.reader.reference
    if told.reader.role is Role.FAMILY and is_other:
        return "Another parent or carer"
    return name_of(reference, told.people)


def _how(line: AuditRow) -> str:
    return ", by emergency access" if EMERGENCY in line.detail.split() else ""


def _why(line: AuditRow, told: Telling) -> str:
    kind, _, id = line.who.partition("/")
    if line.action == "refuse":
        return why_may.REFUSED
    if kind == "Device":
        return why_may.JOB
    employer = told.people.organisation(told.people.employer(line.who))
    if kind == "Organization":
        return f"It speaks for {employer}, which works with your child or was asked to."
    account, tags = told.people.accounts.get(id), told.tags.union(line.tags)
    return why_may.why_may(account, employer, told.services, tags)


def people_named(record: Reading, named: set[str]) -> People:
    """The names behind these references; family accounts have theirs too."""
    ids = [one.partition("/")[2] for one in named if not one.startswith("Organization/")]
    found: dict[str, AccountRow] = accounts(record, ids)
    employers = {f"Organization/{one.organisation_id}" for one in found.values()}
    organisations = {one for one in named if one.startswith("Organization/")}
    return People(
        accounts=found, organisations=look_up(record, employers | organisations), carers={}
    )

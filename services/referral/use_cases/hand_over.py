"""Give to others what was somebody's who has left, or no longer works where it is."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from services.referral.domain.cover import Staffing, who_acts
from services.referral.domain.working_days import london_date
from services.referral.records.accounts import accounts
from services.referral.records.provenance import provenance
from services.referral.records.queue import about
from services.referral.records.resource import Json, Resource
from services.referral.records.staff import (
    change_cover,
    key_contacts,
    open_rows_of,
    staffing,
    unassigned_at,
)
from services.referral.records.store import Reading, Writing, new_id
from services.referral.records.tables import AccountRow, QueueRow
from services.referral.records.tasks import changed_task, given_to, is_ask, to_referral
from shared.contract import Audience, Moment, Recipient, ReferralEvent
from shared.errors import Conflict
from shared.identity import Role, job

HANDS_OVER = job("hand-over")
MOVE = "reassigned"


@dataclass(frozen=True, kw_only=True)
class Leaving:
    """What somebody gives up: services, and whether also the organisation itself."""

    account: AccountRow
    services: frozenset[str]
    is_gone: bool

    @property
    def reference(self) -> str:
        return f"Practitioner/{self.account.id}"


@dataclass(frozen=True, kw_only=True)
class HandOver:
    """One thing and the id of the account that it goes to."""

    row: QueueRow
    to: str


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What goes to whom: referrals and asks, and the CareTeams whose key contact changes."""

    tasks: tuple[HandOver, ...]
    contacts: tuple[tuple[str, str], ...]

    def counts(self) -> dict[str, int]:
        """How many things each account gets."""
        given = [one.to for one in self.tasks] + [to for _, to in self.contacts]
        return {to: given.count(to) for to in dict.fromkeys(given)}


def plan(record: Reading, leaving: Leaving) -> Plan:
    """Without doing it. Conflict when nobody is left who could take something."""
    left = _without(staffing(record.session, london_date(record.now)), leaving)
    with record.seeing_as(HANDS_OVER):
        rows = [
            one
            for one in open_rows_of(record, leaving.reference)
            if leaving.is_gone or one.service_id in leaving.services
        ]
        rows += unassigned_at(record, *_nobodys(leaving, left))
        teams = key_contacts(record, leaving.reference) if leaving.is_gone else []
    return Plan(
        tasks=tuple(HandOver(row=one, to=_taker(one.service_id, left)) for one in rows),
        contacts=tuple((team, _contact(leaving, left)) for team in teams),
    )


def _without(now: Staffing, leaving: Leaving) -> Staffing:
    """Everybody as they are once it is done."""
    stays = [one for one in now.workers if one.id != leaving.account.id]
    old = [one for one in now.workers if one.id == leaving.account.id and not leaving.is_gone]
    kept = [replace(one, services=one.services - leaving.services) for one in old]
    return Staffing(workers=tuple(stays + kept), covers=now.covers)


def _nobodys(leaving: Leaving, left: Staffing) -> tuple[list[str], list[str]]:
    """The services and organisations, as owners of Tasks, where nobody is left at all."""
    services = [
        service
        for service in sorted(leaving.services)
        if not any(service in one.services for one in left.workers)
    ]
    employer = leaving.account.organisation_id
    is_empty = leaving.is_gone and not any(one.organisation == employer for one in left.workers)
    return services, [f"Organization/{employer}"] if employer and is_empty else []


def _taker(service: str | None, left: Staffing) -> str:
    to = who_acts(None, service, left)
    if to is None:
        raise Conflict("Nobody is left to take what this person has. Add a coordinator first.")
    return to


def _contact(leaving: Leaving, left: Staffing) -> str:
    """A key contact is followed by a colleague of the same place before a coordinator."""
    employer = leaving.account.organisation_id
    colleagues = (one.id for one in left.here if one.organisation == employer)
    return next(colleagues, None) or _taker(None, left)


def hand_over(record: Writing, leaving: Leaving) -> Plan:
    """Every referral, ask and key contact goes to somebody who is there, with a line in the story
    and word to whoever gets it."""
    found = plan(record, leaving)
    names = accounts(record, found.counts())
    with record.seeing_as(HANDS_OVER):
        for one in found.tasks:
            _reassign(record, one, names[one.to])
        for team, to in found.contacts:
            _new_contact(record, team, leaving.reference, names[to])
    if leaving.is_gone:
        today = london_date(record.now)
        successor = _successor(found, leaving, record)
        change_cover(record.session, leaving.account.id, successor, today)
    return found


def _successor(found: Plan, leaving: Leaving, record: Reading) -> str:
    left = _without(staffing(record.session, london_date(record.now)), leaving)
    service = next(iter(sorted(leaving.services)), None)
    return _taker(service, left)


def _reassign(record: Writing, one: HandOver, to: AccountRow) -> None:
    old = record.resource("Task", one.row.task_id)
    task = record.update(old, _assigned(old, f"Practitioner/{to.id}", record))
    request = record.resource("ServiceRequest", one.row.concern_id)
    child = record.resource("Patient", one.row.child_id)
    record.queue(task, about(child.json, request.json))
    record.create(provenance(MOVE, [task], record.who, record.now), old.place)
    record.note(MOVE, task)
    record.tell([_event(one.row, to, record)])


def _assigned(old: Resource, to: str, record: Writing) -> Json:
    if not is_ask(old.json):
        return changed_task(old.json, replace(to_referral(old), assigned_to=to), record.now)
    return given_to(old.json, to)


def _event(row: QueueRow, to: AccountRow, record: Writing) -> ReferralEvent:
    audience = Audience.COORDINATOR if to.role == Role.COORDINATOR else Audience.SERVICE
    return ReferralEvent(
        id=new_id(),
        at=record.now,
        moment=Moment.REASSIGNED,
        task=row.task_id,
        concern=row.concern_id,
        child=row.child_id,
        service=row.service_id or row.setting_id,
        move=MOVE,
        state=row.state,
        level=row.level,
        recipients=(Recipient(id=f"Practitioner/{to.id}", audience=audience),),
    )


def _new_contact(record: Writing, team: str, old: str, to: AccountRow) -> None:
    kept = record.resource("CareTeam", team)
    member = {"reference": f"Practitioner/{to.id}", "display": to.name}
    others = [one for one in kept.json["participant"] if not _is(one, old)]
    record.update(kept, {**kept.json, "participant": [{"member": member}, *others]})
    record.note(MOVE, kept)


def _is(participant: Json, reference: str) -> bool:
    return bool(participant.get("member", {}).get("reference") == reference)


def named(counts: dict[str, int], record: Reading) -> Iterable[str]:
    """“Ann Other: 3”, for the page on which it is confirmed."""
    found = accounts(record, counts)
    return [f"{found[id].name}: {count}" for id, count in counts.items()]

"""All that goes on for one child, as one of its family may see it, and whom they can call."""

from dataclasses import dataclass, replace

from services.referral.domain.moves import State
from services.referral.records.accounts import accounts
from services.referral.records.key_contacts import key_contact_of
from services.referral.records.look_up import look_up
from services.referral.records.reading import Reading
from services.referral.records.resource import Resource
from services.referral.use_cases.leaving import leaving
from services.referral.use_cases.read_referral import OpenedReferral, opened_in
from services.referral.use_cases.workplace import Workplace
from shared.identity import Principal


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Whom to call: the key contact, or whoever is there `instead_of` them (empty: themselves)."""

    name: str
    organisation: str
    phone: str
    instead_of: str = ""


@dataclass(frozen=True, kw_only=True)
class ChildsConcern:
    """One concern: each service that was asked, the first asked first; at least one."""

    referrals: tuple[OpenedReferral, ...]
    contact: Contact | None

    @property
    def open(self) -> tuple[OpenedReferral, ...]:
        return tuple(one for one in self.referrals if one.referral.is_open)


@dataclass(frozen=True, kw_only=True)
class OpenedChild:
    """The newest concern first; none when nothing was ever sent about the child."""

    id: str
    patient: Resource
    concerns: tuple[ChildsConcern, ...]


def read_child(child: str, *, who: Principal, at: Workplace, action: str = "read") -> OpenedChild:
    """The look is noted for each concern, as `action`. NotFound for who is not of this child's
    family."""
    with at.records.reading(who, now=at.clock()) as record:
        return _child(child, record, at, action)


def read_children(*, who: Principal, at: Workplace) -> list[OpenedChild]:
    """Every child of this carer."""
    with at.records.reading(who, now=at.clock()) as record:
        return [_child(child, record, at, "read") for child in sorted(who.children)]


def _child(child: str, record: Reading, at: Workplace, action: str) -> OpenedChild:
    patient = leaving(record.resource("Patient", child), record)
    tasks = {one.place.concern: one for one in record.of_child(child, "Task")}
    found = (_concern(task, record, at, action) for task in reversed(tasks.values()))
    concerns = tuple(one for one in found if one.referrals)
    return OpenedChild(id=child, patient=patient, concerns=concerns)


def _concern(task: Resource, record: Reading, at: Workplace, action: str) -> ChildsConcern:
    opened = opened_in(task.place.concern or "", task.id, record, at)
    record.note(action, next(one for one in opened.parts if one.type == "ServiceRequest"))
    shown = [one for one in opened.concern.referrals if one.state is not State.IN_ERROR]
    return ChildsConcern(
        referrals=tuple(replace(opened, referral=one, excusable=False) for one in shown),
        contact=_contact(opened, record),
    )


def _contact(opened: OpenedReferral, record: Reading) -> Contact | None:
    teams = opened.of_type("CareTeam")
    member = teams[-1].json.get("participant", [{}])[0].get("member", {}) if teams else {}
    named = member.get("reference", "")
    there = key_contact_of(record, opened.concern.id, opened.concern.setting) or named
    if not there:
        return None
    account = accounts(record, [there.partition("/")[2]]).get(there.partition("/")[2])
    employer = account.organisation_id if account else opened.people.employer(there)
    office = look_up(record, [f"Organization/{employer}"]).get(f"Organization/{employer}")
    telecom = office.json.get("telecom", []) if office else []
    return Contact(
        name=account.name if account else member.get("display", ""),
        organisation=office.json["name"] if office else "",
        phone=next((one["value"] for one in telecom if one.get("system") == "phone"), ""),
        instead_of=member.get("display", "") if named not in ("", there) else "",
    )

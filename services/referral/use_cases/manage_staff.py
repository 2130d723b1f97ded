"""Joiners, movers and leavers, as an admin looks after them. An admin sees no child's record."""

from dataclasses import dataclass

from services.referral.domain.access import tags_of_directory
from services.referral.records.accounts import account_of_email, add_account
from services.referral.records.directory import DIRECTORY_READER
from services.referral.records.resource import Json, Place
from services.referral.records.staff import (
    change_account,
    clients_of,
    end_sessions_of,
    people,
    person_at_work,
)
from services.referral.records.store import Reading, Writing, new_id
from services.referral.records.tables import AccountRow
from services.referral.use_cases.hand_over import Leaving, hand_over, named, plan
from services.referral.use_cases.workplace import Workplace
from shared.errors import Conflict, Invalid, Issue, NotAllowed, NotFound
from shared.identity import Principal, Role
from shared.passwords import hash_password, new_secret

SIZE = 25
_DIRECTORY = Place(tags=tags_of_directory())

#: What an admin may give. Whoever looks after Sooner or its audit is let in by the operator: an
#: admin who could make admins could make themself anything.
GIVEN = (Role.SETTING, Role.PROFESSIONAL, Role.COORDINATOR)


#: Who is told when referrals climb, and the role that they need to see them.
TOLD_AS = {
    "manager": Role.PROFESSIONAL,
    "area": Role.COORDINATOR,
    "leaders": Role.COORDINATOR,
}


@dataclass(frozen=True, kw_only=True)
class Post:
    """Somebody's work: `services` and `organisation` are FHIR ids, `told_as` whether they are told
    when referrals climb, and of nothing else."""

    name: str
    role: Role
    organisation: str
    services: frozenset[str] = frozenset()
    told_as: str = ""


@dataclass(frozen=True, kw_only=True)
class Choice:
    id: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Listed:
    """One page of the people; `next` is where the one after it begins."""

    rows: tuple[AccountRow, ...]
    next: str
    organisations: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Consequences:
    """What it means that somebody leaves: “Ann Other: 3” things each, systems that stop."""

    account: AccountRow
    to: tuple[str, ...]
    systems: tuple[str, ...]


def check_admin(who: Principal) -> None:
    if who.role is not Role.ADMIN or who.client:
        raise NotFound("There is no such page for you.")


def list_people(typed: str, after: str, *, who: Principal, at: Workplace) -> Listed:
    check_admin(who)
    with at.records.reading(who, now=at.clock()) as record:
        found = people(record.session, typed.split(), after=after, at_most=SIZE + 1)
        organisations = {one.id: one.name for one in places_of_work(record)}
    shown = found[:SIZE]
    next = f"{shown[-1].name}|{shown[-1].id}" if len(found) > SIZE else ""
    return Listed(rows=tuple(shown), next=next, organisations=organisations)


def choices(*, who: Principal, at: Workplace) -> tuple[list[Choice], list[Choice]]:
    """The organisations and the services of the directory, by name."""
    check_admin(who)
    with at.records.reading(who, now=at.clock()) as record:
        entries = at.rules.directory.entries(record)
        services = [Choice(id=str(one.id), name=one.name) for one in entries]
        return places_of_work(record), sorted(services, key=lambda one: one.name)


def places_of_work(record: Reading) -> list[Choice]:
    with record.seeing_as(DIRECTORY_READER):
        found = record.of_type("Organization")
    named = [Choice(id=one.id, name=one.json.get("name", "")) for one in found]
    return sorted(named, key=lambda one: one.name)


def person_of(id: str, *, who: Principal, at: Workplace) -> AccountRow:
    check_admin(who)
    with at.records.reading(who, now=at.clock()) as record:
        return _person(record, id)


def _person(record: Reading, id: str) -> AccountRow:
    found = person_at_work(record.session, id)
    if found is None:
        raise NotFound("There is no such person.")
    return found


def join(email: str, post: Post, *, who: Principal, at: Workplace) -> str:
    """The id of the new account. It has no password that anybody knows: they set their own.

    Raises Invalid and Conflict (somebody has that e-mail).
    """
    check_admin(who)
    id, email = new_id(), email.strip().casefold()
    with at.records.writing(who, now=at.clock()) as record:
        _check(post, record, at)
        if account_of_email(record.session, email):
            raise Conflict("Somebody has an account with this e-mail already.")
        add_account(record.session, _new_account(id, email, post, at))
        record.create(_practitioner(post.name, email), _DIRECTORY, id=id)
        record.create(_role(id, post), _DIRECTORY)
        record.note("person-joined", detail=f"{id} {post.role}")
    return id


def change(id: str, post: Post, *, who: Principal, at: Workplace) -> None:
    """What the old post let somebody see is not theirs from the next request on, and what was
    theirs to do goes to others. Raises NotFound, NotAllowed, Invalid and Conflict."""
    check_admin(who)
    with at.records.writing(who, now=at.clock()) as record:
        account = _others(record, id)
        _check(post, record, at)
        moved = account.organisation_id != post.organisation
        lost = frozenset(account.services) - post.services
        change_account(
            record.session, id, name=post.name, role=post.role,
            organisation_id=post.organisation, services=sorted(post.services),
            areas=_areas(post.role, at), post=post.told_as,
        )  # fmt: skip
        if lost or moved:
            hand_over(record, Leaving(account=account, services=lost, is_gone=moved))
        record.note("person-changed", detail=f"{id} {post.role}")


def consequences(id: str, *, who: Principal, at: Workplace) -> Consequences:
    """Before it is confirmed. Raises NotFound, NotAllowed and Conflict (nobody could take it)."""
    check_admin(who)
    with at.records.reading(who, now=at.clock()) as record:
        account = _others(record, id)
        found = plan(record, _leaver(account))
        return Consequences(
            account=account,
            to=tuple(named(found.counts(), record)),
            systems=tuple(clients_of(record.session, id)),
        )


def leave(id: str, *, who: Principal, at: Workplace) -> None:
    """The account ends with every session, and everything of theirs goes to others, at once."""
    check_admin(who)
    with at.records.writing(who, now=at.clock()) as record:
        account = _others(record, id)
        change_account(record.session, id, active=False)
        end_sessions_of(record.session, id, record.now)
        hand_over(record, _leaver(account))
        practitioner = record.find("Practitioner", id)
        if practitioner:
            record.update(practitioner, {**practitioner.json, "active": False})
        record.note("person-left", detail=id)


def _leaver(account: AccountRow) -> Leaving:
    """As they were: the row itself changes when the account does."""
    kept = AccountRow(**account.model_dump())
    return Leaving(account=kept, services=frozenset(kept.services), is_gone=True)


def _others(record: Writing | Reading, id: str) -> AccountRow:
    """Somebody else's account, in use, that an admin may change."""
    account = _person(record, id)
    if id == record.who.id:
        raise NotAllowed("Another admin changes your own account.")
    if account.role not in GIVEN:
        raise NotAllowed("The operator of Sooner changes accounts of admins and auditors.")
    if not account.active:
        raise Conflict("This person has left already.")
    return AccountRow(**account.model_dump())


def _check(post: Post, record: Reading, at: Workplace) -> None:
    """Mass assignment ends here: a role that may be given, and places that there are."""
    if post.role not in GIVEN:
        raise Invalid(Issue("Choose a role from the list.", "role"))
    known = {str(one.id) for one in at.rules.directory.entries(record)}
    if post.organisation not in {one.id for one in places_of_work(record)} or post.services - known:
        raise Invalid(Issue("Choose a place of work from the list.", "organisation"))
    if post.role is Role.PROFESSIONAL and not post.services:
        raise Invalid(Issue("Choose the services in which this person works.", "services"))
    needed = TOLD_AS.get(post.told_as, post.role)
    if post.told_as not in ("", *TOLD_AS) or post.role is not needed:
        wrong = "A manager works in services; who answers for the area, or leads, is a coordinator."
        raise Invalid(Issue(wrong, "told_as"))


def _areas(role: Role, at: Workplace) -> list[str]:
    return [at.rules.policies.places.county] if role is Role.COORDINATOR else []


def _new_account(id: str, email: str, post: Post, at: Workplace) -> dict[str, object]:
    return {
        "id": id, "email": email, "name": post.name, "role": post.role,
        "password_hash": hash_password(new_secret()), "organisation_id": post.organisation,
        "services": sorted(post.services), "areas": _areas(post.role, at), "children": [],
        "active": True, "post": post.told_as,
    }  # fmt: skip


def _practitioner(name: str, email: str) -> Json:
    telecom = {"system": "email", "value": email, "use": "work"}
    return {
        "resourceType": "Practitioner",
        "active": True,
        "name": [{"text": name}],
        "telecom": [telecom],
    }


def _role(id: str, post: Post) -> Json:
    role: Json = {
        "resourceType": "PractitionerRole",
        "active": True,
        "practitioner": {"reference": f"Practitioner/{id}", "display": post.name},
        "organization": {"reference": f"Organization/{post.organisation}"},
    }
    services = [{"reference": f"HealthcareService/{one}"} for one in sorted(post.services)]
    return {**role, "healthcareService": services} if services else role

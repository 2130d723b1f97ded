"""Open a referral: who the child is, the whole story, and what this person may do now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from services.referral.domain import access
from services.referral.domain.carers import EVERYTHING, Sight
from services.referral.domain.concern import TO_DO, Ask, Concern
from services.referral.domain.minding import may_be_excused
from services.referral.domain.moves import Move
from services.referral.domain.referral import Referral, ReferralId
from services.referral.domain.service_directory import ServiceEntry
from services.referral.records.accounts import accounts
from services.referral.records.look_up import look_up
from services.referral.records.reading import MISSING, Loaded, Reading
from services.referral.records.resource import Resource
from services.referral.records.tables import AccountRow
from services.referral.use_cases.carer_rule import sight
from services.referral.use_cases.carer_view import parts_for
from services.referral.use_cases.leaving import all_leaving, leaving
from services.referral.use_cases.workplace import Workplace
from shared.errors import NotFound
from shared.fhir.reading import official_name
from shared.fhir.references import references
from shared.identity import Principal, Role


@dataclass(frozen=True, kw_only=True)
class People:
    """The names behind the references in a concern."""

    accounts: Mapping[str, AccountRow]
    organisations: Mapping[str, Resource]
    carers: Mapping[str, Resource]

    def name(self, reference: str, otherwise: str = "") -> str:
        kind, _, id = reference.partition("/")
        if kind == "RelatedPerson" and reference in self.carers:
            return official_name(self.carers[reference].json) or otherwise
        if kind == "Organization":
            return self.organisation(id) or otherwise
        account = self.accounts.get(id)
        return account.name if account else otherwise

    def employer(self, reference: str) -> str | None:
        """The id of the organisation where somebody works, or which itself is meant."""
        kind, _, id = reference.partition("/")
        if kind == "Organization":
            return id
        account = self.accounts.get(id)
        return account.organisation_id if account else None

    def organisation(self, id: str | None) -> str:
        found = self.organisations.get(f"Organization/{id}")
        return found.json["name"] if found else ""

    def phone(self, id: str | None) -> str:
        """The first telephone number of an organisation."""
        found = self.organisations.get(f"Organization/{id}")
        telecom = found.json.get("telecom", []) if found else []
        return next((one["value"] for one in telecom if one.get("system") == "phone"), "")


@dataclass(frozen=True, kw_only=True)
class OpenedReferral:
    """One referral of a concern, as its reader may see it. `parts` are all resources of the
    concern, oldest first, without what a carer may not see; `sees` is what they may. `excusable`:
    a limit runs on it that knows an exception."""

    who: Principal
    concern: Concern
    referral: Referral
    patient: Resource
    parts: tuple[Resource, ...]
    services: Mapping[str, ServiceEntry]
    people: People
    sees: frozenset[Sight] = EVERYTHING
    excusable: bool = False

    @property
    def moves(self) -> list[Move]:
        found = access.moves_for(self.who, self.concern, self.referral)
        return [move for move in found if move is not Move.EXCEPTION or self.excusable]

    @property
    def asks(self) -> list[Ask]:
        """What is open and asked because of this referral, or asked of the reader. What named
        people must do is among staff: families read what happens next in plain words."""
        return [
            ask
            for ask in self.concern.open_asks
            if (ask.referral == self.referral.id or self.may_answer(ask))
            and not (ask.kind in TO_DO and self.who.role is Role.FAMILY)
        ]

    @property
    def others(self) -> list[Referral]:
        return [one for one in self.concern.referrals if one.id != self.referral.id]

    def may_answer(self, ask: Ask) -> bool:
        return access.may_finish(self.who, ask, self.concern)

    def of_type(self, type: str) -> list[Resource]:
        return [part for part in self.parts if part.type == type]

    def service_name(self, id: str) -> str:
        entry = self.services.get(id)
        return entry.name if entry else "A service"


def read_referral(task: str, *, who: Principal, at: Workplace) -> OpenedReferral:
    """The referral of this Task, or that for whose sake it asks something. The look is noted.

    Raises NotFound when there is none that the person may see.
    """
    with at.records.reading(who, now=at.clock()) as record:
        opened = _open(task, record, at)
        record.note("read", next(one for one in opened.parts if one.id == opened.referral.id))
    return opened


def first_referral(concern: str, *, who: Principal, at: Workplace) -> str:
    """The Task of the concern's first referral; NotFound when it has none or may not be seen."""
    with at.records.reading(who, now=at.clock()) as record:
        loaded = record.concern(concern)
    if not loaded.concern.referrals:
        raise NotFound(MISSING)
    return loaded.concern.referrals[0].id


def _open(task: str, record: Reading, at: Workplace) -> OpenedReferral:
    return opened_in(record.resource("Task", task).place.concern or "", task, record, at)


def opened_in(concern_id: str, task: str, record: Reading, at: Workplace) -> OpenedReferral:
    """The referral of this Task, or that for whose sake it asks something, in its concern."""
    found = record.of_concern(concern_id)
    sees = sight(record.who, record)
    parts = all_leaving(parts_for(record.who, sees, found), record)
    if not parts:
        raise NotFound(MISSING)
    loaded = _loaded(parts)
    concern = loaded.concern
    asked_for = next((ask.referral for ask in concern.asks if ask.id == task), ReferralId(task))
    referral = concern.referral(asked_for)
    return OpenedReferral(
        who=record.who,
        concern=concern,
        referral=referral,
        patient=leaving(record.resource("Patient", concern.child), record),
        parts=tuple(parts),
        sees=sees,
        excusable=bool(may_be_excused(referral, at.rules.clock_rules(record))),
        services={entry.id: entry for entry in at.rules.directory.entries(record)},
        people=_people(record, parts),
    )


def _loaded(parts: list[Resource]) -> Loaded:
    request = next(part for part in parts if part.type == "ServiceRequest")
    return Loaded(request, [part for part in parts if part.type == "Task"])


def _people(record: Reading, parts: list[Resource]) -> People:
    """Whoever is named in the concern; three statements at the most, however many they are."""
    named = {reference for part in parts for _, reference in references(part.json)}
    staff = accounts(record, _ids(named, "Practitioner"))
    employers = {f"Organization/{one.organisation_id}" for one in staff.values()}
    origins = {f"Organization/{part.place.origin}" for part in parts}
    organisations = {one for one in named if one.startswith("Organization/")}
    return People(
        accounts=staff,
        organisations=look_up(record, employers | origins | organisations),
        carers={part.reference: part for part in parts if part.type == "RelatedPerson"},
    )


def _ids(references: Iterable[str], type: str) -> list[str]:
    prefix = f"{type}/"
    return [one.removeprefix(prefix) for one in references if one.startswith(prefix)]

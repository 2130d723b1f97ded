"""Who sees a child's record, as the family, the setting and the coordinator read it."""

from dataclasses import dataclass
from datetime import datetime

from services.referral.domain.agreement import (
    Agreement,
    Choice,
    is_secret_from_family,
    may_see,
)
from services.referral.domain.concern import Concern
from services.referral.domain.moves import Kind
from services.referral.domain.referral import Referral
from services.referral.domain.service_directory import ServiceEntry
from services.referral.records.reading import MISSING, Reading
from services.referral.use_cases.sharing import agreements_of, check_may_decide
from services.referral.use_cases.workplace import Workplace
from shared.errors import NotAllowed, NotFound
from shared.fhir.reading import usual_name
from shared.identity import Principal, Role


@dataclass(frozen=True, kw_only=True)
class SharedWith:
    """One service; `since` is when it was asked, `because` why. `is_by_law` says that it sees the
    record although the family has not agreed; a family reads it only where that is safe."""

    service: str
    name: str
    because: str
    since: datetime
    sees: bool
    is_by_law: bool


@dataclass(frozen=True, kw_only=True)
class Sharing:
    """`choices` are those that this person may make; `others` could be agreed to besides."""

    concern: str
    child: str
    setting: str
    services: tuple[SharedWith, ...]
    others: tuple[ServiceEntry, ...]
    choices: frozenset[Choice]

    def with_service(self, id: str) -> SharedWith:
        """NotFound for one that was not asked."""
        found = next((one for one in self.services if one.service == id), None)
        if found is None:
            raise NotFound(MISSING)
        return found


def read_sharing(task: str, *, who: Principal, at: Workplace) -> Sharing:
    """Raises NotFound when there is no such referral, or none that the person may see."""
    with at.records.reading(who, now=at.clock()) as record:
        loaded = record.concern_of_task(task)
        agreements = agreements_of(record, loaded.concern.id)
        entries = at.rules.directory.entries(record)
        child = record.resource("Patient", loaded.concern.child)
        origin = record.find("Organization", loaded.concern.setting)
        record.note("sharing", loaded.tasks[task])
        return Sharing(
            concern=loaded.concern.id,
            child=usual_name(child.json) or "",
            setting=origin.json["name"] if origin else "",
            services=_services(loaded.concern, agreements, entries, who),
            others=_others(loaded.concern, entries),
            choices=frozenset(one for one in Choice if _may(record, loaded.concern, one)),
        )


def _services(
    concern: Concern, agreements: list[Agreement], entries: tuple[ServiceEntry, ...], who: Principal
) -> tuple[SharedWith, ...]:
    names = {str(entry.id): entry.name for entry in entries}
    first: dict[str, Referral] = {}
    for referral in concern.referrals:
        if referral.kind is Kind.SERVICE:
            first.setdefault(referral.service, referral)
    told = _as_told(agreements, who)
    agreed = [_without_law(one) for one in agreements]
    return tuple(
        SharedWith(
            service=id,
            name=names.get(id, "A service"),
            because=referral.because,
            since=referral.made_at,
            sees=may_see(id, told),
            is_by_law=may_see(id, told) and not may_see(id, agreed),
        )
        for id, referral in first.items()
    )


def _as_told(agreements: list[Agreement], who: Principal) -> list[Agreement]:
    """A family does not learn of a decision under the law that it is not safe to tell them of."""
    if who.role is not Role.FAMILY or is_secret_from_family(agreements):
        return agreements
    return [_without_law(one, only_secret=True) for one in agreements]


def _without_law(agreement: Agreement, *, only_secret: bool = False) -> Agreement:
    kept = tuple(one for one in agreement.by_law if only_secret and one.is_safe_to_tell)
    return Agreement(
        standing=agreement.standing, told=agreement.told, stopped=agreement.stopped, by_law=kept
    )


def _others(concern: Concern, entries: tuple[ServiceEntry, ...]) -> tuple[ServiceEntry, ...]:
    """Services that could be agreed to besides, by name."""
    asked = {referral.service for referral in concern.referrals}
    free = (one for one in entries if one.id not in asked and one.accepting and not one.is_desk)
    return tuple(sorted(free, key=lambda one: one.name))


def _may(record: Reading, concern: Concern, choice: Choice) -> bool:
    try:
        check_may_decide(record, concern, choice)
    except NotAllowed:
        return False
    return True

"""What a family can know and use while it waits: how long others waited, and help that is open."""

from dataclasses import dataclass

from services.referral.domain.carers import Sight
from services.referral.domain.expected_wait import ExpectedWait
from services.referral.domain.moves import TRIAGE, Kind, State
from services.referral.domain.referral import Referral
from services.referral.domain.service_directory import Referrer, ServiceEntry, ServiceKind
from services.referral.domain.working_days import age_in_months, london_date
from services.referral.records.look_up import look_up
from services.referral.records.resource import Resource
from services.referral.use_cases.facts import home_district
from services.referral.use_cases.read_referral import OpenedReferral
from services.referral.use_cases.workplace import Workplace
from shared.fhir.reading import birth_date

WAITS = TRIAGE | {State.ACCEPTED, State.OFFERED}
#: What families can turn to by themselves, whatever the worry is.
OPEN_TO_FAMILIES = frozenset(
    {ServiceKind.HEALTH_VISITING, ServiceKind.EARLY_HELP, ServiceKind.PARENT_INFANT}
)


@dataclass(frozen=True, kw_only=True)
class HelpNow:
    """A service that takes families who come by themselves; `phone` may be empty."""

    name: str
    phone: str


@dataclass(frozen=True, kw_only=True)
class WhileWaiting:
    wait: ExpectedWait
    help: tuple[HelpNow, ...]


def while_waiting(opened: OpenedReferral, *, at: Workplace) -> WhileWaiting | None:
    """None for a referral that waits for no first meeting. Help near the child's home is for those
    who may know where that is."""
    if not waits(opened.referral):
        return None
    with at.records.reading(opened.who, now=at.clock()) as record:
        wait = at.rules.waits.at_service(record, opened.referral.service)
        near = _near(opened, at) if Sight.APPOINTMENTS in opened.sees else []
        kept = look_up(record, [f"HealthcareService/{one.id}" for one in near])
    help = (_help(one, kept.get(f"HealthcareService/{one.id}")) for one in near)
    return WhileWaiting(wait=wait, help=tuple(help))


def waits(referral: Referral) -> bool:
    return referral.state in WAITS and referral.kind is Kind.SERVICE and not referral.seen_at


def _near(opened: OpenedReferral, at: Workplace) -> list[ServiceEntry]:
    child = opened.patient.json
    district = home_district(child, at.rules.policies.places)
    born = birth_date(child)
    months = age_in_months(born, london_date(at.clock())) if born else None
    asked = {one.service for one in opened.concern.referrals}
    found = [
        one
        for one in opened.services.values()
        if one.kind in OPEN_TO_FAMILIES and one.id not in asked and one.accepting
        if one.covers(district) and one.takes_age(months) and one.takes_from(Referrer.FAMILY)
    ]
    return sorted(found, key=lambda one: one.name)


def _help(entry: ServiceEntry, kept: Resource | None) -> HelpNow:
    telecom = kept.json.get("telecom", []) if kept else []
    phone = next((one["value"] for one in telecom if one.get("system") == "phone"), "")
    return HelpNow(name=entry.name, phone=phone)

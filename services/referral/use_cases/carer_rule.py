"""Reads the rule of one carer from the records, as it is now."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.referral.domain import carers
from services.referral.domain.agreement import may_tell_family
from services.referral.domain.carers import Carer, Sight
from services.referral.domain.minimum import PRIVATE_ADDRESS
from services.referral.records.form_resources_family import (
    KNOWS,
    LIVES_WITH_CHILD,
    PARENTAL_RESPONSIBILITY,
    safe_to_contact,
)
from services.referral.records.instants import span
from services.referral.records.reading import Reading
from services.referral.records.resource import Json, Resource
from services.referral.records.tables import CarerAddressRow
from services.referral.records.tasks import extension
from services.referral.records.ways_in import addresses_of
from services.referral.use_cases.sharing import agreements_of
from services.referral.use_cases.ways_to_reach import address_of
from shared.fhir.reading import home_address, official_name
from shared.identity import Principal, Role, job
from shared.passwords import hash_secret

#: Looks at the carer and the agreement with its own eyes: part of it may be kept from the carer.
CARERS = job("carers")


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A carer in the records: why they have no way in (or nothing), and what they may see."""

    resource: Resource
    email: str
    refusal: str
    sees: frozenset[Sight]

    @property
    def name(self) -> str:
        return official_name(self.resource.json) or "A carer"


def email_hash(email: str) -> str:
    """An address as it is compared and kept beside links."""
    return hash_secret(email.strip().casefold())


def standing_of(carer: Resource, record: Reading) -> Standing:
    """`record` must see everything of the child."""
    said = _said(carer, record)
    return Standing(
        resource=carer,
        email=said.email or "",
        refusal=carers.why_no_way_in(said),
        sees=carers.sees(said),
    )


def standing(id: str, record: Reading) -> Standing | None:
    """Nothing when there is no such carer."""
    with record.seeing_as(CARERS):
        carer = record.find("RelatedPerson", id)
        return standing_of(carer, record) if carer and not carer.deleted else None


def sight(who: Principal, record: Reading) -> frozenset[Sight]:
    """What the reader may see as a carer; for everybody else the tags have decided already."""
    if who.role is not Role.FAMILY:
        return carers.EVERYTHING
    found = record.once("sight", lambda: standing(who.id, record))
    return found.sees if found else frozenset()


def may_stay(who: Principal, record: Reading) -> bool:
    """Whether a carer's session goes on: they still have a way in, and by the same address."""
    found = standing(who.id, record)
    if found is None or found.refusal:
        return False
    verified = addresses_of(record.session, [who.id]).get(who.id)
    return verified is None or verified.email_hash == email_hash(found.email)


def verified_at(found: Standing, verified: CarerAddressRow | None) -> datetime | None:
    """When the address in the record was last shown to be the carer's own."""
    is_same = verified is not None and verified.email_hash == email_hash(found.email)
    return verified.verified_at if verified and is_same else None


def _said(carer: Resource, record: Reading) -> Carer:
    json = carer.json
    child = record.find("Patient", carer.place.child or "")
    return Carer(
        is_current=_is_current(json, record.now),
        email=address_of(json, "email"),
        safe=safe_to_contact(json).get("answer", ""),
        knows=extension(json, KNOWS),
        responsibility=_held(json),
        lives_with_child=extension(json, LIVES_WITH_CHILD) in ("yes", "some"),
        is_agreed=may_tell_family(agreements_of(record, carer.place.concern or "")),
        hides_address=child is not None and _hides_address(child.json),
    )


def _is_current(json: Json, now: datetime) -> bool:
    end = json.get("period", {}).get("end")
    is_over = bool(end) and datetime.fromisoformat(span(end)[1] or "") < now
    return bool(json.get("active", True)) and not is_over


def _held(json: Json) -> str:
    found: Any = next(
        (one for one in json.get("extension", []) if one["url"] == PARENTAL_RESPONSIBILITY), {}
    )
    parts = found.get("extension", [])
    return next((str(one["valueCode"]) for one in parts if one["url"] == "held"), "")


def _hides_address(child: Json) -> bool:
    return bool(extension(home_address(child) or {}, PRIVATE_ADDRESS))

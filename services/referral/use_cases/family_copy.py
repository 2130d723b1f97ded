"""Everything that a carer may see of a child, as one FHIR Bundle to take away.

What the pages keep back from a family is kept back here as well: what staff said of a risk, what
named people of the staff have to do, and messages to others.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from services.referral.domain.carers import Sight
from services.referral.domain.concern import TO_DO
from services.referral.records.reading import MISSING
from services.referral.records.resource import Json, Resource, instant
from services.referral.use_cases.carer_rule import sight
from services.referral.use_cases.read_child import OpenedChild, read_child
from services.referral.use_cases.read_referral import OpenedReferral
from services.referral.use_cases.story_answers import STAFF_ONLY, card_of
from services.referral.use_cases.timeline import is_shown, words_of
from services.referral.use_cases.workplace import Workplace
from shared.errors import NotFound
from shared.identity import Principal

COPY = "copy"
#: How the rules read a request is for staff; a family reads what follows from it.
_RULES = ("extension", "reasonCode")
#: Parts of a request and its Tasks that are left out, by type.
_LEFT_OUT = {"Task": _RULES, "ServiceRequest": ("extension",)}


@dataclass(frozen=True, kw_only=True)
class FamilyCopy:
    child: OpenedChild
    bundle: Json


def take_copy(child: str, *, who: Principal, at: Workplace) -> FamilyCopy:
    """All concerns of the child; the audit says that a copy was taken. NotFound for who may not
    read the whole story."""
    with at.records.reading(who, now=at.clock()) as record:
        if Sight.STORY not in sight(who, record):
            record.sought = ("Patient", child)
            raise NotFound(MISSING)
    found = read_child(child, who=who, at=at, action=COPY)
    theirs = (part for one in found.concerns for part in _parts(one.referrals[0]))
    entries = [
        {"fullUrl": f"urn:uuid:{part['id']}", "resource": part}
        for part in (found.patient.json, *theirs)
    ]
    bundle: Json = {
        "resourceType": "Bundle",
        "type": "collection",
        "timestamp": instant(at.clock()),
        "entry": entries,
    }
    return FamilyCopy(child=found, bundle=bundle)


def _parts(opened: OpenedReferral) -> Iterator[Json]:
    return (_plain(part, opened) for part in opened.parts if _is_theirs(part, opened))


def _is_theirs(part: Resource, opened: OpenedReferral) -> bool:
    json, reader = part.json, opened.who.reference
    if part.type == "Task":
        return part.id not in {one.id for one in opened.concern.asks if one.kind in TO_DO}
    if part.type == "Provenance":
        return is_shown(json, opened.who.role)
    if part.type in ("Communication", "CommunicationRequest"):
        return any(one.get("reference") == reader for one in json.get("recipient", []))
    return True


def _plain(part: Resource, opened: OpenedReferral) -> Json:
    left_out = _LEFT_OUT.get(part.type, ())
    kept = {key: value for key, value in part.json.items() if key not in left_out}
    if part.type == "QuestionnaireResponse":
        kept["item"] = [one for one in kept.get("item", []) if _is_told_to_family(one)]
    if part.type == "Provenance" and not words_of(kept, opened):
        said = kept.get("activity", {})
        kept["activity"] = {key: value for key, value in said.items() if key != "text"}
    return kept


def _is_told_to_family(item: Json) -> bool:
    """Whether the group, or single question, stands on a card that families read."""
    return card_of(item.get("linkId", "")) not in STAFF_ONLY

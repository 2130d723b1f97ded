"""A concern as one carer may see it: other carers left out, and what their own rule keeps back."""

from collections.abc import Iterable

from services.referral.domain.carers import Sight
from services.referral.records.resource import Json, Resource
from shared.identity import Principal, Role

#: Which sight each kind of record needs; other kinds are what the progress is told from.
NEEDS: dict[str, Sight] = {
    "QuestionnaireResponse": Sight.STORY,
    "Observation": Sight.STORY,
    "DocumentReference": Sight.STORY,
    "Appointment": Sight.APPOINTMENTS,
}
#: What is said of the family's other members and of agreements is for those who work with it.
STAFF_ONLY = frozenset({"Consent"})


def parts_for(who: Principal, sees: frozenset[Sight], parts: Iterable[Resource]) -> list[Resource]:
    """All of them for whoever is no carer."""
    if who.role is not Role.FAMILY:
        return list(parts)
    return [part for part in parts if _may_see(who, sees, part)]


def _may_see(who: Principal, sees: frozenset[Sight], part: Resource) -> bool:
    if part.type in STAFF_ONLY:
        return False
    if part.type == "RelatedPerson":
        return part.reference == who.reference
    if part.type == "CommunicationRequest":
        return any(one.get("reference") == who.reference for one in part.json["recipient"])
    if part.type == "Communication":
        return not _is_to_another(part.json, who)
    return NEEDS.get(part.type, Sight.PROGRESS) in sees


def _is_to_another(message: Json, who: Principal) -> bool:
    told = [one.get("reference", "") for one in message.get("recipient", [])]
    carers = [one for one in told if one.startswith("RelatedPerson/")]
    return bool(carers) and who.reference not in carers

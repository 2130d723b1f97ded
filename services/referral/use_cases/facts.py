"""What routing may know of a concern, read from its FHIR resources."""

from dataclasses import dataclass
from datetime import date

from services.referral.domain.places import Places
from services.referral.domain.routing_rules import ConcernFacts, Priority
from services.referral.domain.service_directory import Referrer, ServiceEntry, ServiceKind
from services.referral.domain.working_days import age_in_months
from services.referral.records.resource import Json
from shared.fhir.codes import CONCERN
from shared.fhir.reading import birth_date, codes, gp_practice, home_address
from shared.identity import Principal, Role


@dataclass(frozen=True, kw_only=True)
class Story:
    """The resources of one concern that routing reads."""

    patient: Json
    request: Json
    responses: tuple[Json, ...] = ()


def facts_of(story: Story, referrer: Referrer, places: Places, *, on: date) -> ConcernFacts:
    """Whatever is not said, or cannot be read, is None and not guessed."""
    birth = birth_date(story.patient)
    practice = gp_practice(story.patient)
    concerns = (codes(concept, CONCERN) for concept in story.request.get("reasonCode", []))
    return ConcernFacts(
        concerns=frozenset(code for found in concerns for code in found),
        referrer=referrer,
        age_months=age_in_months(birth, on) if birth else None,
        home_area=home_district(story.patient, places),
        gp_area=places.district_of_practice(practice) if practice else None,
        legal_status=frozenset(_answers(story, "legal-status")),
        priority=Priority(story.request.get("priority", "routine")),
        hearing_checked=_boolean(story, "hearing-checked"),
        lost_skills=_boolean(story, "lost-skills"),
    )


def home_district(patient: Json, places: Places) -> str | None:
    """By postcode, else by the district's name, else by the town."""
    address = home_address(patient) or {}
    named = {district.name for district in places.districts}
    district = address.get("district")
    return (
        places.district_of_postcode(address.get("postalCode", ""))
        or (district if district in named else None)
        or places.district_of_town(address.get("city", ""))
    )


def referrer_kind(who: Principal, services: tuple[ServiceEntry, ...]) -> Referrer:
    """A school refers as a school; whoever works in another service, as a health professional."""
    if who.role is Role.SETTING:
        return Referrer.SETTING
    own = {service.kind for service in services if service.id in who.services}
    return Referrer.SCHOOL if ServiceKind.SCHOOL in own else Referrer.HEALTH


def _boolean(story: Story, link: str) -> bool | None:
    answers = [one.get("valueBoolean") for one in _items(story, link)]
    said = [answer for answer in answers if isinstance(answer, bool)]
    return any(said) if said else None


def _answers(story: Story, link: str) -> list[str]:
    return [one["valueCoding"]["code"] for one in _items(story, link) if "valueCoding" in one]


def _items(story: Story, link: str) -> list[Json]:
    """The answers to one question, wherever in the form it stands."""
    waiting = [item for response in story.responses for item in response.get("item", [])]
    found: list[Json] = []
    while waiting:
        item = waiting.pop()
        waiting += item.get("item", [])
        if item.get("linkId") == link:
            found += item.get("answer", [])
    return found

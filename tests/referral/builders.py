"""People, concerns and referrals that are ordinary unless a test says otherwise."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any
from uuid import uuid4

from services.referral.demo.people import person
from services.referral.demo.places import demo_id
from services.referral.domain.concern import Ask, AskId, AskKind, Concern, Taker
from services.referral.domain.referral import (
    ChildId,
    ConcernId,
    OrganisationId,
    Referral,
    ReferralId,
    ServiceId,
)
from services.referral.records.resource import Json
from services.referral.use_cases.sent_concern import NEW_CONCERN, Part, SentConcern
from shared.fhir.codes import AREA_OF_NEED, CONCERN
from shared.fhir.identifiers import NHS_NUMBER, ODS_CODE
from shared.identity import Principal, Role
from tests.referral.fakes import FRIDAY

EXAMPLE = Path(__file__).parents[1] / "examples" / "concern-speech.json"
COUNTY = "Anyshire"
CHILD, CARER, STORY, REQUEST = (f"urn:uuid:{uuid4()}" for _ in range(4))


def as_(key: str, *, client: bool = False) -> Principal:
    """A person of the demo by the name before the @ of their e-mail, or the system of theirs."""
    one = person(key)
    return Principal(
        id=one.id,
        name=one.name,
        role=one.role,
        organisation=demo_id(f"organisation/{one.organisation}"),
        services=frozenset(service_id(service) for service in one.services),
        areas=frozenset({COUNTY} if one.role is Role.COORDINATOR else ()),
        client=f"demo-{key}" if client else None,
    )


def a_family(*children: str) -> Principal:
    return Principal(
        id="carer", name="Laila Rahimi", role=Role.FAMILY, children=frozenset(children)
    )


def service_id(key: str) -> str:
    return demo_id(f"service/{key}")


def the_example() -> SentConcern:
    """The concern that a nursery's own system sends."""
    bundle = json.loads(EXAMPLE.read_text())
    return SentConcern(
        parts=tuple(
            Part(
                place=f"Bundle.entry[{index}].resource",
                resource=entry["resource"],
                full_url=entry["fullUrl"],
            )
            for index, entry in enumerate(bundle["entry"])
        )
    )


def a_child(**changes: Any) -> Json:
    """Three years old, of North Anyshire; None leaves an element out."""
    child: Json = {
        "resourceType": "Patient",
        "identifier": [{"system": NHS_NUMBER, "value": "9990000026"}],
        "name": [{"use": "official", "family": "Okoro", "given": ["Tobi"]}],
        "birthDate": "2023-06-01",
        "address": [
            {
                "use": "home",
                "line": ["3 Mill Street"],
                "city": "Millbrook",
                "district": "North Anyshire",
                "postalCode": "ZZ99 3AB",
            }
        ],
        "generalPractitioner": [{"identifier": {"system": ODS_CODE, "value": "Z99901"}}],
    }
    return _without_none(child | changes)


def a_request(*concerns: str, **changes: Any) -> Json:
    """A nursery's worry about talking."""
    reasons = [{"coding": [{"system": CONCERN, "code": code}]} for code in concerns]
    request: Json = {
        "resourceType": "ServiceRequest",
        "status": "active",
        "intent": "order",
        "category": [{"coding": [{"system": AREA_OF_NEED, "code": "communication-interaction"}]}],
        "priority": "routine",
        "subject": {"reference": CHILD},
        "reasonCode": reasons
        or [{"coding": [{"system": CONCERN, "code": "speech-language"}], "text": "Few words"}],
    }
    return _without_none(request | changes)


def a_carer(**changes: Any) -> Json:
    carer: Json = {
        "resourceType": "RelatedPerson",
        "patient": {"reference": CHILD},
        "name": [{"family": "Okoro", "given": ["Ada"]}],
        "telecom": [{"system": "email", "value": "ada.okoro@example.org"}],
    }
    return carer | changes


def a_story(**changes: Any) -> Json:
    story: Json = {
        "resourceType": "QuestionnaireResponse",
        "status": "completed",
        "subject": {"reference": CHILD},
        "item": [
            {"linkId": "worry", "answer": [{"valueString": "Tobi points instead of talking."}]},
            {"linkId": "hearing-checked", "answer": [{"valueBoolean": True}]},
        ],
    }
    return story | changes


def a_concern(
    request: Json | None = None,
    *,
    child: Json | None = None,
    carer: Json | None = None,
    story: Json | None = None,
    services: frozenset[str] | None = None,
    is_new: bool = False,
) -> SentConcern:
    """A child, a carer, a story and the request, pointing at each other."""
    asked = deepcopy(request or a_request())
    if is_new:
        asked["extension"] = [{"url": NEW_CONCERN, "valueBoolean": True}]
    sent = (
        (CHILD, child or a_child()),
        (CARER, carer or a_carer()),
        (STORY, story or a_story()),
        (REQUEST, asked),
    )
    return SentConcern(
        parts=tuple(
            Part(place=f"Bundle.entry[{index}].resource", resource=resource, full_url=url)
            for index, (url, resource) in enumerate(sent)
        ),
        services=services,
    )


def a_referral(**changes: Any) -> Referral:
    """Just submitted to speech and language therapy."""
    ordinary: dict[str, Any] = {
        "id": ReferralId("referral-1"),
        "service": ServiceId("speech"),
        "because": "because talking is a worry",
        "first_received_at": FRIDAY,
        "made_at": FRIDAY,
        "due_at": FRIDAY,
    }
    return Referral(**ordinary | changes)


def an_ask(**changes: Any) -> Ask:
    """A question to the nursery about the first referral."""
    ordinary: dict[str, Any] = {
        "id": AskId("ask-1"),
        "kind": AskKind.QUESTION,
        "referral": ReferralId("referral-1"),
        "owner": Taker.REFERRER,
        "text": "Does Tobi turn when you whisper?",
        "made_at": FRIDAY,
        "due_at": FRIDAY,
    }
    return Ask(**ordinary | changes)


def an_open_concern(*referrals: Referral, **changes: Any) -> Concern:
    """What the rules see of a concern: one referral unless more are given."""
    ordinary: dict[str, Any] = {
        "id": ConcernId("concern-1"),
        "child": ChildId("child-1"),
        "setting": OrganisationId("nursery"),
        "referrals": referrals or (a_referral(),),
    }
    return Concern(**ordinary | changes)


def _without_none(resource: Json) -> Json:
    return {key: value for key, value in resource.items() if value is not None}

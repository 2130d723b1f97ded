"""A directory with one service of each kind in each district, and concerns to route through it."""

from datetime import date
from typing import Any

from services.referral.domain.dated import Sure
from services.referral.domain.referral import ServiceId
from services.referral.domain.routing_rules import ConcernFacts, Place, Rule, Send, When
from services.referral.domain.service_directory import Referrer, ServiceEntry, ServiceKind

NORTH, SOUTH = "North Anyshire", "South Anyshire"
TODAY = date(2026, 11, 19)


def a_concern(*concerns: str, **facts: Any) -> ConcernFacts:
    """A nursery's routine concern about a child of 40 months in North Anyshire."""
    ordinary: dict[str, Any] = {
        "concerns": frozenset(concerns),
        "referrer": Referrer.SETTING,
        "age_months": 40,
        "home_area": NORTH,
        "gp_area": NORTH,
        "school": ServiceId("school-north"),
        "hearing_checked": True,
        "lost_skills": False,
    }
    return ConcernFacts(**ordinary | facts)


def a_service(kind: ServiceKind, area: str = NORTH, **more: Any) -> ServiceEntry:
    end = area.split()[0].lower()
    ordinary: dict[str, Any] = {
        "id": ServiceId(f"{kind}-{end}"),
        "kind": kind,
        "name": f"{kind} in {area}",
        "areas": frozenset({area}),
        "is_desk": kind is ServiceKind.COORDINATION,
    }
    return ServiceEntry(**ordinary | more)


def a_directory() -> list[ServiceEntry]:
    return [a_service(kind, area) for area in (NORTH, SOUTH) for kind in ServiceKind]


def a_rule(when: When | None = None, **more: Any) -> Rule:
    """Talking is for speech and language therapy, by the GP practice."""
    ordinary: dict[str, Any] = {
        "id": "speech",
        "valid_from": date(2026, 9, 1),
        "when": when or When(concerns=frozenset({"speech-language"})),
        "send_to": (a_send(),),
        "source": "a test",
        "sure": Sure.PROPOSED,
    }
    return Rule(**ordinary | more)


def a_send(
    service: ServiceKind = ServiceKind.SPEECH,
    place: Place = Place.GP,
    because: str = "talking is a worry",
    question: str | None = None,
) -> Send:
    return Send(service=service, place=place, because=because, question=question)

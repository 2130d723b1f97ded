"""The appointment that a service has offered, as pages show it."""

from typing import Any

from services.referral.records.resource import Json, Resource
from services.referral.use_cases.miss_appointment import NOT_BROUGHT
from services.referral.use_cases.read_referral import OpenedReferral


def appointment(opened: OpenedReferral) -> dict[str, Any] | None:
    """The newest of this service while the referral is open: when, where, whether it was missed."""
    offered = newest_offered(opened)
    if offered is None or not opened.referral.is_open:
        return None
    return {
        "at": offered.json.get("start"),
        "place": offered.json.get("patientInstruction"),
        "is_missed": offered.json["status"] == NOT_BROUGHT,
    }


def newest_offered(opened: OpenedReferral) -> Resource | None:
    """By this service."""
    service = f"HealthcareService/{opened.referral.service}"
    offered = [one for one in opened.of_type("Appointment") if service in _actors(one.json)]
    return offered[-1] if offered else None


def _actors(appointment: Json) -> list[str]:
    return [one["actor"]["reference"] for one in appointment["participant"] if "actor" in one]

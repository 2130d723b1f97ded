"""The queue: one typed row a Task, from which the worklists are read."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from services.referral.domain.concern import AskState, Taker
from services.referral.domain.keeping_in_touch import contact_due_at
from services.referral.domain.late_asks import told_next_at
from services.referral.records.resource import Json, Resource
from services.referral.records.tasks import (
    ASSIGNED_TO,
    extension,
    is_ask,
    looked_at_next,
    modified_at,
    to_ask,
    to_referral,
)
from shared.fhir.codes import AREA_OF_NEED, CONCERN

#: FHIR request priorities from the most to the least pressing.
PRIORITIES = ("stat", "asap", "urgent", "routine")


@dataclass(frozen=True, kw_only=True)
class About:
    """What the queue says of a Task that stands in other resources."""

    locality: str | None
    birth_date: date | None
    area_of_need: str | None
    concern_code: str | None


def about(patient: Json, request: Json) -> About:
    """Read it from the child's and the concern's own resources."""
    addresses = patient.get("address", [])
    birth = patient.get("birthDate", "")
    return About(
        locality=addresses[0].get("district") if addresses else None,
        birth_date=date.fromisoformat(birth) if len(birth) == 10 else None,
        area_of_need=_first_code(request.get("category", []), AREA_OF_NEED),
        concern_code=_first_code(request.get("reasonCode", []), CONCERN),
    )


def _first_code(concepts: list[Json], system: str) -> str | None:
    codings = (coding for concept in concepts for coding in concept.get("coding", []))
    return next((one.get("code") for one in codings if one.get("system") == system), None)


def queue_row(task: Resource, facts: About) -> dict[str, Any]:
    """The columns of the queue for this version of a Task."""
    json = task.json
    owner = json["owner"]["reference"]
    typed = _of_ask(task) if is_ask(json) else _of_referral(task)
    return {
        "task_id": task.id,
        "concern_id": task.place.concern,
        "child_id": task.place.child,
        "setting_id": task.place.origin,
        "requester": json["requester"]["reference"],
        "owner": owner,
        "status": json["status"],
        "priority": json.get("priority", "routine"),
        "priority_rank": PRIORITIES.index(json.get("priority", "routine")),
        "locality": facts.locality,
        "birth_date": facts.birth_date,
        "area_of_need": facts.area_of_need,
        "concern_code": facts.concern_code,
        "next_escalation_at": None,
        "modified_at": modified_at(task),
        "last_updated": task.last_updated,
        "version": task.version,
        "tags": sorted(task.place.tags),
        **typed,
    }


def _of_referral(task: Resource) -> dict[str, Any]:
    referral = to_referral(task)
    climbs_at = referral.next_escalation_at if referral.is_open else None
    business = task.json.get("businessStatus", {}).get("coding", [{}])[0].get("code")
    return {
        "kind": referral.kind,
        "open": referral.is_open,
        "service_id": referral.service,
        "part_of": None,
        "business_status": business,
        "state": referral.state,
        "due_at": referral.due_at,
        "made_at": referral.made_at,
        "first_received_at": referral.first_received_at,
        "seen_at": referral.seen_at,
        "contact_due_at": contact_due_at(referral),
        "level": referral.level,
        "assigned_to": referral.assigned_to,
        "next_escalation_at": looked_at_next(climbs_at, task),
    }


def _of_ask(task: Resource) -> dict[str, Any]:
    ask = to_ask(task)
    return {
        "kind": ask.kind,
        "open": ask.state is AskState.OPEN,
        "service_id": None,
        "part_of": ask.referral,
        "business_status": None,
        "state": ask.state,
        "due_at": ask.due_at,
        "made_at": ask.made_at,
        "first_received_at": ask.made_at,
        "seen_at": None,
        "contact_due_at": ask.due_at if ask.owner is Taker.FAMILY else None,
        "level": ask.times_told,
        "next_escalation_at": looked_at_next(told_next_at(ask), task),
        "assigned_to": (extension(task.json, ASSIGNED_TO) or {}).get("reference"),
    }

"""Referrals and asks as FHIR Tasks, and back: the only place that knows how one maps to the other.

Source of the codes: the state model in `docs/states.md`.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from services.referral.domain.concern import (
    Ask,
    AskId,
    AskKind,
    AskState,
    Concern,
    ConcernStatus,
    Taker,
)
from services.referral.domain.moves import Kind, State
from services.referral.domain.referral import (
    ChildId,
    ConcernId,
    OrganisationId,
    Referral,
    ReferralId,
    ServiceId,
)
from services.referral.records.resource import Json, Resource, instant
from services.referral.records.task_clocks import (
    CLOCK_URLS,
    clock_extensions,
    to_clocks,
    to_exceptions,
    to_recorded,
    to_risks,
)
from shared.fhir.codes import (
    BUSINESS_STATUS,
    EXTENSION_BASE,
    HELP_PART,
    OUTCOME,
    RETURN_REASON,
    STATUS_REASON,
    TASK_CODE,
    TASK_KIND,
)

LEVEL = f"{EXTENSION_BASE}/escalation-level"
NEXT_ESCALATION = f"{EXTENSION_BASE}/next-escalation"
LAST_CONTACT = f"{EXTENSION_BASE}/last-contact"
FIRST_RECEIVED = f"{EXTENSION_BASE}/first-received"
RESUMES = f"{EXTENSION_BASE}/resumes-to"
ASSIGNED_TO = f"{EXTENSION_BASE}/assigned-to"
OF_CLOCK = f"{EXTENSION_BASE}/of-clock"
REPLACES = f"{EXTENSION_BASE}/replaces"
FIRST_CONTACT = f"{EXTENSION_BASE}/first-contact"

#: Our state → Task.status, businessStatus.
CODES: dict[State, tuple[str, str | None]] = {
    State.SUBMITTED: ("requested", "awaiting-receipt"),
    State.RECEIVED: ("received", "awaiting-triage"),
    State.QUESTION: ("on-hold", "information-requested"),
    State.ACCEPTED: ("accepted", "waiting-list"),
    State.OFFERED: ("ready", "appointment-offered"),
    State.ASSESSING: ("in-progress", "assessing"),
    State.SUPPORTING: ("in-progress", "supporting"),
    State.PAUSED: ("on-hold", "paused-by-family"),
    State.REDIRECTED: ("completed", "redirected"),
    State.RETURNED: ("rejected", "not-accepted"),
    State.WITHDRAWN: ("cancelled", "withdrawn"),
    State.CLOSED: ("completed", "closed-outcome"),
    State.IN_ERROR: ("entered-in-error", None),
}
_STATES = {codes: state for state, codes in CODES.items()}
_ASK_STATUS = {
    AskState.OPEN: "requested",
    AskState.DONE: "completed",
    AskState.CANCELLED: "cancelled",
}
_TAKERS = {
    "Patient": Taker.FAMILY,
    "Organization": Taker.REFERRER,
    "Practitioner": Taker.PERSON,
}
_ASK_STATES = {status: state for state, status in _ASK_STATUS.items()}
_KIND_CODES = {Kind.SERVICE: "referral", Kind.DESK: "coordination"}
_WAITING_REASONS = {
    State.QUESTION: "further-information-needed",
    State.PAUSED: "paused-by-family",
}


def coding(system: str, code: str) -> Json:
    return {"system": system, "code": code}


def concept(system: str, code: str | None, text: str | None = None) -> Json:
    built: Json = {"coding": [coding(system, code)]} if code else {}
    return {**built, **({"text": text} if text else {})}


def code_in(concept: Json | None, system: str) -> str | None:
    """The concept's code in that system, if it has one."""
    codings = (concept or {}).get("coding", [])
    return next((one.get("code") for one in codings if one.get("system") == system), None)


def new_task(referral: Referral, concern: Concern) -> Json:
    """A Task as it is first written for a referral."""
    task: Json = {
        "resourceType": "Task",
        "identifier": [{"system": "https://tools.ietf.org/html/rfc4122", "value": referral.id}],
        "intent": "order",
        "code": {
            "coding": [
                coding(TASK_CODE, "fulfill"),
                coding(TASK_KIND, _KIND_CODES[referral.kind]),
            ]
        },
        "focus": {"reference": f"ServiceRequest/{concern.id}"},
        "for": {"reference": f"Patient/{concern.child}"},
        "authoredOn": instant(referral.made_at),
        "requester": {"reference": f"Organization/{concern.setting}"},
        "owner": {"reference": f"HealthcareService/{referral.service}"},
        "reasonCode": {"text": referral.because},
    }
    return changed_task(task, referral, referral.made_at)


def changed_task(task: Json, referral: Referral, now: datetime) -> Json:
    """The stored Task with the parts that a move changes; everything else as it was."""
    status, business = CODES[referral.state]
    changed = {
        **task,
        "extension": _extensions(task, referral),
        "status": status,
        "statusReason": _status_reason(task, referral),
        "businessStatus": concept(BUSINESS_STATUS, business) if business else None,
        "priority": referral.priority,
        "lastModified": instant(now),
        "restriction": {"period": {"end": instant(referral.due_at)}},
    }
    if referral.state is State.CLOSED and _outcome(task) is None:
        said = outcome_output(referral.outcome, referral.outcome_text)
        changed["output"] = [*task.get("output", []), *said]
    return {key: value for key, value in changed.items() if value}


def outcome_output(code: str | None, text: str | None) -> list[Json]:
    value = concept(OUTCOME, code, text)
    return [{"type": {"text": "outcome"}, "valueCodeableConcept": value}]


_WITH_REASON = frozenset({State.RETURNED, State.WITHDRAWN, State.IN_ERROR, *_WAITING_REASONS})


def _status_reason(task: Json, referral: Referral) -> Json | None:
    """As a client wrote it, where the new state has a reason; else ours; else none."""
    if referral.state not in _WITH_REASON:
        return None
    written: Json | None = task.get("statusReason")
    if written and task["status"] == CODES[referral.state][0]:
        return written
    if referral.state in _WAITING_REASONS:
        return concept(STATUS_REASON, _WAITING_REASONS[referral.state], referral.reason_text)
    return concept(RETURN_REASON, referral.reason, referral.reason_text)


def _extensions(task: Json, referral: Referral) -> list[Json]:
    ours: dict[str, tuple[str, Any]] = {
        LEVEL: ("valueInteger", referral.level),
        FIRST_RECEIVED: ("valueDateTime", instant(referral.first_received_at)),
        RESUMES: ("valueCode", referral.resumes),
        ASSIGNED_TO: ("valueReference", _reference(referral.assigned_to)),
        REPLACES: ("valueReference", _reference(referral.replaces, "Task/")),
        NEXT_ESCALATION: ("valueInstant", _instant(referral.next_escalation_at)),
        FIRST_CONTACT: ("valueInstant", _instant(referral.seen_at)),
        LAST_CONTACT: ("valueInstant", _instant(referral.last_contact)),
    }
    urls = CLOCK_URLS | ours.keys()
    kept = [one for one in task.get("extension", []) if one.get("url") not in urls]
    built = [{"url": url, kind: value} for url, (kind, value) in ours.items() if value is not None]
    return kept + built + clock_extensions(referral)


def _instant(at: datetime | None) -> str | None:
    return instant(at) if at else None


def _reference(id: str | None, prefix: str = "") -> Json | None:
    return {"reference": f"{prefix}{id}"} if id else None


def extension(resource: Json, url: str) -> Any:
    """The value of the first extension with that url, whatever its type."""
    for one in resource.get("extension", []):
        if one.get("url") == url:
            return next((value for key, value in one.items() if key.startswith("value")), None)
    return None


def new_ask(ask: Ask, concern: Concern, asker: str) -> Json:
    """A Task that asks the referrer or the family for something, part of the referral's Task.

    `asker` is the reference of whoever asks: FHIR lets no service be a requester.
    """
    owner = f"Patient/{concern.child}"
    if ask.owner is Taker.REFERRER:
        owner = f"Organization/{concern.setting}"
    if ask.person:
        owner = ask.person
    task: Json = {
        "resourceType": "Task",
        "extension": list(_of_action(ask)),
        "partOf": [{"reference": f"Task/{ask.referral}"}],
        "intent": "order",
        "code": {"coding": [coding(TASK_KIND, ask.kind)]},
        "description": ask.text,
        "focus": {"reference": f"ServiceRequest/{concern.id}"},
        "for": {"reference": f"Patient/{concern.child}"},
        "authoredOn": instant(ask.made_at),
        "requester": {"reference": asker},
        "owner": {"reference": owner},
        "restriction": {"period": {"end": instant(ask.due_at)}},
    }
    return changed_ask({key: value for key, value in task.items() if value}, ask, ask.made_at)


def _of_action(ask: Ask) -> Iterator[Json]:
    if ask.person:
        yield _assigned_to(ask.person)
    if ask.clock:
        yield {"url": OF_CLOCK, "valueCode": ask.clock}


def _assigned_to(person: str) -> Json:
    return {"url": ASSIGNED_TO, "valueReference": {"reference": person}}


def given_to(task: Json, person: str) -> Json:
    """The stored Task of an ask in the hands of somebody else."""
    kept = [one for one in task.get("extension", []) if one.get("url") != ASSIGNED_TO]
    changed = {**task, "extension": [*kept, _assigned_to(person)]}
    is_by_name = task["owner"]["reference"].startswith("Practitioner/")
    return {**changed, "owner": {"reference": person}} if is_by_name else changed


def changed_ask(task: Json, ask: Ask, now: datetime) -> Json:
    changed = {**task, "status": _ASK_STATUS[ask.state], "lastModified": instant(now)}
    if ask.next_told_at:
        told: list[Json] = [
            {"url": LEVEL, "valueInteger": ask.times_told},
            {"url": NEXT_ESCALATION, "valueInstant": instant(ask.next_told_at)},
        ]
        urls = {one["url"] for one in told}
        kept = [one for one in task.get("extension", []) if one.get("url") not in urls]
        changed["extension"] = [*kept, *told]
    if ask.answer and "output" not in task:
        changed["output"] = [{"type": {"text": "answer"}, "valueString": ask.answer}]
    return changed


def is_ask(task: Json) -> bool:
    return code_in(task.get("code"), TASK_KIND) in set(AskKind)


def is_ask_of(task: Resource, kind: AskKind) -> bool:
    return code_in(task.json.get("code"), TASK_KIND) == kind


#: A service has said yes, and is not done.
_TAKEN_ON = frozenset(
    {State.ACCEPTED, State.OFFERED, State.ASSESSING, State.SUPPORTING, State.PAUSED}
)


def is_taken_on(task: Json, services: frozenset[str]) -> bool:
    """Whether this Task is with one of the services, which has accepted it."""
    state = task["status"], code_in(task.get("businessStatus"), BUSINESS_STATUS)
    owner = task.get("owner", {}).get("reference", "").partition("/")[2]
    return owner in services and _STATES.get(state) in _TAKEN_ON


def to_referral(task: Resource) -> Referral:
    json = task.json
    status, business = json["status"], code_in(json.get("businessStatus"), BUSINESS_STATUS)
    reason = json.get("statusReason")
    outcome = _outcome(json)
    resumes = extension(json, RESUMES)
    replaces = extension(json, REPLACES)
    assigned = extension(json, ASSIGNED_TO)
    return Referral(
        id=ReferralId(task.id),
        service=ServiceId(json["owner"]["reference"].partition("/")[2]),
        kind=Kind.DESK if _is_desk(json) else Kind.SERVICE,
        state=_STATES[status, business],
        priority=json.get("priority", "routine"),
        because=json["reasonCode"]["text"],
        first_received_at=_time(extension(json, FIRST_RECEIVED)),
        made_at=_time(json["authoredOn"]),
        due_at=_time(json["restriction"]["period"]["end"]),
        resumes=State(resumes) if resumes else None,
        reason=code_in(reason, RETURN_REASON),
        reason_text=(reason or {}).get("text"),
        outcome=code_in(outcome, OUTCOME),
        outcome_text=(outcome or {}).get("text"),
        assigned_to=assigned["reference"] if assigned else None,
        replaces=ReferralId(replaces["reference"].partition("/")[2]) if replaces else None,
        level=extension(json, LEVEL) or 0,
        seen_at=_maybe_time(extension(json, FIRST_CONTACT)),
        risks=to_risks(json),
        clocks=to_clocks(json),
        exceptions=to_exceptions(json),
        recorded=to_recorded(json),
        last_contact=_maybe_time(extension(json, LAST_CONTACT)),
        next_escalation_at=_maybe_time(extension(json, NEXT_ESCALATION)),
        version=task.version,
    )


def _is_desk(task: Json) -> bool:
    return code_in(task.get("code"), TASK_KIND) == _KIND_CODES[Kind.DESK]


def _outcome(task: Json) -> Json | None:
    outputs = [one for one in task.get("output", []) if not code_in(one.get("type"), HELP_PART)]
    for output in outputs:
        if "valueCodeableConcept" in output:
            concept: Json = output["valueCodeableConcept"]
            return concept
        if "valueString" in output:
            return {"text": output["valueString"]}
    return None


def to_ask(task: Resource) -> Ask:
    json = task.json
    answer = (_outcome(json) or {}).get("text")
    owner = json["owner"]["reference"]
    taker = _TAKERS[owner.partition("/")[0]]
    return Ask(
        id=AskId(task.id),
        kind=AskKind(code_in(json["code"], TASK_KIND) or ""),
        referral=ReferralId(json["partOf"][0]["reference"].partition("/")[2]),
        owner=taker,
        text=json.get("description", ""),
        made_at=_time(json["authoredOn"]),
        due_at=_time(json["restriction"]["period"]["end"]),
        state=_ASK_STATES[json["status"]],
        answer=answer,
        person=owner if taker is Taker.PERSON else None,
        clock=extension(json, OF_CLOCK),
        times_told=extension(json, LEVEL) or 0,
        next_told_at=_maybe_time(extension(json, NEXT_ESCALATION)),
        version=task.version,
    )


def looked_at_next(at: datetime | None, task: Resource) -> datetime | None:
    """When a sweep next looks at a referral, or at what it asks: after the instant in which it was
    last written, so that one sweep takes one rung, however far behind it is."""
    return max(at, task.last_updated + timedelta(milliseconds=1)) if at else None


def modified_at(task: Resource) -> datetime:
    return _time(task.json["lastModified"])


def to_concern(request: Resource, tasks: list[Resource]) -> Concern:
    """The whole concern from its ServiceRequest and its Tasks."""
    return Concern(
        id=ConcernId(request.id),
        child=ChildId(request.place.child or ""),
        setting=OrganisationId(request.place.origin or ""),
        status=ConcernStatus(request.json["status"]),
        referrals=tuple(to_referral(task) for task in tasks if not is_ask(task.json)),
        asks=tuple(to_ask(task) for task in tasks if is_ask(task.json)),
    )


def _maybe_time(written: str | None) -> datetime | None:
    return _time(written) if written else None


def _time(written: str) -> datetime:
    return datetime.fromisoformat(written).astimezone(UTC)

"""What FHIR R4 demands of whole objects (its constraints of severity `error`), as tables.

Source: the constraints in the R4 4.0.1 definitions of the stored types and their data types, by
their keys (`prr-1`). Those on references, periods, narrative and contained resources stand where
these are looked at.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from shared.errors import Issue

#: By type or part: key, what is given, and what must be given with it.
NEEDS: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "Attachment": (("att-1", "data", "contentType"),),
    "ContactPoint": (("cpt-2", "value", "system"),),
    "Quantity": (("qty-3", "code", "system"),),
    "ServiceRequest": (("prr-1", "orderDetail", "code"),),
    "Timing.repeat": (
        ("tim-1", "duration", "durationUnit"),
        ("tim-2", "period", "periodUnit"),
        ("tim-6", "periodMax", "period"),
        ("tim-7", "durationMax", "duration"),
        ("tim-8", "countMax", "count"),
        ("tim-9", "offset", "when"),
    ),
}
#: By type or part: key and two that are not given together; `value` stands for any `value[x]`.
NOT_BOTH: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "AuditEvent.entity": (("sev-1", "name", "query"),),
    "Extension": (("ext-1", "extension", "value"),),
    "Observation": (("obs-6", "dataAbsentReason", "value"),),
    "Questionnaire.item": (
        ("que-4", "answerOption", "answerValueSet"),
        ("que-11", "answerOption", "initial"),
    ),
    "QuestionnaireResponse.item": (("qrs-1", "answer", "item"),),
    "Timing.repeat": (("tim-10", "timeOfDay", "when"),),
}
#: By type or part: key and those of which one at least is given.
ONE_OF: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "Appointment.participant": ("app-1", ("type", "actor")),
    "Consent": ("ppc-1", ("policy", "policyRule")),
    "Extension": ("ext-1", ("extension", "value")),
    "Observation.referenceRange": ("obs-3", ("low", "high", "text")),
    "Organization": ("org-1", ("identifier", "name")),
    "Patient.contact": ("pat-1", ("name", "telecom", "address", "organization")),
}


def invariant_issues(name: str, value: dict[str, Any], path: str) -> Iterator[Issue]:
    """What an object of the type or part `name` holds that does not go together."""
    for key, given, needed in NEEDS.get(name, ()):
        if _has(value, given) and not _has(value, needed):
            yield _issue(f"'{given}' needs '{needed}' beside it", key, f"{path}.{needed}")
    for key, one, other in NOT_BOTH.get(name, ()):
        if _has(value, one) and _has(value, other):
            yield _issue(f"'{one}' and '{other}' cannot be given together", key, path)
    if name in ONE_OF and not any(_has(value, one) for one in ONE_OF[name][1]):
        key, names = ONE_OF[name]
        yield _issue(f"{name} needs one of: {', '.join(names)}", key, path)
    if name in _OTHERS:
        yield from _OTHERS[name](value, path)


def _has(value: dict[str, Any], name: str) -> bool:
    if name == "value" and not {"value", "_value"} & value.keys():
        return any(key.startswith("value") for key in value)
    return name in value or f"_{name}" in value


def _issue(text: str, key: str, path: str) -> Issue:
    return Issue(f"{text} (FHIR's {key}).", path, "invariant")


def _appointment(value: dict[str, Any], path: str) -> Iterator[Issue]:
    status = value.get("status")
    if _has(value, "start") != _has(value, "end"):
        missing = "end" if _has(value, "start") else "start"
        yield _issue("Both start and end are given, or neither", "app-2", f"{path}.{missing}")
    elif not _has(value, "start") and status not in ("proposed", "cancelled", "waitlist"):
        yield _issue("An appointment that is not proposed has a start", "app-3", f"{path}.start")
    if _has(value, "cancelationReason") and status not in ("noshow", "cancelled"):
        yield _issue("Only a cancelled one has this", "app-4", f"{path}.cancelationReason")


def _organisation(value: dict[str, Any], path: str) -> Iterator[Issue]:
    for key, name in (("org-3", "telecom"), ("org-2", "address")):
        many = value.get(name)
        for index, one in enumerate(many if isinstance(many, list) else []):
            if isinstance(one, dict) and one.get("use") == "home":
                place = f"{path}.{name}[{index}].use"
                yield _issue("An organisation has no home", key, place)


_OTHERS: Mapping[str, Callable[[dict[str, Any], str], Iterator[Issue]]] = {
    "Appointment": _appointment,
    "Organization": _organisation,
}

"""The name of a search parameter as it stands in an address, with its modifier or its chain.

Source: https://hl7.org/fhir/R4/search.html#modifiers, #chaining and #has
"""

from services.referral.records.search_params import Kind, Param, find_param
from services.referral.records.search_query import Criterion, values_of
from shared.fhir.types import RESOURCE_TYPES, STORED_TYPES

#: Parameters of all types in R4 that do not work here.
REFUSED = {
    "_text": "What a resource says in prose is not searched.",
    "_content": "What a resource says in prose is not searched.",
    "_list": "No lists are kept here.",
    "_query": "There are no named queries here.",
    "_filter": "Filters are not known here: use parameters.",
}


def read_criterion(type: str, name: str, value: str) -> Criterion | None:
    """What one parameter of a search of that type asks for; None where it is not known."""
    if name.startswith("_has:"):
        return _pointed_at(type, name, value)
    if "." in name:
        return _chained(type, name, value)
    return _plain(type, name, value)


def _plain(type: str, name: str, value: str) -> Criterion | None:
    base, _, modifier = name.partition(":")
    param = find_param(type, base)
    if param is None or not _takes(param, modifier):
        return None
    return Criterion(name=base, modifier=modifier, values=values_of(value))


def _takes(param: Param, modifier: str) -> bool:
    return not modifier or modifier in param.modifiers or _is_target(param, modifier)


def _is_target(param: Param, type: str) -> bool:
    is_type = param.kind is Kind.REFERENCE and type in RESOURCE_TYPES
    return is_type and (not param.targets or type in param.targets)


def _chained(type: str, name: str, value: str) -> Criterion | None:
    """`patient.name`, or `subject:Patient.name:exact`; one step and no further."""
    start, _, rest = name.partition(".")
    base, _, target = start.partition(":")
    param = find_param(type, base)
    if param is None or param.kind is not Kind.REFERENCE or type == "AuditEvent":
        return None
    if target and not _is_target(param, target):
        return None
    targets = [target] if target else param.stored_targets
    known = (_plain(one, rest, value) for one in targets if one in STORED_TYPES)
    then = next((one for one in known if one), None)
    return Criterion(name=base, modifier=target, then=then) if then else None


def _pointed_at(type: str, name: str, value: str) -> Criterion | None:
    """`_has:Task:patient:status`; one step and no further."""
    parts = name.split(":", 3)
    if len(parts) != 4 or parts[1] not in STORED_TYPES - {"AuditEvent"} or type == "AuditEvent":
        return None
    _, source, reference, rest = parts
    param = find_param(source, reference)
    then = _plain(source, rest, value)
    if then is None or param is None or not _is_target(param, type):
        return None
    return Criterion(name="_has", modifier=f"{source}:{reference}", then=then)

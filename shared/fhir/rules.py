"""Rules on whole objects that types alone cannot say, by the FHIR type or part they hold for.

A rule looks only at values of the right type; wrong types are named where they stand.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from shared.errors import Issue
from shared.fhir.codes import OWN_CODE_SYSTEMS
from shared.fhir.identifiers import NHS_NUMBER, is_system, nhs_number_problem
from shared.fhir.references import is_untyped, reference_parts
from shared.fhir.types import RESOURCE_TYPES


@dataclass(frozen=True, slots=True)
class Around:
    """What a rule may need to know besides the object itself."""

    today: date
    contained: Mapping[str, str]
    code_systems: Mapping[str, Mapping[str, str]]


Rule = Callable[[dict[str, Any], str, Around], Iterator[Issue]]


def _in_order(value: dict[str, Any], path: str, _: Around) -> Iterator[Issue]:
    start, end = value.get("start"), value.get("end")
    if isinstance(start, str) and isinstance(end, str) and _is_after(start, end):
        yield Issue("This ends before it starts.", f"{path}.end", "invariant")


def _is_after(start: str, end: str) -> bool:
    """Whether one time lies after the other, as far as both are precise."""
    if "T" in start and "T" in end:
        try:
            return datetime.fromisoformat(start) > datetime.fromisoformat(end)
        except (ValueError, TypeError):
            return False  # not times at all, which is said elsewhere
    length = min(len(start), len(end), len("2026-11-19"))
    return start[:length] > end[:length]


def _born_by_now(value: dict[str, Any], path: str, around: Around) -> Iterator[Issue]:
    born = value.get("birthDate")
    if isinstance(born, str) and born > around.today.isoformat()[: len(born)]:
        yield Issue("A date of birth cannot be in the future.", f"{path}.birthDate", "value")


def _on_one_line(value: dict[str, Any], path: str, _: Around) -> Iterator[Issue]:
    contact = value.get("value")
    if isinstance(contact, str) and ("\r" in contact or "\n" in contact):
        yield Issue("A telephone number or address has one line.", f"{path}.value", "value")


def _nhs_number(value: dict[str, Any], path: str, _: Around) -> Iterator[Issue]:
    number = value.get("value")
    if is_system(value.get("system"), NHS_NUMBER) and isinstance(number, str):
        problem = nhs_number_problem(number)
        if problem:
            yield Issue(problem, f"{path}.value", "value", severity="warning")


def _own_code(value: dict[str, Any], path: str, around: Around) -> Iterator[Issue]:
    system, code = value.get("system"), value.get("code")
    if not (isinstance(system, str) and system.startswith(OWN_CODE_SYSTEMS)):
        return
    if system not in around.code_systems:
        known = ", ".join(around.code_systems)
        yield Issue(f"There is no such code system. There are: {known}.", path, "code-invalid")
    elif isinstance(code, str) and code not in around.code_systems[system]:
        allowed = ", ".join(around.code_systems[system])
        text = f"'{code[:40]}' is not a code of {system}. Its codes are: {allowed}."
        yield Issue(text, f"{path}.code", "code-invalid")


def _leads_somewhere(value: dict[str, Any], path: str, _: Around) -> Iterator[Issue]:
    reference = value.get("reference")
    if isinstance(reference, str) and is_untyped(reference):
        text = "This reference has an id but no type, so nobody can follow it."
        yield Issue(text, f"{path}.reference", "incomplete", severity="warning")


def _as_it_says(value: dict[str, Any], path: str, _: Around) -> Iterator[Issue]:
    kind, reference = value.get("type"), value.get("reference")
    if not isinstance(kind, str) or kind not in RESOURCE_TYPES:
        return
    parts = reference_parts(reference) if isinstance(reference, str) else None
    if parts and parts[0] in RESOURCE_TYPES and parts[0] != kind:
        yield Issue(f"This says {kind} and points to a {parts[0]}.", f"{path}.type", "value")


def _asked_in_order(value: dict[str, Any], path: str, around: Around) -> Iterator[Issue]:
    authored = value.get("authoredOn")
    if not isinstance(authored, str):
        return
    # due before it was made is doubted only: one that goes on after a return keeps its first clock
    for place, later, severity in (
        ("lastModified", value.get("lastModified"), "error"),
        ("restriction.period.end", _due(value), "warning"),
    ):
        if isinstance(later, str) and _is_after(authored, later):
            text = "This is before it was asked for."
            yield Issue(text, f"{path}.{place}", "invariant", severity)
    yield from _asked_by_now(value, path, around)


def _asked_by_now(value: dict[str, Any], path: str, around: Around) -> Iterator[Issue]:
    authored = value.get("authoredOn")
    if isinstance(authored, str) and authored[:10] > around.today.isoformat()[: len(authored)]:
        text = "This was asked for in the future. Is a clock wrong?"
        yield Issue(text, f"{path}.authoredOn", "value", severity="warning")


def _due(task: dict[str, Any]) -> Any:
    restriction = task.get("restriction")
    period = restriction.get("period") if isinstance(restriction, dict) else None
    return period.get("end") if isinstance(period, dict) else None


RULES: Mapping[str, tuple[Rule, ...]] = {
    "Appointment": (_in_order,),
    "Coding": (_own_code,),
    "ContactPoint": (_on_one_line,),
    "Identifier": (_nhs_number,),
    "Patient": (_born_by_now,),
    "Period": (_in_order,),
    "Practitioner": (_born_by_now,),
    "Reference": (_leads_somewhere, _as_it_says),
    "RelatedPerson": (_born_by_now,),
    "ServiceRequest": (_asked_by_now,),
    "Task": (_asked_in_order,),
}

"""What the UK Core profiles want filled in, as warnings: it is kept without, and asked for.

Source: elements marked mustSupport and slices with a cardinality in the profiles of
https://simplifier.net/hl7fhirukcorer4 (UKCore-Patient 2.6.0, -ServiceRequest 2.5.0,
-RelatedPerson 2.5.0, -HealthcareService 1.3.0, -Organization 2.5.1, -DocumentReference 2.2.0;
-Task 1.1.0 marks none). Left out is what a referral of a child does well without: `active`,
`managingOrganization`, a child's own `telecom`, `basedOn`, and `code` (the reason says it here).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from shared.errors import Issue
from shared.fhir.identifiers import NHS_NUMBER, ODS_CODE, is_system, nhs_number_problem

PROFILES = "https://fhir.hl7.org.uk/StructureDefinition"
_NO_NUMBER = f"{PROFILES}/Extension-UKCore-NHSNumberUnavailableReason"
_VERIFICATION = f"{PROFILES}/Extension-UKCore-NHSNumberVerificationStatus"

MUST_HAVE: Mapping[str, tuple[str, ...]] = {
    "DocumentReference": ("type", "subject", "date", "author", "description"),
    "HealthcareService": ("providedBy", "type"),
    "Organization": ("identifier", "name"),
    "Patient": ("name", "gender", "birthDate", "address"),
    "RelatedPerson": ("relationship", "name", "telecom"),
    "ServiceRequest": ("category", "authoredOn", "requester"),
}
#: Of an identifier with this system there is one at most.
_ONE_AT_MOST = {"Patient": NHS_NUMBER, "Organization": ODS_CODE}

_STATUS_SYSTEM = "https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatus"
#: The codes of its newer version, which has England in its name; the older one spells them out.
_STATUSES = frozenset(f"{number:02}" for number in range(1, 9))
_VERIFIED = {"01", "number-present-and-verified"}
_NOT_PRESENT = {"07", "number-not-present-and-trace-not-required"}


def uk_core_warnings(resource: dict[str, Any], path: str) -> Iterator[Issue]:
    """What is missing from a resource whose structure is right, or too often there."""
    kind = resource["resourceType"]
    for name in MUST_HAVE.get(kind, ()):
        if name not in resource and f"_{name}" not in resource:
            text = f"UKCore-{kind} wants '{name}'. It is kept without."
            yield _warning(text, f"{path}.{name}", "required")
    if kind in _ONE_AT_MOST:
        yield from _too_many(_numbers(resource, _ONE_AT_MOST[kind]), path)
    if kind == "Patient":
        yield from _nhs_number_warnings(resource, path)


def _nhs_number_warnings(patient: dict[str, Any], path: str) -> Iterator[Issue]:
    numbers = _numbers(patient, NHS_NUMBER)
    if not numbers and not _extensions(patient, _NO_NUMBER):
        text = "UKCore-Patient wants the NHS number, or the extension that says why there is none."
        yield _warning(text, f"{path}.identifier", "required")
    for index, number in numbers:
        place = f"{path}.identifier[{index}]"
        if "value" not in number:
            yield _warning("This NHS number has no value.", f"{place}.value", "required")
        yield from _verification_warnings(number, place)


def _verification_warnings(number: dict[str, Any], place: str) -> Iterator[Issue]:
    found = _extensions(number, _VERIFICATION)
    if len(found) > 1:
        yield _warning("There is one verification status.", f"{place}.extension", "structure")
    for index, extension in found:
        england = _codes(extension, f"{_STATUS_SYSTEM}England")
        codes = england | _codes(extension, _STATUS_SYSTEM)
        at = f"{place}.extension[{index}]"
        if not england <= _STATUSES:
            said = f"A verification status is one of {', '.join(sorted(_STATUSES))}."
            yield _warning(said, f"{at}.valueCodeableConcept", "code-invalid")
        if codes & _NOT_PRESENT and "value" in number:
            yield _warning("This says that there is no number, and there is one.", at, "value")
        if codes & _VERIFIED and nhs_number_problem(str(number.get("value", ""))):
            yield _warning("This says that the number is verified: it cannot be.", at, "value")


def _too_many(numbers: list[tuple[int, dict[str, Any]]], path: str) -> Iterator[Issue]:
    for index, number in numbers[1:]:
        text = f"There is one identifier at most of {number['system']}."
        yield _warning(text, f"{path}.identifier[{index}]", "structure")


def _numbers(resource: dict[str, Any], system: str) -> list[tuple[int, dict[str, Any]]]:
    every = enumerate(resource.get("identifier", []))
    return [(index, one) for index, one in every if is_system(one.get("system"), system)]


def _extensions(holder: dict[str, Any], url: str) -> list[tuple[int, dict[str, Any]]]:
    every = enumerate(holder.get("extension", []))
    return [(index, one) for index, one in every if one.get("url") == url]


def _codes(extension: dict[str, Any], system: str) -> set[str]:
    coding = extension.get("valueCodeableConcept", {}).get("coding", [])
    return {one["code"] for one in coding if one.get("system") == system and "code" in one}


def _warning(text: str, path: str, code: str) -> Issue:
    return Issue(text, path, code, severity="warning")

"""What UK Core would like to have is said as warnings, and nothing is refused for it."""

from typing import Any

import pytest

from shared.fhir.check import check, is_refused
from shared.fhir.uk_core import MUST_HAVE, PROFILES
from tests.shared.fhir.every_shape import shapes
from tests.shared.fhir.examples import NOW, a_patient, a_service_request, the_concern

NUMBER = "https://fhir.nhs.uk/Id/nhs-number"
STATUS = "https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatus"


def warned(resource: Any) -> set[tuple[str, str]]:
    """Code and place of each warning; there is nothing worse."""
    found = check(resource, now=NOW)
    assert not is_refused(found)
    return {(issue.code, issue.expression) for issue in found}


def a_whole_patient(*numbers: dict[str, Any], **changes: Any) -> dict[str, Any]:
    known = {"gender": "female", "address": [{"postalCode": "ZZ99 3CZ"}]}
    return a_patient(**({"identifier": list(numbers)} if numbers else {}), **known, **changes)


def number(value: str, code: str = "", system: str = f"{STATUS}England") -> dict[str, Any]:
    coding = {"coding": [{"system": system, "code": code}]}
    url = f"{PROFILES}/Extension-UKCore-NHSNumberVerificationStatus"
    verified = {"extension": [{"url": url, "valueCodeableConcept": coding}]} if code else {}
    return {"system": NUMBER, "value": value, **verified}


def test_what_is_missing_of_a_child_is_asked_for() -> None:
    assert warned(a_patient()) == {
        ("required", "Patient.gender"),
        ("required", "Patient.address"),
        ("required", "Patient.identifier"),
    }


def test_what_is_missing_of_a_request_is_asked_for_at_its_place() -> None:
    found = check(a_service_request(), now=NOW, prefix="Bundle.entry[1].resource")
    assert {issue.expression for issue in found} == {
        f"Bundle.entry[1].resource.{name}" for name in ("category", "authoredOn", "requester")
    }


def test_nothing_is_asked_for_of_a_whole_child() -> None:
    assert warned(a_whole_patient(number("9990000018", "01"))) == set()


def test_why_there_is_no_number_does_instead_of_it() -> None:
    why = f"{PROFILES}/Extension-UKCore-NHSNumberUnavailableReason"
    assert warned(a_whole_patient(extension=[{"url": why, "valueCode": "x"}])) == set()


PLACE = "Patient.identifier[0]"
DOUBTS: dict[str, tuple[tuple[dict[str, Any], ...], set[tuple[str, str]]]] = {
    "a number that cannot be verified": (
        (number("9990000019", "01"),),
        {("value", f"{PLACE}.value"), ("value", f"{PLACE}.extension[0]")},
    ),
    "the same in the older codes": (
        (number("9990000019", "number-present-and-verified", STATUS),),
        {("value", f"{PLACE}.value"), ("value", f"{PLACE}.extension[0]")},
    ),
    "a wrong number that nobody verified": (
        (number("9990000019", "02"),), {("value", f"{PLACE}.value")},
    ),
    "a number that is said not to be there": (
        (number("9990000018", "07"),), {("value", f"{PLACE}.extension[0]")},
    ),
    "a status that is none": (
        (number("9990000018", "99"),),
        {("code-invalid", f"{PLACE}.extension[0].valueCodeableConcept")},
    ),
    "two numbers": (
        (number("9990000018"), number("9990000026")), {("structure", "Patient.identifier[1]")},
    ),
    "a number without a value": (({"system": NUMBER},), {("required", f"{PLACE}.value")}),
}  # fmt: skip


@pytest.mark.parametrize(("numbers", "wanted"), DOUBTS.values(), ids=DOUBTS)
def test_a_doubtful_number_is_kept_with_a_warning(
    numbers: tuple[dict[str, Any], ...], wanted: set[tuple[str, str]]
) -> None:
    assert warned(a_whole_patient(*numbers)) == wanted


def test_the_example_concern_is_as_uk_core_wants_it_but_for_who_asks() -> None:
    assert {place for one in the_concern() for place in warned(one)} == {
        ("required", "ServiceRequest.requester")
    }


def test_what_is_asked_for_are_elements_that_there_are() -> None:
    known = shapes()
    assert all(one in known[kind].elements for kind, names in MUST_HAVE.items() for one in names)

"""Whatever was wrong is told as a FHIR OperationOutcome."""

from fhir.resources.R4B import get_fhir_model_class

from shared.errors import Issue
from shared.fhir.check import check
from shared.fhir.outcome import outcome
from tests.shared.fhir.examples import NOW, a_patient

FUTURE = Issue("A date of birth cannot be in the future.", "Patient.birthDate", "value")


def test_every_issue_is_told_with_its_place_and_in_words() -> None:
    told = outcome([FUTURE, Issue("Odd.", code="business-rule", severity="warning")])
    assert told == {
        "resourceType": "OperationOutcome",
        "issue": [
            {
                "severity": "error",
                "code": "value",
                "details": {"text": FUTURE.text},
                "diagnostics": f"Patient.birthDate: {FUTURE.text}",
                "expression": ["Patient.birthDate"],
            },
            {
                "severity": "warning",
                "code": "business-rule",
                "details": {"text": "Odd."},
                "diagnostics": "Odd.",
            },
        ],
    }
    get_fhir_model_class("OperationOutcome").model_validate(told)


def test_without_issues_it_says_that_all_is_well() -> None:
    [issue] = outcome([])["issue"]
    assert (issue["severity"], issue["code"]) == ("information", "informational")


def test_what_is_unknown_or_missing_is_told_with_its_place() -> None:
    [unknown] = check(a_patient(name=[{"pet": "A"}]), now=NOW)
    assert (unknown.expression, unknown.code) == ("Patient.name[0].pet", "structure")
    request = {"resourceType": "ServiceRequest", "status": "active", "intent": "order"}
    [missing] = check(request, now=NOW, prefix="Bundle.entry[0].resource")
    assert (missing.expression, missing.code) == ("Bundle.entry[0].resource.subject", "required")

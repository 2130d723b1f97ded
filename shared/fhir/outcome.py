"""What went wrong, or needs care, as a FHIR OperationOutcome."""

from collections.abc import Sequence
from typing import Any

from shared.errors import Issue

_ALL_WELL = Issue("Nothing is wrong.", code="informational", severity="information")


def outcome(issues: Sequence[Issue]) -> dict[str, Any]:
    """An OperationOutcome with every issue in the order given; without any, that all is well."""
    return {
        "resourceType": "OperationOutcome",
        "issue": [_issue(issue) for issue in issues or [_ALL_WELL]],
    }


def _issue(issue: Issue) -> dict[str, Any]:
    place = f"{issue.expression}: " if issue.expression else ""
    told = {
        "severity": issue.severity,
        "code": issue.code,
        "details": {"text": issue.text},
        "diagnostics": place + issue.text,
    }
    return {**told, "expression": [issue.expression]} if issue.expression else told

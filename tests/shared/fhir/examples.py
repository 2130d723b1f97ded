"""FHIR to try the checks on: small resources, and the example messages."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from shared.errors import Issue
from shared.fhir.check import check
from shared.fhir.json import read_json

EXAMPLES = Path(__file__).parents[2] / "examples"
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def example(name: str) -> Any:
    """What the example file says."""
    return read_json((EXAMPLES / name).read_bytes(), max_bytes=100_000)


def resources_in(message: Any) -> list[Any]:
    """The resources of a Bundle, or the one resource that it is itself."""
    if message["resourceType"] != "Bundle":
        return [message]
    return [entry.get("resource") for entry in message["entry"]]


def the_concern() -> list[Any]:
    """The six resources of the example concern."""
    return resources_in(example("concern-speech.json"))


def a_patient(**changes: Any) -> dict[str, Any]:
    """A child who is ordinary unless you say."""
    return {
        "resourceType": "Patient",
        "name": [{"use": "official", "family": "Okafor", "given": ["Ada"]}],
        "birthDate": "2023-07-19",
        **changes,
    }


def a_service_request(**changes: Any) -> dict[str, Any]:
    """A concern about a child who is not said more of."""
    return {
        "resourceType": "ServiceRequest",
        "status": "active",
        "intent": "order",
        "subject": {"reference": "Patient/7"},
        **changes,
    }


def said(resource: Any) -> set[tuple[str, str, str]]:
    """Severity, code and place of each thing that the check says."""
    return {(issue.severity, issue.code, issue.expression) for issue in issues(resource)}


def issues(resource: Any, now: datetime = NOW, **codes: Any) -> list[Issue]:
    """What the check says on the day the tests are set, but for what UK Core would like to have."""
    found = check(resource, now=now, **codes)
    return [one for one in found if not one.text.startswith("UKCore-")]

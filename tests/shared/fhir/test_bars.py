"""The example messages of the Booking and Referral Standard: good are taken, bad refused."""

import json
from pathlib import Path

import pytest

from shared.fhir.bundle import check_bundle
from shared.fhir.check import check
from shared.fhir.json import read_json, write_json
from shared.fhir.types import STORED_TYPES
from tests.shared.fhir.examples import EXAMPLES, NOW, example, resources_in

MESSAGES = [
    "Booking-request.POST.json",
    "ServiceRequest-request.validation.HTTP-response.json",
    "ServiceRequest-request.validation.POST.json",
    "ServiceRequest-response.validation.POST.json",
]
BAD = {
    "Booking-request.HTTP-response.json": "Bundle.entry[1].resource.participant[0].status",
    "DocumentReference.read.GET-success.json": "DocumentReference.id",
    "Endpoint.search.success_bundle.json": "Bundle.entry[0].resource.resourceType",
    "HealthcareService.read.json": "HealthcareService.providedBy",
    "HealthcareService.search.success_bundle.json": "Bundle.entry[0].resource.providedBy",
    "MessageDefinition.servicerequest-request.casetransfer.json": "Bundle.entry[0].resource",
    "ServiceRequest.PATCH-body.json": "ServiceRequest.subject",
    "ServiceRequest.read.GET-success.json": "ServiceRequest.basedOn",
    "ServiceRequest.search.GET-success.json": "Bundle.entry[0].resource",
}


@pytest.mark.parametrize("name", MESSAGES)
def test_what_we_keep_of_a_good_message_is_taken_with_warnings_at_most(name: str) -> None:
    message = example(f"bars/{name}")
    assert check_bundle(message, now=NOW, types={"message"}) == []
    kept = [item for item in resources_in(message) if item["resourceType"] in STORED_TYPES]
    assert len(kept) >= 4
    assert {issue.severity for item in kept for issue in check(item, now=NOW)} <= {"warning"}


@pytest.mark.parametrize(("name", "place"), BAD.items())
def test_a_bad_file_is_refused_where_it_is_bad(name: str, place: str) -> None:
    whole = example(f"bars/{name}")
    is_bundle = whole["resourceType"] == "Bundle"
    found = [
        issue.expression
        for index, item in enumerate(resources_in(whole))
        for issue in check(item, now=NOW, prefix=f"Bundle.entry[{index}].resource" * is_bundle)
        if issue.severity == "error"
    ]
    assert any(expression.startswith(place) for expression in found)


@pytest.mark.parametrize("path", sorted(EXAMPLES.rglob("*.json")), ids=lambda path: path.name)
def test_every_file_is_written_as_it_was_read(path: Path) -> None:
    raw = path.read_bytes()
    assert json.loads(write_json(read_json(raw, max_bytes=100_000))) == json.loads(raw)

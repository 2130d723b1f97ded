"""The example messages of the Booking and Referral Standard, each as somebody could send it."""

from typing import Any

import pytest

from shared.fhir.json import read_json
from shared.fhir.types import STORED_TYPES
from tests.referral.fhir_api.systems import System, issues_of, places_of
from tests.shared.fhir.examples import EXAMPLES, example

Json = dict[str, Any]
#: What is no message that is taken here, and which place is named.
REFUSED = {
    "ServiceRequest-response.validation.POST.json": "Bundle.entry[0].resource.eventCoding",
    "Booking-request.POST.json": "Bundle.entry[0].resource.eventCoding",
    "Booking-request.HTTP-response.json": "Bundle.entry[1].resource.participant[0].status",
    "MessageDefinition.servicerequest-request.casetransfer.json": "Bundle.type",
    "HealthcareService.search.success_bundle.json": "Bundle.type",
    "Endpoint.search.success_bundle.json": "Bundle.type",
    "Slot.search.GET-success.json": "Bundle.type",
    "ServiceRequest.search.GET-success.json": "Bundle.type",
    "HealthcareService.read.json": "resourceType",
    "DocumentReference.read.GET-success.json": "resourceType",
    "ServiceRequest.read.GET-success.json": "resourceType",
    "ServiceRequest.PATCH-body.json": "resourceType",
    "OperationOutcome.400-invariant.json": "resourceType",
    "OperationOutcome.409-duplicate.json": "resourceType",
    "OperationOutcome.422-too-costly.json": "resourceType",
}
TAKEN = "ServiceRequest-request.validation.POST.json"
#: An answer of another server, which leads to an organisation that it left out.
BROKEN = "ServiceRequest-request.validation.HTTP-response.json"


def send(system: System, name: str) -> Any:
    return system.post("/$process-message", (EXAMPLES / "bars" / name).read_bytes())


def test_every_file_is_tried() -> None:
    assert {path.name for path in (EXAMPLES / "bars").iterdir()} == {TAKEN, BROKEN, *REFUSED}


@pytest.mark.parametrize(("name", "place"), REFUSED.items())
def test_what_is_no_message_that_is_taken_is_refused_where_it_is_wrong(
    nursery: System, name: str, place: str
) -> None:
    answer = send(nursery, name)
    assert 400 <= answer.status_code < 500, answer.text
    assert place in places_of(answer), issues_of(answer)


def test_a_link_that_leads_nowhere_is_named_in_the_answer(nursery: System) -> None:
    answer = send(nursery, BROKEN)
    assert answer.status_code == 422
    told = of_type(answer.json(), "OperationOutcome")["issue"]
    assert [one["expression"] for one in told] == [["Bundle.entry[9].resource.organization"]]


def test_a_referral_is_taken_and_comes_back_as_it_was_sent(nursery: System) -> None:
    sent = example(f"bars/{TAKEN}")
    answer = send(nursery, TAKEN)
    assert answer.status_code == 200, answer.text
    request = of_type(answer.json(), "ServiceRequest")
    child = request["subject"]["reference"]
    whole = nursery.get(f"/{child}/$everything").content
    found = read_json(whole, max_bytes=1_000_000)["entry"]  # decimals as they are written
    kept = [plain(entry["resource"]) for entry in found]
    for entry in sent["entry"]:
        resource = entry["resource"]
        if resource["resourceType"] in STORED_TYPES:
            assert plain(resource) in kept, resource["resourceType"]


def of_type(bundle: Json, type: str) -> Json:
    found: Json = next(
        entry["resource"] for entry in bundle["entry"] if entry["resource"]["resourceType"] == type
    )
    return found


def plain(resource: Json) -> Json:
    """Without what the server owns, and with references for what they are: links."""
    rest = {key: value for key, value in resource.items() if key not in ("id", "meta")}
    return {**linkless(rest), "profile": resource.get("meta", {}).get("profile")}


def linkless(value: Any) -> Any:
    if isinstance(value, list):
        return [linkless(one) for one in value]
    if isinstance(value, dict):
        return {k: "…" if k == "reference" else linkless(v) for k, v in value.items()}
    return value


def test_what_is_not_kept_is_named_in_the_answer(nursery: System) -> None:
    answer = send(nursery, TAKEN).json()
    sent = example(f"bars/{TAKEN}")
    told = of_type(answer, "OperationOutcome")["issue"]
    named = {place for one in told for place in one.get("expression", [])}
    for index, entry in enumerate(sent["entry"][1:], 1):
        is_kept = entry["resource"]["resourceType"] in STORED_TYPES
        assert (f"Bundle.entry[{index}].resource" in named) is not is_kept

"""What stands in the examples of the Booking and Referral Standard, sent one resource at a time."""

from typing import Any

import pytest

from shared.fhir.json import read_json, write_json
from shared.fhir.types import STORED_TYPES
from tests.referral.fhir_api.systems import System, issues_of
from tests.shared.fhir.examples import EXAMPLES, example, resources_in

#: What is said of a risk is marked as restricted by the server, with `security`.
SERVER_OWNED = ("versionId", "lastUpdated", "security")
#: Where each bad file is bad; what the others hold is good.
BAD = {
    "Booking-request.HTTP-response.json": "Appointment.participant[0].status",
    "DocumentReference.read.GET-success.json": "DocumentReference.id",
    "HealthcareService.read.json": "HealthcareService.providedBy",
    "HealthcareService.search.success_bundle.json": "HealthcareService.providedBy",
    "ServiceRequest.PATCH-body.json": "ServiceRequest.subject",
    "ServiceRequest.read.GET-success.json": "ServiceRequest.basedOn",
}
FILES = sorted(path.name for path in (EXAMPLES / "bars").glob("*.json"))


def kept_types(name: str) -> list[dict[str, Any]]:
    whole = [one for one in resources_in(example(f"bars/{name}")) if isinstance(one, dict)]
    return [one for one in whole if one.get("resourceType") in STORED_TYPES]


def without_what_the_server_owns(resource: dict[str, Any]) -> dict[str, Any]:
    meta = {k: v for k, v in resource.get("meta", {}).items() if k not in SERVER_OWNED}
    rest = {k: v for k, v in resource.items() if k not in ("id", "meta")}
    return rest | ({"meta": meta} if meta else {})


@pytest.mark.parametrize("name", [name for name in FILES if name not in BAD])
def test_what_is_good_is_kept_and_comes_back_equal(nursery: System, name: str) -> None:
    for sent in kept_types(name):
        made = nursery.post(f"/{sent['resourceType']}", write_json(sent))
        assert made.status_code == 201, made.text
        read = nursery.get(made.headers["location"].removeprefix("/fhir"))
        back = read_json(read.content, max_bytes=100_000)
        assert without_what_the_server_owns(back) == without_what_the_server_owns(sent)


@pytest.mark.parametrize(("name", "place"), BAD.items())
def test_what_is_bad_is_refused_with_the_place(nursery: System, name: str, place: str) -> None:
    said = []
    for sent in kept_types(name):
        answer = nursery.post(f"/{sent['resourceType']}", write_json(sent))
        if answer.status_code != 201:
            assert answer.status_code in (400, 422)
            said += [place for issue in issues_of(answer) for place in issue["expression"]]
    assert place in said

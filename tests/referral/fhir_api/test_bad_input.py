"""What is wrong is refused with the place and the reason, and nothing of it is written."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.referral.anyshire import Anyshire
from tests.referral.fhir_api.systems import (
    EXAMPLES,
    System,
    issues_of,
    places_of,
    resource_in,
    the_bundle,
)

Change = Callable[[Any], None]


def _missing_subject(bundle: Any) -> None:
    del resource_in(bundle, "ServiceRequest")["subject"]


def _unknown_concern(bundle: Any) -> None:
    resource_in(bundle, "ServiceRequest")["reasonCode"][0]["coding"][0]["code"] = "magic"


def _unknown_status(bundle: Any) -> None:
    resource_in(bundle, "ServiceRequest")["status"] = "inactive"


def _dangling_reference(bundle: Any) -> None:
    resource_in(bundle, "ServiceRequest")["supportingInfo"][0]["reference"] = "Consent/nobody"


def _dangling_link(bundle: Any) -> None:
    link = "urn:uuid:6f1c1d0e-8a52-4c86-9d43-3a1f0a6f7b99"
    resource_in(bundle, "ServiceRequest")["supportingInfo"][1]["reference"] = link


def _born_tomorrow(bundle: Any) -> None:
    resource_in(bundle, "Patient")["birthDate"] = "2031-01-01"


def _wrong_resource(bundle: Any) -> None:
    resource_in(bundle, "Observation")["resourceType"] = "Medication"


def _two_requests(bundle: Any) -> None:
    entry = next(e for e in bundle["entry"] if e["resource"]["resourceType"] == "ServiceRequest")
    bundle["entry"].append({**entry, "fullUrl": "urn:uuid:6f1c1d0e-8a52-4c86-9d43-3a1f0a6f7b77"})


def _a_task_of_their_own(bundle: Any) -> None:
    bundle["entry"].append(
        {
            "resource": {"resourceType": "Task", "status": "accepted", "intent": "order"},
            "request": {"method": "POST", "url": "Task"},
        }
    )


WRONG: list[tuple[Change, int, str]] = [
    (_missing_subject, 422, "Bundle.entry[5].resource.subject"),
    (_unknown_concern, 422, "Bundle.entry[5].resource.reasonCode[0].coding[0].code"),
    (_unknown_status, 422, "Bundle.entry[5].resource.status"),
    (_dangling_reference, 422, "Bundle.entry[5].resource.supportingInfo[0]"),
    (_dangling_link, 422, "Bundle.entry[5].resource.supportingInfo[1]"),
    (_born_tomorrow, 422, "Bundle.entry[0].resource.birthDate"),
    (_wrong_resource, 422, "Bundle.entry[4].resource.resourceType"),
    (_two_requests, 422, "Bundle.entry"),
    (_a_task_of_their_own, 422, "Bundle.entry[6].resource"),
]


@pytest.mark.parametrize(
    ("change", "status", "place"), WRONG, ids=lambda one: getattr(one, "__name__", None)
)
def test_each_fault_is_named_with_its_place_and_nothing_is_written(
    nursery: System, anyshire: Anyshire, change: Change, status: int, place: str
) -> None:
    bundle = the_bundle()
    change(bundle)
    _ = nursery.headers
    counts = anyshire.counts()
    answer = nursery.raises(bundle)
    assert answer.status_code == status, answer.text
    assert any(found.startswith(place) for found in places_of(answer)), answer.text
    assert anyshire.counts() == counts


def test_all_faults_are_named_at_once(nursery: System) -> None:
    bundle = the_bundle()
    _born_tomorrow(bundle)
    _unknown_status(bundle)
    places = places_of(nursery.raises(bundle))
    assert "Bundle.entry[0].resource.birthDate" in places
    assert "Bundle.entry[5].resource.status" in places


def test_nobody_raises_a_concern_in_anothers_name(
    nursery: System, nursery2: System, anyshire: Anyshire
) -> None:
    found = nursery.get("/Organization?name=Harbour").json()["entry"][0]["resource"]["id"]
    bundle = the_bundle()
    resource_in(bundle, "ServiceRequest")["requester"] = {"reference": f"Organization/{found}"}
    counts = anyshire.counts()
    answer = nursery.raises(bundle)
    assert answer.status_code == 403
    assert "Bundle.entry[5].resource.requester" in issues_of(answer)[0]["details"]["text"]
    assert anyshire.counts() == counts
    assert nursery2.raises(bundle).status_code == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"", 400),
        (b"null", 400),
        (b'{"resourceType": "Patient"}', 400),
        (b'{"resourceType": "Bundle", "type": "transaction"}', 422),
        (b'{"resourceType": "Bundle", "resourceType": "Bundle"}', 400),
        (b"[" * 100_000, 400),
        (b'{"a": NaN}', 400),
        (b"\xff\xfe", 400),
        (b'"' + b"x" * 5_000_000 + b'"', 413),
    ],
    ids=["cut", "empty", "null", "patient", "empty-bundle", "twice", "deep", "nan", "utf16", "5MB"],
)
def test_a_body_that_cannot_be_read(nursery: System, body: bytes, status: int) -> None:
    answer = nursery.raises(body)
    assert answer.status_code == status
    assert issues_of(answer)[0]["details"]["text"]


def test_a_bundle_of_10_000_entries_is_refused(nursery: System) -> None:
    entry = {
        "resource": {"resourceType": "Location"},
        "request": {"method": "POST", "url": "Location"},
    }
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": [entry] * 10_000}
    answer = nursery.raises(bundle)
    assert answer.status_code == 400
    assert issues_of(answer)[0]["code"] == "too-costly"


def test_a_bad_check_digit_is_kept_with_a_warning(nursery: System) -> None:
    bundle = the_bundle()
    resource_in(bundle, "Patient")["identifier"][0]["value"] = "9990000019"
    answer = nursery.raises(bundle)
    assert answer.status_code == 200
    warned = answer.json()["entry"][0]["response"]["outcome"]["issue"]
    assert [issue["severity"] for issue in warned] == ["warning"]
    assert "identifier" in warned[0]["expression"][0]


def test_an_unknown_type_or_resource_is_not_found(nursery: System) -> None:
    assert nursery.get("/Medication/1").status_code == 404
    assert nursery.get("/Patient/none").status_code == 404
    assert issues_of(nursery.get("/Patient/none"))


def test_without_a_token_nothing_is_told(nursery: System) -> None:
    answer = nursery.http.get("/fhir/Patient")
    assert answer.status_code == 401
    assert issues_of(answer)[0]["code"] == "login"


def test_an_unknown_search_parameter_is_named(nursery: System) -> None:
    answer = nursery.get("/Task?colour=blue")
    assert answer.status_code == 422
    assert places_of(answer) == ["colour"]
    assert nursery.get("/Task?colour=blue", Prefer="handling=lenient").status_code == 200


INVALID = [
    "Booking-request.HTTP-response.json",
    "DocumentReference.read.GET-success.json",
    "Endpoint.search.success_bundle.json",
    "HealthcareService.read.json",
    "HealthcareService.search.success_bundle.json",
    "MessageDefinition.servicerequest-request.casetransfer.json",
    "ServiceRequest.PATCH-body.json",
    "ServiceRequest.read.GET-success.json",
    "ServiceRequest.search.GET-success.json",
]


@pytest.mark.parametrize("name", INVALID)
def test_an_invalid_message_of_others_is_refused(nursery: System, name: str) -> None:
    text = (EXAMPLES / "bars" / name).read_text()
    kind = json.loads(text)["resourceType"]
    for path in ("", f"/{kind}"):
        answer = nursery.post(path, text)
        assert 400 <= answer.status_code < 500
        assert issues_of(answer)


def test_the_resources_of_a_referral_of_others_are_kept_as_they_came(nursery: System) -> None:
    message = json.loads(
        (EXAMPLES / "bars" / "ServiceRequest-request.validation.POST.json").read_text()
    )
    kept = 0
    for entry in message["entry"]:
        sent = entry["resource"]
        answer = nursery.post(f"/{sent['resourceType']}", sent)
        if answer.status_code == 404:
            continue
        assert answer.status_code == 201, answer.text
        read = nursery.get(answer.headers["location"].removeprefix("/fhir")).json()
        assert _without_server_parts(read) == _without_server_parts(sent)
        kept += 1
    assert kept >= 15


def _without_server_parts(resource: Any) -> Any:
    """A mark that keeps it from the family is the server's, too."""
    ours = ("versionId", "lastUpdated", "security")
    meta = {k: v for k, v in resource["meta"].items() if k not in ours}
    return {**{k: v for k, v in resource.items() if k != "id"}, "meta": meta}

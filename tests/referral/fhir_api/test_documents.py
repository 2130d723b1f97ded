"""Documents that come over the API are looked at before anything is kept."""

import base64
import hashlib
from dataclasses import replace
from typing import Any

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from services.referral.main import assemble
from services.referral.settings import Settings
from services.referral.use_cases.workplace import Workplace
from shared.documents.scanner import NotScanned, Scan
from tests.referral.anyshire import row_counts
from tests.referral.fhir_api.systems import System, issues_of, places_of, resource_in, the_bundle
from tests.shared.documents.made import EICAR, JPEG, PDF, TEXT, action, pdf, picture


def scanned(content: bytes) -> str | None:
    return "Eicar" if EICAR in content else None


def is_down(_: bytes) -> str | None:
    raise NotScanned("The virus scanner does not answer. Send this again later.")


def nursery_with(at: Workplace, scan: Scan = scanned) -> System:
    settings = Settings(demo=True, database_url=str(at.records.database.url))
    app = assemble(settings, replace(at, scan=scan))
    system = System(TestClient(app, raise_server_exceptions=False), "demo-nursery")
    assert system.headers
    return system


def attachment(content: bytes, kind: str = TEXT, **more: Any) -> dict[str, Any]:
    return {"contentType": kind, "data": base64.b64encode(content).decode(), **more}


def concern(content: dict[str, Any]) -> Any:
    bundle = the_bundle()
    child = next(e["fullUrl"] for e in bundle["entry"] if e["resource"] is resource_in(
        bundle, "Patient"))  # fmt: skip
    document = {
        "resourceType": "DocumentReference",
        "status": "current",
        "subject": {"reference": child},
        "content": [{"attachment": content}],
    }
    request = {"method": "POST", "url": "DocumentReference"}
    full_url = "urn:uuid:5a1f0c52-26b1-4f4c-9d3e-0a4c6f0c9a01"
    bundle["entry"].append({"fullUrl": full_url, "resource": document, "request": request})
    return bundle


def raised(at: Workplace, content: dict[str, Any], scan: Scan = scanned) -> Response:
    """The answer; what is refused leaves nothing behind."""
    system = nursery_with(at, scan)
    before = row_counts(at.records)
    answer = system.raises(concern(content))
    if answer.status_code != 200:
        assert row_counts(at.records) == before
    return answer


def test_a_letter_is_kept_as_it_was_sent(at: Workplace) -> None:
    sent = attachment(pdf(), PDF, size=len(pdf()))
    sent["hash"] = base64.b64encode(hashlib.sha1(pdf()).digest()).decode()
    answer = raised(at, sent)
    assert answer.status_code == 200, answer.text
    place = next(
        entry["fullUrl"] for entry in answer.json()["entry"] if "DocumentRef" in entry["fullUrl"]
    )
    kept = nursery_with(at).get(place.removeprefix("/fhir")).json()
    assert kept["content"] == [{"attachment": sent}]


REFUSED = {
    "a script in it": attachment(pdf(OpenAction=action("JavaScript", JS="1")), PDF),
    "a place in it": attachment(picture(gps=True), JPEG),
    "another type than it says": attachment(b"hello", PDF),
    "a type that is not taken": attachment(b"<p>", "text/html"),
    "a virus": attachment(EICAR),
    "another size than it says": attachment(b"hello", size=4),
    "another hash than it says": attachment(b"hello", hash="aGFzaA=="),
}


@pytest.mark.parametrize("sent", REFUSED.values(), ids=REFUSED.keys())
def test_a_document_that_must_not_be_kept_is_named_and_nothing_is_written(
    at: Workplace, sent: dict[str, Any]
) -> None:
    answer = raised(at, sent)
    assert answer.status_code == 422
    index = len(the_bundle()["entry"])
    assert places_of(answer) == [f"Bundle.entry[{index}].resource.content[0].attachment.data"]


def test_a_document_of_no_type_is_not_even_looked_at(at: Workplace) -> None:
    answer = raised(at, {"data": "SGVsbG8="})
    assert answer.status_code == 422
    (wrong,) = (issue for issue in issues_of(answer) if issue["severity"] == "error")
    index = len(the_bundle()["entry"])
    place = f"Bundle.entry[{index}].resource.content[0].attachment.contentType"
    assert wrong["expression"] == [place]


def test_while_the_scanner_is_down_documents_wait_outside(at: Workplace) -> None:
    answer = raised(at, attachment(b"hello"), is_down)
    assert answer.status_code == 503
    assert issues_of(answer)[0]["code"] == "transient"
    assert nursery_with(at, is_down).raises().status_code == 200


ANYWHERE = {
    "photo": {"photo": [attachment(b"MZ", JPEG)]},
    "extension": {"extension": [{"url": "https://x.example", "valueBase64Binary": "TVo="}]},
    "inside an extension": {
        "extension": [{"url": "https://x.example", "valueAttachment": attachment(b"MZ", JPEG)}]
    },
    "contained": {
        "contained": [{"resourceType": "Binary", "id": "b", **attachment(b"MZ", JPEG)}],
        "generalPractitioner": [{"reference": "#b"}],
    },
}


@pytest.mark.parametrize("parts", ANYWHERE.values(), ids=ANYWHERE.keys())
def test_a_document_is_looked_at_wherever_it_stands(at: Workplace, parts: dict[str, Any]) -> None:
    system = nursery_with(at)
    patient = {"resourceType": "Patient", "name": [{"family": "Okoro"}], **parts}
    assert system.post("/Patient", patient).status_code == 422
    made = system.post("/Patient", {"resourceType": "Patient", "name": [{"family": "Okoro"}]})
    place = f"/Patient/{made.json()['id']}"
    assert system.send("PATCH", place, parts).status_code == 422
    body = {**made.json(), **parts}
    assert system.send("PUT", place, body, **{"If-Match": 'W/"1"'}).status_code == 422


def test_a_binary_is_looked_at_too(at: Workplace) -> None:
    system = nursery_with(at)
    good = {"resourceType": "Binary", **attachment(pdf(), PDF)}
    assert system.post("/Binary", good).status_code == 201
    bad = {"resourceType": "Binary", **attachment(b"#!/bin/sh", PDF)}
    assert system.post("/Binary", bad).status_code == 422


def test_twenty_one_documents_are_one_too_many(at: Workplace) -> None:
    sent = [{"attachment": attachment(b"hello")}] * 21
    document = {"resourceType": "DocumentReference", "status": "current", "content": sent}
    assert nursery_with(at).post("/DocumentReference", document).status_code == 400

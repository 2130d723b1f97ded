"""The envelope of a Bundle is checked before anything in it."""

import time
from typing import Any

import pytest

from shared.errors import Issue
from shared.fhir.bundle import check_bundle
from tests.shared.fhir.examples import NOW, example

POST = {"method": "POST", "url": "Flag"}
FLAG = {"resourceType": "Flag"}


def noted(bundle: Any) -> list[Issue]:
    return check_bundle(bundle, now=NOW, types={"transaction", "batch"})


def said(bundle: Any) -> set[tuple[str, str]]:
    return {(issue.code, issue.expression) for issue in noted(bundle)}


def a_transaction(*entries: Any) -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": "transaction", "entry": list(entries)}


def test_the_example_concern_is_well_wrapped() -> None:
    assert noted(example("concern-speech.json")) == []


@pytest.mark.parametrize(
    ("bundle", "code", "place"),
    [
        (FLAG, "structure", "resourceType"),
        ([], "structure", "resourceType"),
        ({"resourceType": "Bundle"}, "required", "Bundle.type"),
        ({"resourceType": "Bundle", "type": "parcel"}, "code-invalid", "Bundle.type"),
        ({"resourceType": "Bundle", "type": "history"}, "not-supported", "Bundle.type"),
        ({"resourceType": "Bundle", "type": ["batch"]}, "structure", "Bundle.type"),
        ({"resourceType": "Bundle", "type": "batch"}, "required", "Bundle.entry"),
        ({"resourceType": "Bundle", "type": "batch", "entry": 3}, "structure", "Bundle.entry"),
        (a_transaction(3), "structure", "Bundle.entry[0]"),
        (a_transaction({"resource": FLAG}), "required", "Bundle.entry[0].request"),
        (a_transaction({"request": POST}), "required", "Bundle.entry[0].resource"),
        (
            a_transaction({"resource": FLAG, "request": {"method": "SEND", "url": "Flag"}}),
            "code-invalid",
            "Bundle.entry[0].request.method",
        ),
        (
            a_transaction({"resource": FLAG, "request": {"method": "POST"}}),
            "required",
            "Bundle.entry[0].request.url",
        ),
        (
            a_transaction(*[{"fullUrl": "urn:uuid:1", "resource": FLAG, "request": POST}] * 2),
            "duplicate",
            "Bundle.entry[1].fullUrl",
        ),
    ],
)
def test_what_is_wrong_with_the_wrapping_is_said(bundle: Any, code: str, place: str) -> None:
    assert (code, place) in said(bundle)


def test_a_read_needs_no_resource() -> None:
    assert noted(a_transaction({"request": {"method": "GET", "url": "Flag/7"}})) == []


def test_what_the_entries_hold_is_not_looked_at() -> None:
    assert noted(a_transaction({"resource": {"resourceType": "Foo"}, "request": POST})) == []


def test_ten_thousand_entries_are_refused_in_no_time() -> None:
    many = a_transaction(*[{"resource": FLAG, "request": POST}] * 10_000)
    begun = time.perf_counter()
    assert said(many) == {("too-costly", "Bundle.entry")}
    assert time.perf_counter() - begun < 0.05


def test_as_many_entries_as_are_taken_are_taken() -> None:
    assert noted(a_transaction(*[{"resource": FLAG, "request": POST}] * 500)) == []
    assert noted(a_transaction(*[{"resource": FLAG, "request": POST}] * 501))

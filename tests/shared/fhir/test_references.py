"""References are found wherever they stand, and rewritten without touching anything else."""

import copy
from typing import Any

import pytest

from shared.fhir.references import (
    reference_parts,
    reference_problem,
    references,
    rewrite_references,
)
from tests.shared.fhir.examples import a_service_request, the_concern

CHILD = "urn:uuid:6f1c1d0e-8a52-4c86-9d43-3a1f0a6f7b01"


def test_every_reference_of_the_concern_is_found_with_its_place() -> None:
    concern = the_concern()[-1]
    assert [path for path, _ in references(concern)] == [
        "subject", "supportingInfo[0]", "supportingInfo[1]", "supportingInfo[2]",
    ]  # fmt: skip
    assert dict(references(concern))["subject"] == CHILD


def test_references_in_extensions_and_contained_resources_are_found() -> None:
    request = a_service_request(
        extension=[{"url": "https://a.example", "valueReference": {"reference": "Flag/1"}}],
        contained=[{"resourceType": "Flag", "id": "f", "author": {"reference": "Patient/2"}}],
    )
    assert set(references(request)) == {
        ("subject", "Patient/7"),
        ("extension[0].valueReference", "Flag/1"),
        ("contained[0].author", "Patient/2"),
    }


def test_each_reference_in_the_mapping_is_rewritten() -> None:
    concern = the_concern()
    rewritten = rewrite_references(concern, {CHILD: "Patient/1"})
    found = [reference for resource in rewritten for _, reference in references(resource)]
    assert found.count("Patient/1") == 5
    assert CHILD not in found


def test_the_resource_given_is_left_alone_and_what_stays_is_shared() -> None:
    concern = the_concern()[-1]
    before = copy.deepcopy(concern)
    rewritten = rewrite_references(concern, {CHILD: "Patient/1"})
    assert concern == before
    assert rewritten["reasonCode"] is concern["reasonCode"]
    assert rewrite_references(concern, {"urn:uuid:other": "Patient/1"}) is concern


def test_the_address_of_an_attachment_is_rewritten_but_not_an_identifier() -> None:
    document: dict[str, Any] = {
        "identifier": [{"value": "urn:uuid:1"}],
        "content": [{"attachment": {"url": "urn:uuid:1"}}],
    }
    assert rewrite_references(document, {"urn:uuid:1": "Binary/7"}) == {
        "identifier": [{"value": "urn:uuid:1"}],
        "content": [{"attachment": {"url": "Binary/7"}}],
    }


@pytest.mark.parametrize(
    ("reference", "parts"),
    [
        ("Patient/7", ("Patient", "7")),
        ("Patient/7/_history/2", ("Patient", "7")),
        ("https://a.example/fhir/Patient/7", ("Patient", "7")),
        ("urn:uuid:7", None),
        ("#child", None),
        ("Patient?identifier=7", None),
    ],
)
def test_a_reference_has_a_type_and_an_id(reference: str, parts: tuple[str, str] | None) -> None:
    assert reference_parts(reference) == parts


@pytest.mark.parametrize(
    "reference",
    ["javascript:x", "Patient", "/Patient/7", "Patient/7/name", "Patient/", "a b", "", "ftp://a/b",
     "Patient/7 ", "Patient/7\n", "patient/7", "https://a b", f"Patient/{'7' * 65}"],
)  # fmt: skip
def test_what_is_no_reference_is_named(reference: str) -> None:
    assert reference_problem(reference, None, {})


@pytest.mark.parametrize(
    "reference",
    ["Patient/7", "#", "#child", "urn:uuid:7", "urn:oid:1.2", "https://a.example/thing", CHILD,
     "Patient?identifier=a|7", "https://a.example/Patient/7/_history/1"],
)  # fmt: skip
def test_each_way_to_refer_to_a_child_is_taken(reference: str) -> None:
    assert reference_problem(reference, frozenset({"Patient"}), {"child": "Patient"}) is None

"""Sooner's own definitions: all there, right, and for everybody."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B import get_fhir_model_class

import services.referral
from services.referral.fhir_api.capability import capability_statement
from services.referral.fhir_api.own_definitions import (
    DEFINING,
    WORDS,
    definitions,
    own_search_parameters,
)
from services.referral.fhir_api.own_extensions import EXTENSIONS, Extension
from shared.fhir.codes import EXTENSION_BASE
from tests.referral.fhir_api.systems import System

Json = dict[str, Any]
_BY_URL = {one.url: one for one in EXTENSIONS}
_NAMED = re.compile(r"(?:EXTENSION_BASE\}|sooner\.example/fhir/StructureDefinition)/([a-z-]+)")


@pytest.mark.parametrize("type", DEFINING)
def test_each_definition_is_right_and_named_once(type: str) -> None:
    model = get_fhir_model_class(type)
    for id, one in definitions(type).items():
        assert model.model_validate(one)
        assert one["id"] == id
        assert re.fullmatch(r"[A-Z][A-Za-z0-9_]{0,254}", one["name"])
    urls = [one["url"] for one in definitions(type).values()]
    assert urls
    assert len(set(urls)) == len(urls)


def test_the_statement_is_right() -> None:
    stated = capability_statement("https://sooner.example")
    assert get_fhir_model_class("CapabilityStatement").model_validate(stated)


def test_every_extension_in_the_code_is_defined_and_no_other() -> None:
    folder = Path(services.referral.__file__).parent
    sources = [one for one in folder.rglob("*.py") if one.name != "own_extensions.py"]
    named = {name for one in sources for name in _NAMED.findall(one.read_text())}
    assert named == {one.name for one in EXTENSIONS}


def test_every_search_parameter_of_our_own_is_defined() -> None:
    names = {one.name for _, one in own_search_parameters()}
    assert names == WORDS.keys()
    served = {one["url"] for one in definitions("SearchParameter").values()}
    assert served == {one.url for _, one in own_search_parameters()}


def test_what_is_kept_has_extensions_as_they_are_defined(
    nursery: System, coordinator: System, speech: System
) -> None:
    nursery.raises()
    speech.moves(speech.own_task(), status="received")
    found = []
    for type in ("Task", "Consent", "RelatedPerson", "Patient", "HealthcareService"):
        for entry in coordinator.get(f"/{type}?_count=1000").json().get("entry", []):
            found += list(_ours(entry["resource"], type))
    assert {one["url"] for _, one in found} >= {f"{EXTENSION_BASE}/clock"}
    for place, one in found:
        defined = _BY_URL[one["url"]]
        assert place in defined.on
        _check(one, defined)


def _ours(node: Any, place: str) -> Iterator[tuple[str, Json]]:
    """Each extension of ours, with the element or the data type that it stands on."""
    if isinstance(node, list):
        for one in node:
            yield from _ours(one, place)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key == "extension":
                yield from ((place, one) for one in value if one["url"] in _BY_URL)
            else:
                yield from _ours(value, "Address" if key == "address" else f"{place}.{key}")


def _check(one: Json, defined: Extension) -> None:
    """Its value has the type, or its parts are those, as often as they may be there."""
    if not defined.parts:
        name = f"value{defined.value[0].upper()}{defined.value[1:]}"
        assert one.keys() == {"url", name}, one
        return
    parts = {part.name: part for part in defined.parts}
    for inner in one["extension"]:
        _check(inner, parts[inner["url"]])
    for name, part in parts.items():
        count = sum(inner["url"] == name for inner in one["extension"])
        assert part.min <= count <= (99 if part.max == "*" else int(part.max)), (name, one)


def test_they_are_kept_by_others_for_an_hour(nursery: System) -> None:
    for path in ("/metadata", "/StructureDefinition/clock", "/SearchParameter"):
        answer = nursery.http.get(f"/fhir{path}")
        assert answer.headers["cache-control"] == "public, max-age=3600"
        again = nursery.http.get(f"/fhir{path}", headers={"If-None-Match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")

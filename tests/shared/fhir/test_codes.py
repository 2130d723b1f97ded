"""Our own code systems, and the codes that FHIR requires."""

import json
from pathlib import Path

import pytest
from fhir.resources.R4B import get_fhir_model_class

from shared.fhir.bindings import CODE_FORMS, REQUIRED_CODES
from shared.fhir.codes import (
    AREA_OF_NEED,
    CODE_SYSTEMS,
    CONCERN,
    code_system_resource,
    value_set_resource,
)
from shared.fhir.shapes import element_shape, resource_shape
from shared.fhir.types import RESOURCE_TYPES, STORED_TYPES
from tests.shared.fhir.every_shape import shapes

#: What `r4_required_codes` read out of HL7's definitions.
SOURCE = json.loads((Path(__file__).parent / "r4_required_codes.json").read_text())


@pytest.mark.parametrize("url", CODE_SYSTEMS)
def test_each_code_system_is_served_complete(url: str) -> None:
    served = code_system_resource(url, CODE_SYSTEMS[url])
    assert served["url"] == url
    assert served["content"] == "complete"
    assert {c["code"]: c["display"] for c in served["concept"]} == CODE_SYSTEMS[url]
    assert served["count"] == len(CODE_SYSTEMS[url])


@pytest.mark.parametrize("url", CODE_SYSTEMS)
def test_each_is_valid_fhir_with_a_value_set_of_all_its_codes(url: str) -> None:
    values = value_set_resource(url)
    assert values["compose"]["include"] == [{"system": url}]
    assert values["url"] == code_system_resource(url, CODE_SYSTEMS[url])["valueSet"]
    for served in (code_system_resource(url, CODE_SYSTEMS[url]), values):
        get_fhir_model_class(served["resourceType"]).model_validate(served)


def test_the_codes_that_other_systems_know_stay() -> None:
    assert {"speech-language", "lost-skills", "possible-abuse-neglect"} <= CODE_SYSTEMS[
        CONCERN
    ].keys()
    assert CODE_SYSTEMS[AREA_OF_NEED].keys() == {
        "communication-interaction", "cognition-learning", "semh", "sensory-physical",
    }  # fmt: skip


@pytest.mark.parametrize("path", [*REQUIRED_CODES, *CODE_FORMS])
def test_each_required_code_has_its_place_in_the_shapes(path: str) -> None:
    holder, _, name = path.rpartition(".")
    assert shapes()[holder].elements[name].type_name == "code"


@pytest.mark.parametrize(("path", "codes"), SOURCE.items(), ids=SOURCE)
def test_whatever_fhir_requires_a_code_for_has_fhirs_codes(
    path: str, codes: list[str] | None
) -> None:
    if codes is None:
        assert path in CODE_FORMS
    else:
        assert REQUIRED_CODES[path] == set(codes)


def test_no_code_is_required_that_fhir_does_not_require() -> None:
    assert REQUIRED_CODES.keys() | CODE_FORMS.keys() == SOURCE.keys()


def test_a_part_within_itself_has_one_shape_at_any_depth() -> None:
    answer = shapes()["QuestionnaireResponse.item.answer"].elements["item"]
    assert element_shape(answer).name == "QuestionnaireResponse.item"


def test_each_stored_type_is_a_type_of_fhir_with_a_shape() -> None:
    assert STORED_TYPES < RESOURCE_TYPES
    assert len(STORED_TYPES) == 22
    assert all(resource_shape(kind) for kind in STORED_TYPES)

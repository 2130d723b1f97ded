"""Our own code systems, and the codes that FHIR requires."""

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
from shared.fhir.shapes import ANY_RESOURCE, Shape, element_shape, resource_shape
from shared.fhir.types import RESOURCE_TYPES, STORED_TYPES


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


def shapes() -> dict[str, Shape]:
    """Every shape that the stored types and Bundle reach, by name."""
    found: dict[str, Shape] = {}
    to_see = [resource_shape(kind) for kind in STORED_TYPES | {"Bundle"}]
    while to_see:
        shape = to_see.pop()
        if shape is None or shape.name in found:
            continue
        found[shape.name] = shape
        inner = [e for e in shape.elements.values() if not e.read and e.type_name != ANY_RESOURCE]
        to_see += [element_shape(element) for element in inner]
    return found


@pytest.mark.parametrize("path", [*REQUIRED_CODES, *CODE_FORMS])
def test_each_required_code_has_its_place_in_the_shapes(path: str) -> None:
    holder, _, name = path.rpartition(".")
    assert shapes()[holder].elements[name].type_name == "code"


def test_a_part_within_itself_has_one_shape_at_any_depth() -> None:
    answer = shapes()["QuestionnaireResponse.item.answer"].elements["item"]
    assert element_shape(answer).name == "QuestionnaireResponse.item"


def test_a_status_or_gender_without_required_codes_would_be_noticed() -> None:
    open_ended = {
        f"{name}.{key}"
        for name, shape in shapes().items()
        for key, element in shape.elements.items()
        if key in ("status", "gender", "use", "priority", "intent", "comparator")
        and element.type_name == "code"
        and element.codes is None
    }
    assert open_ended == set()


def test_each_stored_type_is_a_type_of_fhir_with_a_shape() -> None:
    assert STORED_TYPES < RESOURCE_TYPES
    assert len(STORED_TYPES) == 22
    assert all(resource_shape(kind) for kind in STORED_TYPES)

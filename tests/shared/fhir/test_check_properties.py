"""However a resource is damaged, the check answers, and misses nothing fhir.resources sees."""

import copy
from decimal import Decimal
from typing import Any

from fhir.resources.R4B import get_fhir_model_class
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.fhir.check import check, is_refused
from tests.shared.fhir.examples import NOW, a_patient, a_service_request, example, the_concern

WHOLE = [
    *the_concern(),
    *(entry["resource"] for entry in example("bars/Booking-request.POST.json")["entry"][1:4]),
    a_patient(contained=[{"resourceType": "Group", "id": "g", "type": "person", "actual": True}]),
    a_service_request(
        occurrenceTiming={"repeat": {"frequency": 2, "period": 1, "periodUnit": "d"}}
    ),
    {
        "resourceType": "Task",
        "status": "requested",
        "intent": "order",
        "focus": {"reference": "ServiceRequest/1"},
        "restriction": {"repetitions": 1, "period": {"end": "2026-12-01"}},
        "output": [{"type": {"text": "a"}, "valueDecimal": Decimal("1.00")}],
    },
]
ODD: st.SearchStrategy[Any] = st.sampled_from(
    [
        None, True, 0, -1, 2**40, Decimal("1.50"), "", " ", "x", "2024-02-30", "2024", "Patient/1",
        "#a", "urn:uuid:1", "active", "Patient", [], [None], [[]], {}, {"x": 1}, [{"url": "a"}],
        {"resourceType": "Foo"}, {"reference": "Flag/1"}, {"coding": [{"code": "a"}]},
        {"start": "2025", "end": "2024"},
    ]
)  # fmt: skip
KEYS = st.sampled_from(
    ["id", "extension", "status", "value", "valueString", "_status", "resourceType", "contained",
     "text", "reference", "period", "coding", "name", "item", "zork", "active__ext", "url"]
)  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of everything inside."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    found = []
    for key, item in inner:
        found.append((*path, key))
        if isinstance(item, dict | list):
            found += places(item, (*path, key))
    return found


def damage(resource: Any, data: st.DataObject) -> None:
    """Take something away, put something odd in its place or add what does not belong."""
    *above, last = data.draw(st.sampled_from(places(resource) or [("id",)]))
    holder = resource
    for key in above:
        holder = holder[key]
    deed = data.draw(st.sampled_from(["take", "replace", "add"]))
    if deed == "add" and isinstance(holder, dict):
        holder[data.draw(KEYS)] = copy.deepcopy(data.draw(ODD))
    elif deed == "take" and (isinstance(holder, list) or last in holder):
        del holder[last]
    else:
        holder[last] = copy.deepcopy(data.draw(ODD))


@st.composite
def damaged(draw: st.DrawFn) -> Any:
    resource = copy.deepcopy(draw(st.sampled_from(WHOLE)))
    data = draw(st.data())
    for _ in range(draw(st.integers(1, 3))):
        damage(resource, data)
    return resource


def the_library_refuses(resource: Any) -> bool:
    try:
        get_fhir_model_class(resource["resourceType"]).model_validate(resource)
    except Exception:
        return True
    return False


@given(damaged())
@settings(max_examples=400, deadline=None)
def test_the_check_answers_and_leaves_the_resource_alone(resource: Any) -> None:
    before = copy.deepcopy(resource)
    check(resource, now=NOW)
    assert resource == before


@given(damaged())
@settings(max_examples=1500, deadline=None)
def test_whatever_the_library_refuses_we_refuse_too(resource: Any) -> None:
    if the_library_refuses(resource):
        assert is_refused(check(resource, now=NOW))


@given(st.recursive(ODD, lambda inner: st.dictionaries(KEYS | st.text(max_size=3), inner)))
@settings(deadline=None)
def test_anything_at_all_gets_an_answer(value: Any) -> None:
    assert is_refused(check(value, now=NOW)) or value["resourceType"]


def test_the_examples_to_damage_are_good() -> None:
    assert not any(is_refused(check(resource, now=NOW)) for resource in WHOLE)

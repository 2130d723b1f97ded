"""FHIRPath Patch: elements are named by paths, and changed where they stand."""

import copy
from typing import Any

import pytest

from services.referral.fhir_api.fhirpath_patch import MOST_OPERATIONS, fhirpath_patched
from shared.errors import Invalid
from tests.referral.fhir_api.bundles import a_child, entry, statuses, transacts
from tests.referral.fhir_api.systems import System, issues_of

CHILD: dict[str, Any] = {
    "resourceType": "Patient",
    "active": True,
    "birthDate": "2023-07-19",
    "_birthDate": {"extension": [{"url": "https://x.example/time", "valueTime": "10:00:00"}]},
    "name": [
        {"use": "usual", "given": ["Addie"]},
        {"use": "official", "family": "Okafor", "given": ["Ada", "Rose"],
         "_given": [None, {"id": "second"}]},
    ],
    "extension": [
        {"url": "https://x.example/a", "valueString": "one"},
        {"url": "https://x.example/b", "valueBoolean": False},
    ],
}  # fmt: skip


def part(name: str, **value: Any) -> dict[str, Any]:
    return {"name": name, **value}


def operation(kind: str, path: str, *parts: dict[str, Any]) -> dict[str, Any]:
    told = [part("type", valueCode=kind), part("path", valueString=path), *parts]
    return {"name": "operation", "part": told}


def patch(*operations: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": "Parameters", "parameter": list(operations)}


def after(kind: str, path: str, *parts: dict[str, Any], of: Any = CHILD) -> dict[str, Any]:
    return fhirpath_patched(of, patch(operation(kind, path, *parts)))


def value(**given: Any) -> dict[str, Any]:
    return part("value", **given)


def named(name: str) -> dict[str, Any]:
    return part("name", valueString=name)


def test_an_element_is_replaced_and_what_was_said_of_it_goes() -> None:
    changed = after("replace", "Patient.birthDate", value(valueDate="2023-07-20"))
    assert changed["birthDate"] == "2023-07-20"
    assert "_birthDate" not in changed


def test_one_of_a_list_is_named_by_index_or_by_what_it_holds() -> None:
    for path in ("Patient.name[1].family", "name.where(use = 'official').family",
                 "Patient.name.last().family"):  # fmt: skip
        assert after("replace", path, value(valueString="Obi"))["name"][1]["family"] == "Obi"
    assert after("replace", "Patient.name.first().given[0]", value(valueString="Ad"))["name"][0][
        "given"
    ] == ["Ad"]


def test_something_is_added_to_a_list_or_where_there_was_none() -> None:
    more = after("add", "Patient", named("name"), value(valueHumanName={"text": "A"}))
    assert more["name"][2] == {"text": "A"}
    sex = after("add", "Patient", named("gender"), value(valueCode="female"))
    assert sex["gender"] == "female"
    given = after("add", "Patient.name[1]", named("given"), value(valueString="Joy"))["name"][1]
    assert (given["given"], given["_given"]) == (
        ["Ada", "Rose", "Joy"], [None, {"id": "second"}, None]
    )  # fmt: skip


def test_an_element_of_parts_is_put_together() -> None:
    person = value(part=[
        part("name", valueHumanName={"text": "Her aunt"}),
        part("telecom", valueContactPoint={"value": "1"}),
        part("telecom", valueContactPoint={"value": "2"}),
    ])  # fmt: skip
    changed = after("add", "Patient", named("contact"), person)
    assert changed["contact"] == [
        {"name": {"text": "Her aunt"}, "telecom": [{"value": "1"}, {"value": "2"}]}
    ]


def test_a_choice_is_written_under_the_name_of_its_type() -> None:
    seen = {"resourceType": "Observation", "status": "final", "code": {"text": "x"}}
    told = after("add", "Observation", named("value"), value(valueQuantity={"value": 3}), of=seen)
    assert told["valueQuantity"] == {"value": 3}
    other = after("replace", "Observation.value", value(valueString="three"), of=told)
    assert (other["valueString"], "valueQuantity" in other) == ("three", False)
    assert "valueQuantity" not in after("delete", "Observation.value", of=told)


def test_an_extension_is_named_by_its_url() -> None:
    changed = after("replace", "Patient.extension('https://x.example/a').value",
                    value(valueString="two"))  # fmt: skip
    assert changed["extension"][0]["valueString"] == "two"
    fewer = after("delete", "Patient.extension.where(value = false)")
    assert [one["url"] for one in fewer["extension"]] == ["https://x.example/a"]


def test_something_is_put_in_taken_out_and_moved() -> None:
    first = after("insert", "Patient.name[1].given", part("index", valueInteger=0),
                  value(valueString="Joy"))["name"][1]  # fmt: skip
    assert first["given"] == ["Joy", "Ada", "Rose"]
    assert first["_given"] == [None, None, {"id": "second"}]
    gone = after("delete", "Patient.name[1].given[1]")["name"][1]
    assert (gone["given"], "_given" in gone) == (["Ada"], False)
    moved = after("move", "Patient.name[1].given", part("source", valueInteger=0),
                  part("destination", valueInteger=1))["name"][1]  # fmt: skip
    assert (moved["given"], moved["_given"]) == (["Rose", "Ada"], [{"id": "second"}, None])
    assert "name" not in fhirpath_patched(
        CHILD, patch(*[operation("delete", "Patient.name[0]")] * 2)
    )


def test_what_is_not_there_need_not_be_deleted() -> None:
    assert after("delete", "Patient.gender") == CHILD


def test_the_resource_given_is_left_alone() -> None:
    before = copy.deepcopy(CHILD)
    after("delete", "Patient.name[0]")
    assert before == CHILD


REFUSED = {
    "two are named": operation("replace", "Patient.name.given", value(valueString="x")),
    "two are deleted": operation("delete", "Patient.name"),
    "none is there": operation("replace", "Patient.gender", value(valueCode="male")),
    "one is there": operation("add", "Patient", named("birthDate"), value(valueDate="2020")),
    "no such element": operation("add", "Patient", named("colour"), value(valueString="red")),
    "no such choice": operation("replace", "extension[0].value", value(valueFoo="x")),
    "a sibling": operation("add", "Patient", named("_gender"), value(valueString="x")),
    "the whole": operation("replace", "Patient", value(valueString="x")),
    "all deleted": operation("delete", "Patient"),
    "no list": operation("insert", "Patient.gender", part("index", valueInteger=0),
                         value(valueString="x")),
    "an index beyond": operation("insert", "Patient.name", part("index", valueInteger=3),
                                 value(valueHumanName={"text": "x"})),
    "a negative index": operation("move", "Patient.name", part("source", valueInteger=-1),
                                  part("destination", valueInteger=0)),
    "an index that is true": operation("move", "Patient.name", part("source", valueInteger=True),
                                       part("destination", valueInteger=0)),
    "a function": operation("delete", "Patient.name.repeat(given)"),
    "no end of it": operation("delete", "Patient" + ".name" * 500),
    "a sum": operation("delete", "Patient.name[1 + 1]"),
    "no path": {"name": "operation", "part": [part("type", valueCode="delete")]},
    "no type": {"name": "operation", "part": [part("path", valueString="Patient.name")]},
    "a type that is a list": operation("delete", "x") | {"part": [part("type", valueCode=[])]},
    "no value": operation("add", "Patient", named("gender")),
    "two values": operation("add", "Patient", named("gender"),
                            value(valueCode="male", valueString="x")),
    "no operation": {"name": "else", "part": []},
    "no parts": {"name": "operation"},
    "a text": "operation",
    "parts without a name": {"name": "operation", "part": [{}]},
}  # fmt: skip


@pytest.mark.parametrize("wrong", REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_applied_is_refused_with_its_place(wrong: Any) -> None:
    fine = operation("replace", "Patient.active", value(valueBoolean=False))
    with pytest.raises(Invalid) as refused:
        fhirpath_patched(CHILD, patch(fine, wrong))
    assert refused.value.issues[0].expression == "Parameters.parameter[1]"


@pytest.mark.parametrize("many", [None, {}, [{}] * (MOST_OPERATIONS + 1)])
def test_no_patch_at_all(many: Any) -> None:
    with pytest.raises(Invalid):
        fhirpath_patched(CHILD, {"resourceType": "Parameters", "parameter": many})


def test_over_http_alone_and_in_a_transaction(nursery: System) -> None:
    kept = nursery.post("/Patient", a_child()).json()
    where = f"Patient/{kept['id']}"
    sex = patch(operation("add", "Patient", named("gender"), value(valueCode="female")))
    patched = nursery.send("PATCH", f"/{where}", sex, **{"If-Match": 'W/"1"'})
    assert (patched.status_code, patched.json()["gender"]) == (200, "female")
    family = operation("replace", "Patient.name.family", value(valueString="Obi"))
    assert statuses(transacts(nursery, entry("PATCH", where, patch(family)))) == ["200"]
    assert nursery.get(f"/{where}").json()["name"][0]["family"] == "Obi"
    wrong = patch(operation("replace", "Patient.gender", value(valueCode="x")))
    refused = nursery.send("PATCH", f"/{where}", wrong)
    assert refused.status_code == 422
    assert issues_of(refused)[0]["expression"] == ["Patient.gender"]

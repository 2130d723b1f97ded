"""Each interaction that is stated for a type works, and those that are not are refused."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from services.referral.fhir_api.capability import capability_statement
from services.referral.fhir_api.own_definitions import DEFINING
from shared.fhir.types import STORED_TYPES
from tests.referral.fhir_api.stated.bodies import a_body
from tests.referral.fhir_api.stated.world import World
from tests.referral.fhir_api.systems import System

Json = dict[str, Any]

_REST: Json = capability_statement("http://testserver")["rest"][0]
STATED: dict[str, Json] = {one["type"]: one for one in _REST["resource"]}
KEPT = sorted(STORED_TYPES)
MERGE = "application/merge-patch+json"
FORM = "application/x-www-form-urlencoded"


def _codes(type: str) -> set[str]:
    return {one["code"] for one in STATED[type]["interaction"]}


def _create(system: System, one: Json, ways: Mapping[str, str]) -> int:
    type = one["resourceType"]
    return system.post(f"/{type}", a_body(type, ways)).status_code


def _update(system: System, one: Json, _: Mapping[str, str]) -> int:
    changed = {**_now(system, one), **_change(one, "en-GB")}
    return system.send("PUT", _place(one), changed, **_version(changed)).status_code


def _patch(system: System, one: Json, _: Mapping[str, str]) -> int:
    sent = {"Content-Type": MERGE, **_version(_now(system, one))}
    return system.send("PATCH", _place(one), _change(one, "cy"), **sent).status_code


def _change(one: Json, language: str) -> Json:
    """A message that was asked for is taken back and changed in nothing else."""
    if one["resourceType"] == "CommunicationRequest":
        return {"status": "revoked"}
    return {"language": language}


def _delete(system: System, one: Json, ways: Mapping[str, str]) -> int:
    """Of one that counts for nothing: what counts is not deleted, whatever its type."""
    type = one["resourceType"]
    status = {"Questionnaire": "draft"}.get(type, "entered-in-error")
    made = system.post(f"/{type}", {**a_body(type, ways), "status": status}).json()
    place = _place(made) if made["resourceType"] == type else _place(one)
    return system.send("DELETE", place, "").status_code


def _now(system: System, one: Json) -> Json:
    newest: Json = system.get(_place(one)).json()
    return newest


def _place(one: Json) -> str:
    return f"/{one['resourceType']}/{one['id']}"


def _version(one: Json) -> dict[str, str]:
    number = one.get("meta", {}).get("versionId", "1")
    return {"If-Match": f'W/"{number}"'}


#: How each interaction that changes something is tried.
WRITES: dict[str, Callable[[System, Json, Mapping[str, str]], int]] = {
    "create": _create,
    "update": _update,
    "patch": _patch,
    "delete": _delete,
}
#: And those that read: the address, of a resource or of its type.
READS = {
    "read": "/{type}/{id}",
    "vread": "/{type}/{id}/_history/1",
    "history-instance": "/{type}/{id}/_history",
    "history-type": "/{type}/_history?_count=1000",
    "search-type": "/{type}?_id={id}",
}


@pytest.mark.parametrize("type", KEPT)
def test_what_is_stated_of_reading_works_and_nothing_else(world: World, type: str) -> None:
    system, one = world.system_for(type), world.resource(type)
    known = set()
    for code, path in READS.items():
        answer = system.get(path.format(type=type, id=one["id"]))
        if answer.status_code == 200:
            known.add(code)
            assert one["id"] in answer.text, code
    assert known == _codes(type) & READS.keys()


@pytest.mark.parametrize("type", KEPT)
def test_what_is_stated_of_writing_works_and_nothing_else(world: World, type: str) -> None:
    system, one = world.nursery, world.sent(type)
    answers = {code: write(system, one, world.ways) for code, write in WRITES.items()}
    known = {code for code, status in answers.items() if status < 300}
    assert known == _codes(type) & WRITES.keys(), answers
    assert all(status < 500 for status in answers.values()), answers


@pytest.mark.parametrize("type", KEPT)
def test_every_interaction_that_is_stated_is_tried(type: str) -> None:
    assert _codes(type) <= READS.keys() | WRITES.keys()


@pytest.mark.parametrize("type", KEPT)
def test_a_search_works_as_a_form_and_conditions_of_reading_are_kept(
    world: World, type: str
) -> None:
    system, one = world.system_for(type), world.resource(type)
    found = system.post(f"/{type}/_search", f"_id={one['id']}", **{"Content-Type": FORM})
    assert [entry["resource"]["id"] for entry in found.json()["entry"]] == [one["id"]]
    if STATED[type].get("conditionalRead") == "full-support":
        answer = system.get(_place(one))
        for name, value in (
            ("If-None-Match", answer.headers["etag"]),
            ("If-Modified-Since", answer.headers["last-modified"]),
        ):
            assert system.get(_place(one), **{name: value}).status_code == 304, name


@pytest.mark.parametrize("type", KEPT)
def test_an_update_makes_nothing_new_as_it_is_stated(world: World, type: str) -> None:
    assert STATED[type]["updateCreate"] is False
    sent = {**a_body(type, world.ways), "id": "none-of-this-name"}
    answer = world.nursery.send("PUT", f"/{type}/none-of-this-name", sent, **{"If-Match": 'W/"1"'})
    assert 400 <= answer.status_code < 500


@pytest.mark.parametrize("type", KEPT)
def test_conditions_of_writing_are_kept_as_it_is_stated(world: World, type: str) -> None:
    system, stated = world.nursery, STATED[type]
    one, body = world.sent(type), a_body(type, world.ways)
    queries = ("_id=none", f"_id={one['id']}")
    known = [
        system.post(f"/{type}", body, **{"If-None-Exist": query}).status_code for query in queries
    ]
    assert (known == [201, 200]) is stated.get("conditionalCreate", False), known
    changed = {**_now(system, one), **_change(one, "fr")}
    place = f"/{type}?{queries[1]}"
    updated = system.send("PUT", place, changed, **_version(changed)).status_code
    assert (updated == 200) is stated.get("conditionalUpdate", False), updated
    assert stated.get("conditionalDelete", "not-supported") == "not-supported"
    assert system.send("DELETE", place, "").status_code in (404, 405)


@pytest.mark.parametrize("type", DEFINING)
def test_definitions_are_read_and_found_as_it_is_stated(world: World, type: str) -> None:
    everybody = world.nursery.http
    assert _codes(type) == {"read", "search-type"}
    one = everybody.get(f"/fhir/{type}").json()["entry"][0]["resource"]
    assert everybody.get(f"/fhir/{type}/{one['id']}").json() == one
    values = {"_id": one["id"], "name": one["name"], "url": one["url"]}
    for line in STATED[type]["searchParam"]:
        address = f"/fhir/{type}"
        given = {line["name"]: values[line["name"]]}
        found = everybody.get(address, params=given).json()["entry"]
        assert one in [entry["resource"] for entry in found]
        nothing = everybody.get(address, params={line["name"]: "nothing"}).json()
        assert "entry" not in nothing
    assert everybody.get(f"/fhir/{type}?status=active").status_code == 422
    assert everybody.post(f"/fhir/{type}", json=one).status_code >= 400


def test_there_is_no_type_but_those_that_are_stated(world: World) -> None:
    assert set(STATED) == STORED_TYPES | set(DEFINING) | {"Subscription"}
    for type in ("Encounter", "Bundle", "Parameters", "List", "CapabilityStatement"):
        assert world.nursery.get(f"/{type}").status_code == 404
        assert world.nursery.post(f"/{type}", {"resourceType": type}).status_code in (404, 405)


def test_the_server_as_a_whole_does_what_is_stated(world: World) -> None:
    stated = {one["code"] for one in _REST["interaction"]}
    tried = {
        "transaction": world.nursery.post("", _bundle("transaction")).status_code,
        "batch": world.nursery.post("", _bundle("batch")).status_code,
        "history-system": world.nursery.get("/_history").status_code,
        "search-system": world.nursery.get("?_type=Task").status_code,
    }
    assert {code for code, status in tried.items() if status == 200} == stated, tried


def _bundle(type: str) -> Json:
    place = {"resourceType": "Location", "name": "Filled"}
    entry = {"resource": place, "request": {"method": "POST", "url": "Location"}}
    return {"resourceType": "Bundle", "type": type, "entry": [entry]}


@pytest.mark.parametrize("format", capability_statement("http://testserver")["format"])
def test_each_format_that_is_stated_is_answered(world: World, format: str) -> None:
    answer = world.nursery.http.get("/fhir/Location", params={"_format": format},
                                    headers=world.nursery.headers)  # fmt: skip
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/fhir+json"


PATCHES: dict[str, Any] = {
    "application/json-patch+json": [{"op": "add", "path": "/language", "value": "en"}],
    "application/merge-patch+json": {"language": "en-GB"},
    "application/fhir+json": {
        "resourceType": "Parameters",
        "parameter": [{"name": "operation", "part": [
            {"name": "type", "valueCode": "replace"},
            {"name": "path", "valueString": "Location.name"},
            {"name": "value", "valueString": "Filled again"},
        ]}],
    },
    "application/xml-patch+xml": "<diff/>",
}  # fmt: skip


def test_each_kind_of_patch_that_is_stated_is_taken_and_no_other(world: World) -> None:
    one = world.sent("Location")
    found = {
        kind: world.nursery.send("PATCH", _place(one), sent, **{"Content-Type": kind}).status_code
        for kind, sent in PATCHES.items()
    }
    stated = capability_statement("http://testserver")["patchFormat"]
    assert {kind for kind, status in found.items() if status == 200} == set(stated)
